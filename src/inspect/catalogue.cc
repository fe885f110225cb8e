#include "inspect/catalogue.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <toml++/toml.h>

#include "error.h"
#include "inspect/builtin_checks.h"

namespace rounds {

namespace {

const std::set<std::string_view> kKeys{
    "id",        "tier",  "category", "kind",       "cost",   "remedy_risk", "min_version",       "privilege",
    "probe",     "sql",   "title",    "thresholds", "cause",  "remedy",      "damage_is_finding",
};

/// Reads the keys of one check file, each with its place in the error message.
class CheckReader {
 public:
  CheckReader(const toml::table& table, const std::string& file) : table_(table), file_(file) {
    for (const auto& [key, value] : table) {
      if (kKeys.count(key.str()) == 0) refuse(std::string(key.str()), "is not a key of a check");
    }
  }

  std::string text(const char* key) const {
    const auto* node = table_.get(key);
    if (node == nullptr) return {};
    if (const auto text = node->value_exact<std::string>()) return *text;
    refuse(key, "is not a text");
  }
  std::string needed(const char* key) const {
    const std::string value = text(key);
    if (value.empty()) refuse(key, "is missing");
    return value;
  }
  template <typename FromText>
  auto word(const char* key, FromText from_text) const {
    const std::string value = needed(key);
    if (const auto known = from_text(value)) return *known;
    refuse(key, "has no value \"" + value + "\"");
  }
  bool flag(const char* key) const { return table_[key].value_or(false); }
  Parameters thresholds() const;

 private:
  [[noreturn]] void refuse(const std::string& key, const std::string& why) const {
    throw Error(Fault::bad_data, file_ + ": " + key + " " + why);
  }
  const toml::table& table_;
  const std::string& file_;
};

Parameters CheckReader::thresholds() const {
  Parameters parameters;
  const toml::table* table = table_["thresholds"].as_table();
  if (table == nullptr) return parameters;
  for (const auto& [key, value] : *table) {
    const std::string name(key.str());
    if (const auto number = value.value_exact<std::int64_t>()) {
      parameters[name] = *number;
    } else if (const auto real = value.value_exact<double>()) {
      parameters[name] = *real;
    } else {
      refuse("thresholds." + name, "is not a number");
    }
  }
  return parameters;
}

toml::table parse_table(std::string_view text, const std::string& file) {
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    const auto at = error.source().begin;
    throw Error(Fault::bad_data, fmt::format("{}:{}:{}: {}", file, at.line, at.column, error.description()));
  }
}

std::vector<Check> parse_builtin_checks() {
  std::vector<Check> checks;
  for (const CheckText& text : kBuiltinChecks) {
    checks.push_back(parse_check(text.toml, std::string(text.file), std::string(text.engine)));
  }
  std::sort(checks.begin(), checks.end(), [](const Check& a, const Check& b) { return a.id < b.id; });
  return checks;
}

bool matches(const CheckFilter& filter, const Check& check) {
  if (check.tier > filter.tier) return false;
  return filter.globs.empty() || std::any_of(filter.globs.begin(), filter.globs.end(), [&](const std::string& glob) {
           return ::fnmatch(glob.c_str(), check.id.c_str(), 0) == 0;
         });
}

}  // namespace

Check parse_check(std::string_view toml, const std::string& file, const std::string& engine) {
  const toml::table table = parse_table(toml, file);
  const CheckReader read(table, file);
  return {
      .id = read.needed("id"),
      .engine = engine,
      .tier = read.word("tier", tier_from_text),
      .category = read.word("category", category_from_text),
      .kind = read.word("kind", kind_from_text),
      .cost = read.word("cost", cost_from_text),
      .remedy_risk = read.word("remedy_risk", risk_from_text),
      .min_version = read.text("min_version"),
      .privilege = read.text("privilege"),
      .probe = read.text("probe"),
      .sql = read.needed("sql"),
      .thresholds = read.thresholds(),
      .damage_is_finding = read.flag("damage_is_finding"),
      .title = read.needed("title"),
      .cause = read.needed("cause"),
      .remedy = read.needed("remedy"),
  };
}

const std::vector<Check>& builtin_checks() {
  static const std::vector<Check> checks = parse_builtin_checks();
  return checks;
}

std::string rules_hash() {
  std::uint64_t hash = 0xCBF29CE484222325;  // FNV-1a
  for (const CheckText& text : kBuiltinChecks) {
    for (const char c : text.toml) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  }
  return fmt::format("{:016x}", hash);
}

std::vector<const Check*> select_checks(const std::vector<Check>& checks, const CheckFilter& filter) {
  std::vector<const Check*> selected;
  for (const Check& check : checks) {
    if (matches(filter, check)) selected.push_back(&check);
  }
  return selected;
}

}  // namespace rounds
