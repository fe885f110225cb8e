#include "inspect/catalogue.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <set>
#include <sstream>

#include "error.h"
#include "inspect/builtin_checks.h"

namespace rounds {

namespace {

using Keys = std::set<std::string_view>;

const Keys kCheckKeys{
    "id",
    "tier",
    "category",
    "kind",
    "cost",
    "remedy_risk",
    "min_version",
    "privilege",
    "probe",
    "scope",
    "sql",
    "older",
    "title",
    "thresholds",
    "cause",
    "remedy",
    "damage_is_finding",
    "each",
    "each_failure",
    "readings",
};
const Keys kReadingKeys{
    "reading", "tier", "cost",  "scope", "min_version", "privilege",
    "probe",   "sql",  "older", "key",   "counters",    "partial",
};

std::vector<std::string> split_words(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// Reads the keys of one check file, each with its place in the error message.
class CheckReader {
 public:
  CheckReader(const toml::table& table, const std::string& file, const Keys& keys) : table_(table), file_(file) {
    for (const auto& [key, value] : table) {
      if (keys.count(key.str()) == 0) refuse(std::string(key.str()), "is not a key here");
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
  template <typename Value, typename FromText>
  Value word_or(const char* key, Value fallback, FromText from_text) const {
    return table_.contains(key) ? word(key, from_text) : fallback;
  }
  bool flag(const char* key) const { return table_[key].value_or(false); }
  std::vector<std::string> texts(const char* key) const;
  std::map<std::string, std::string> versions(const char* key) const;
  Question question() const;
  Parameters thresholds() const;

 private:
  [[noreturn]] void refuse(const std::string& key, const std::string& why) const {
    throw Error(Fault::bad_data, file_ + ": " + key + " " + why);
  }
  const toml::table& table_;
  const std::string& file_;
};

std::vector<std::string> CheckReader::texts(const char* key) const {
  std::vector<std::string> values;
  const toml::node* node = table_.get(key);
  if (node == nullptr) return values;
  if (!node->is_array()) refuse(key, "is not an array of texts");
  for (const toml::node& item : *node->as_array()) {
    if (!item.is_string()) refuse(key, "is not an array of texts");
    values.push_back(item.as_string()->get());
  }
  return values;
}

std::map<std::string, std::string> CheckReader::versions(const char* key) const {
  std::map<std::string, std::string> values;
  const toml::node* node = table_.get(key);
  if (node == nullptr) return values;
  if (!node->is_table()) refuse(key, "is not a table");
  for (const auto& [version, sql] : *node->as_table()) {
    if (!sql.is_string()) refuse(key, "is not a table of texts");
    values.emplace(version.str(), sql.as_string()->get());
  }
  return values;
}

Question CheckReader::question() const {
  return {
      .scope = word_or("scope", Scope::instance, scope_from_text),
      .min_version = text("min_version"),
      .privileges = split_words(text("privilege")),
      .probes = split_words(text("probe")),
      .sql = table_.contains("each") ? needed("each") : needed("sql"),
      .older = versions("older"),
  };
}

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

/// A name that may stand in SQL as it is.
bool is_plain(const std::string& name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::islower(c) != 0 || c == '_'; });
}

Check check_of(const toml::table& table, const std::string& file, const std::string& engine) {
  const CheckReader read(table, file, kCheckKeys);
  Check check{
      .id = read.needed("id"),
      .engine = engine,
      .tier = read.word("tier", tier_from_text),
      .category = read.word("category", category_from_text),
      .kind = read.word("kind", kind_from_text),
      .cost = read.word("cost", cost_from_text),
      .remedy_risk = read.word("remedy_risk", risk_from_text),
      .question = read.question(),
      .readings = read.texts("readings"),
      .each = table.contains("each"),
      .thresholds = read.thresholds(),
      .damage_is_finding = read.flag("damage_is_finding"),
      .title = read.needed("title"),
      .cause = read.needed("cause"),
      .remedy = read.needed("remedy"),
  };
  if (table.contains("each_failure")) check.each_failure = read.word("each_failure", severity_from_text);
  return check;
}

Reading reading_of(const toml::table& table, const std::string& file, const std::string& engine) {
  const CheckReader read(table, file, kReadingKeys);
  Reading reading{
      .name = read.needed("reading"),
      .engine = engine,
      .tier = read.word_or("tier", Tier::daily, tier_from_text),
      .cost = read.word_or("cost", Cost::cheap, cost_from_text),
      .question = read.question(),
      .key = read.texts("key"),
      .counters = read.texts("counters"),
      .partial = read.flag("partial"),
  };
  if (!is_plain(reading.name)) throw Error(Fault::bad_data, file + ": reading has other letters than a to z and _");
  if (reading.question.scope == Scope::database) reading.key.insert(reading.key.begin(), "db");
  return reading;
}

Rules parse_builtin_rules() {
  Rules rules;
  for (const CheckText& text : kBuiltinChecks)
    add_rule(rules, text.toml, std::string(text.file), std::string(text.engine));
  std::sort(rules.checks.begin(), rules.checks.end(), [](const Check& a, const Check& b) { return a.id < b.id; });
  return rules;
}

bool matches(const CheckFilter& filter, const Check& check) {
  if (check.tier > filter.tier) return false;
  return filter.globs.empty() || std::any_of(filter.globs.begin(), filter.globs.end(), [&](const std::string& glob) {
           return ::fnmatch(glob.c_str(), check.id.c_str(), 0) == 0;
         });
}

}  // namespace

Check parse_check(std::string_view toml, const std::string& file, const std::string& engine) {
  return check_of(parse_table(toml, file), file, engine);
}

void add_rule(Rules& rules, std::string_view toml, const std::string& file, const std::string& engine) {
  const toml::table table = parse_table(toml, file);
  if (table.contains("reading")) {
    rules.readings.push_back(reading_of(table, file, engine));
  } else {
    rules.checks.push_back(check_of(table, file, engine));
  }
}

const Rules& builtin_rules() {
  static const Rules rules = parse_builtin_rules();
  return rules;
}

const std::vector<Check>& builtin_checks() { return builtin_rules().checks; }

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
