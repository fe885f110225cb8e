#include "config/target.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "config/keys.h"
#include "config/load.h"
#include "config/moment.h"
#include "config/secrets.h"
#include "config/vocabulary.h"
#include "time/stamp.h"

namespace rounds {

namespace {

struct TargetDraft {
  Target target;
  const std::string& base_dir;
};

std::string absolute(const std::string& path, const std::string& base_dir) {
  return path.empty() ? path : (std::filesystem::path(base_dir) / path).lexically_normal().string();
}

template <std::string Target::*member>
void take_text(const Field& field, TargetDraft& draft) {
  assign(draft.target.*member, read_text(field));
}

template <std::string Target::*member>
void take_path(const Field& field, TargetDraft& draft) {
  if (auto path = read_text(field)) draft.target.*member = absolute(*path, draft.base_dir);
}

/// One string or an array of them.
std::optional<std::vector<std::string>> read_list(const Field& field) {
  if (const auto* one = std::get_if<std::string>(&field.node.value)) return std::vector<std::string>{*one};
  return read_words(field);
}

template <std::vector<std::string> Target::*member>
void take_patterns(const Field& field, TargetDraft& draft) {
  const auto patterns = read_list(field);
  if (!patterns) return;
  for (const std::string& pattern : *patterns) (draft.target.*member).push_back(absolute(pattern, draft.base_dir));
}

void take_labels(const Field& field, TargetDraft& draft) { assign(draft.target.labels, read_list(field)); }

void take_engine(const Field& field, TargetDraft& draft) {
  auto engine = read_text(field);
  if (!engine) return;
  static const std::map<std::string, std::string> synonyms{
      {"postgres", "postgresql"}, {"pg", "postgresql"}, {"mysql", "mariadb"}, {"sqlite3", "sqlite"}};
  const auto synonym = synonyms.find(*engine);
  if (synonym != synonyms.end()) {
    draft.target.engine = synonym->second;
  } else {
    assign(draft.target.engine, read_choice(field, {"sqlite", "postgresql", "mariadb", "host"}));
  }
}

void take_port(const Field& field, TargetDraft& draft) {
  if (const auto* text = std::get_if<std::string>(&field.node.value)) {
    draft.target.port = *text;
  } else if (const auto port = read_integer(field, 1, 65535)) {
    draft.target.port = std::to_string(*port);
  }
}

/// libpq's words; MariaDB's client is told what comes nearest.
void take_tls(const Field& field, TargetDraft& draft) {
  if (const auto* on = std::get_if<bool>(&field.node.value)) {
    draft.target.tls = *on ? "verify-full" : "disable";
  } else {
    assign(draft.target.tls, read_choice(field, {"disable", "prefer", "require", "verify-ca", "verify-full"}));
  }
}

void take_password(const Field& field, TargetDraft& draft) {
  draft.target.password = read_secret(field, draft.base_dir);
}

void take_pitr_days(const Field& field, TargetDraft& draft) {
  if (const auto days = read_integer(field, 0, 36500)) draft.target.pitr_days = *days;
}

void take_thresholds(const Field& field, TargetDraft& draft) { draft.target.thresholds = read_thresholds(field); }

void take_until(const Field& field, Suppression& suppression) {
  if (const auto* date = std::get_if<DateTime>(&field.node.value); date != nullptr && date->date) {
    suppression.until = std::chrono::sys_days(*date->date) + std::chrono::duration_cast<std::chrono::seconds>(
                                                                 date->time.value_or(std::chrono::nanoseconds(0)));
  } else if (const auto* text = std::get_if<std::string>(&field.node.value)) {
    const auto read = parse_date_time(*text);
    if (!read || !read->date) return field.error("\"until\" takes a date such as 2027-01-31");
    suppression.until = std::chrono::sys_days(*read->date);
  } else {
    field.wrong_type("a date such as 2027-01-31");
  }
}

template <std::string Suppression::*member>
void take_word(const Field& field, Suppression& suppression) {
  assign(suppression.*member, read_text(field));
}

constexpr std::array<Key<Suppression>, 5> kSuppressionKeys{{{"check", take_word<&Suppression::check>},
                                                            {"subject", take_word<&Suppression::subject>},
                                                            {"reason", take_word<&Suppression::reason>},
                                                            {"owner", take_word<&Suppression::owner>},
                                                            {"until", take_until}}};

/// A check's id alone, or a table.
std::optional<Suppression> read_suppression(const Field& field) {
  Suppression suppression;
  if (const auto* id = std::get_if<std::string>(&field.node.value)) {
    suppression.check = *id;
    return suppression;
  }
  const auto table = read_table(field,
                                "a check's id or a table such as { check = \"pg.bak.same_disk\", reason = \"…\", owner "
                                "= \"…\", until = 2027-01-31 }");
  if (!table) return std::nullopt;
  check_keys(*table, Level::suppression, "suppress", field.problems);
  read_keys(*table, kSuppressionKeys, suppression, field.problems);
  if (suppression.check.empty()) field.error("what is suppressed has no \"check\"");
  return suppression;
}

void take_suppress(const Field& field, TargetDraft& draft) {
  if (std::holds_alternative<Array>(field.node.value)) {
    assign(draft.target.suppress, read_array<Suppression>(field, "an array", read_suppression));
  } else if (auto one = read_suppression(field)) {
    draft.target.suppress = {std::move(*one)};
  }
}

constexpr std::array<Key<TargetDraft>, 20> kKeys{{{"engine", take_engine},
                                                  {"path", take_path<&Target::path>},
                                                  {"address", take_text<&Target::address>},
                                                  {"port", take_port},
                                                  {"user", take_text<&Target::user>},
                                                  {"dbname", take_text<&Target::dbname>},
                                                  {"service", take_text<&Target::service>},
                                                  {"option_file", take_path<&Target::option_file>},
                                                  {"tls", take_tls},
                                                  {"tls_ca", take_path<&Target::tls_ca>},
                                                  {"password", take_password},
                                                  {"business", take_text<&Target::business>},
                                                  {"host", take_text<&Target::host>},
                                                  {"labels", take_labels},
                                                  {"data_dir", take_path<&Target::data_dir>},
                                                  {"logs", take_patterns<&Target::logs>},
                                                  {"backups", take_patterns<&Target::backups>},
                                                  {"pitr_days", take_pitr_days},
                                                  {"thresholds", take_thresholds},
                                                  {"suppress", take_suppress}}};

/// What concerns several keys together.
void check_whole(const TableMember& member, const Target& target, Problems& problems) {
  const std::string who = "target " + member.key;
  if (target.engine.empty())
    return problems.error(member.key_place, who + " has no engine",
                          "engine = \"sqlite\", \"postgresql\", \"mariadb\" or \"host\"");
  const bool sqlite = target.engine == "sqlite";
  if (sqlite && target.path.empty())
    problems.error(member.key_place, who + " has no path", "path = \"/var/lib/shop/shop.db\"");
  if (!sqlite && !target.path.empty())
    problems.error(member.key_place, who + ": only engine \"sqlite\" has a path", "address = \"db1.example\"");
}

void read_target(const TableMember& member, const std::string& base_dir, LoadedTargets& loaded, Problems& problems) {
  const std::string refusal = JobName::refusal(member.key);
  if (!refusal.empty())
    problems.error(member.key_place, fmt::format("\"{}\" is no name of a target: {}", member.key, refusal));
  const auto table = read_table(Field{member.key, member.node, problems}, "a table: [target.NAME]");
  if (!table) return;
  const bool all_known = check_keys(*table, Level::target, "target " + member.key, problems);
  TargetDraft draft{{.name = member.key}, base_dir};
  read_keys(*table, kKeys, draft, problems);
  if (all_known && !problems.has_errors()) check_whole(member, draft.target, problems);
  loaded.targets.push_back(std::move(draft.target));
}

std::string list_text(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + toml_quote(item);
  return "[" + text + "]";
}

std::string secret_text(const Secret& secret) {
  switch (secret.kind) {
    case Secret::Kind::file: return "{ file = " + toml_quote(secret.name) + " }";
    case Secret::Kind::credential: return "{ credential = " + toml_quote(secret.name) + " }";
    case Secret::Kind::env: return "{ env = " + toml_quote(secret.name) + " }";
    case Secret::Kind::command: return "{ command = " + list_text(secret.argv) + " }";
  }
  return {};
}

std::string suppression_text(const Suppression& suppression) {
  std::string text = "{ check = " + toml_quote(suppression.check);
  if (!suppression.subject.empty()) text += ", subject = " + toml_quote(suppression.subject);
  if (!suppression.reason.empty()) text += ", reason = " + toml_quote(suppression.reason);
  if (!suppression.owner.empty()) text += ", owner = " + toml_quote(suppression.owner);
  if (suppression.until) text += ", until = " + utc_text(*suppression.until);
  return text + " }";
}

}  // namespace

std::map<std::string, double> read_thresholds(const Field& field) {
  std::map<std::string, double> thresholds;
  const auto table = read_table(field, "a table such as { \"pg.run.disk\" = { warning_percent = 85 } }");
  if (!table) return thresholds;
  const auto take = [&](const std::string& name, const Node& node) {
    if (const auto* whole = std::get_if<std::int64_t>(&node.value)) {
      thresholds[name] = static_cast<double>(*whole);
    } else if (const auto* real = std::get_if<double>(&node.value)) {
      thresholds[name] = *real;
    } else {
      Field{name, node, field.problems}.wrong_type("a number");
    }
  };
  const std::function<void(const std::string&, const Table&)> walk = [&](const std::string& prefix,
                                                                         const Table& level) {
    for (const TableMember& member : level.members) {
      const std::string name = prefix.empty() ? member.key : prefix + "." + member.key;
      if (const auto* inner = std::get_if<Table>(&member.node.value)) {
        walk(name, *inner);
      } else {
        take(name, member.node);
      }
    }
  };
  walk("", *table);
  return thresholds;
}

LoadedTargets parse_targets(std::string_view text, const std::string& shown_path, const std::string& base_dir) {
  const SourceText source(text, shown_path);
  Problems problems(source);
  LoadedTargets loaded;
  if (const auto root = parse_toml(source, problems)) {
    check_keys(*root, Level::targets, "a file of targets", problems);
    if (const TableMember* all = root->find("target")) {
      const auto table = read_table(Field{all->key, all->node, problems}, "tables: [target.NAME]");
      for (const TableMember& member : table ? table->members : std::vector<TableMember>())
        read_target(member, base_dir, loaded, problems);
    }
  }
  loaded.problems = problems.in_order();
  if (problems.has_errors()) loaded.targets.clear();
  return loaded;
}

std::string target_toml(const Target& target) {
  std::string text = "[target." + toml_quote(target.name) + "]\n";
  const auto put = [&](const char* key, const std::string& value) {
    if (!value.empty()) text += fmt::format("{} = {}\n", key, toml_quote(value));
  };
  const auto put_list = [&](const char* key, const std::vector<std::string>& items) {
    if (!items.empty()) text += fmt::format("{} = {}\n", key, list_text(items));
  };
  put("engine", target.engine);
  put("path", target.path);
  put("address", target.address);
  put("port", target.port);
  put("user", target.user);
  put("dbname", target.dbname);
  put("service", target.service);
  put("option_file", target.option_file);
  put("tls", target.tls);
  put("tls_ca", target.tls_ca);
  if (target.password) text += "password = " + secret_text(*target.password) + "\n";
  put("business", target.business);
  put("host", target.host);
  put_list("labels", target.labels);
  put("data_dir", target.data_dir);
  put_list("logs", target.logs);
  put_list("backups", target.backups);
  if (target.pitr_days) text += fmt::format("pitr_days = {}\n", *target.pitr_days);
  std::string suppressed;
  for (const Suppression& suppression : target.suppress)
    suppressed += (suppressed.empty() ? "" : ", ") + suppression_text(suppression);
  if (!suppressed.empty()) text += "suppress = [" + suppressed + "]\n";
  if (!target.thresholds.empty()) text += "[target." + toml_quote(target.name) + ".thresholds]\n";
  for (const auto& [name, value] : target.thresholds) text += fmt::format("{} = {}\n", toml_quote(name), value);
  return text;
}

}  // namespace rounds
