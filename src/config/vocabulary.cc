#include "config/vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "config/suggest.h"

namespace rounds {

namespace {

using Keys = std::vector<std::string>;

struct Vocabulary {
  Level level;
  std::string_view place;  ///< how to say where its keys belong
  Keys keys;
  Keys later{};  ///< known to the design, refused for now
};

const Keys kJobKeys{"trigger",       "description",   "command",     "exec",          "inspect",
                    "env",           "timeout",       "working_dir", "overlap",       "kill_grace",
                    "max_instances", "retry",         "catchup",     "misfire_grace", "tags",
                    "max_catchup",   "success_codes", "start",       "timezone",      "max_runs",
                    "until",         "window",        "enabled",     "priority",      "except",
                    "skip_code",     "done_code",     "leftovers",   "after_loss",    "nice",
                    "ionice",        "limits",        "umask",       "user",          "group",
                    "pool",          "slots",         "on_failure",  "on_success",    "on_missed",
                    "output_max",    "params",        "secrets"};

const Keys kLaterJobKeys{"history"};

/// `[defaults]` takes what jobs may share.
Keys default_keys() {
  Keys keys = kJobKeys;
  for (const char* own : {"trigger", "command", "exec", "inspect"}) {
    keys.erase(std::remove(keys.begin(), keys.end(), own), keys.end());
  }
  return keys;
}

/// In the order in which a stray key is looked for.
const std::vector<Vocabulary>& vocabularies() {
  static const std::vector<Vocabulary> all{
      {Level::job, "[job.NAME]", kJobKeys, kLaterJobKeys},
      {Level::trigger, "trigger = { ... }", {"cron", "every", "at", "random", "delay", "on", "jitter", "dst"}},
      {Level::retry, "retry = { ... }", {"max_attempts", "backoff", "initial_delay", "max_delay", "on_codes"}},
      {Level::inspect, "[job.NAME.inspect]", {"targets", "business", "host", "tags", "tier", "fail_on"}, {"report"}},
      {Level::config,
       "config.toml",
       {"timezone", "max_parallel", "pools", "history", "on_failure", "on_success", "on_missed", "output_max", "thresholds"}},
      {Level::defaults, "[defaults]", default_keys(), kLaterJobKeys},
      {Level::root, "the file itself", {"job", "defaults"}},
      {Level::cron, "cron = { ... }", {"year", "month", "week", "day", "weekday", "hour", "minute", "second"}},
      {Level::random, "random = { ... }", {"min", "max"}},
      {Level::dst, "dst = { ... }", {"gap", "overlap"}},
      {Level::hook, "on_failure = { ... }", {"command", "exec"}},
      {Level::history, "history = { ... }", {"keep", "runs"}},
      {Level::limits, "limits = { ... }", {"cpu", "memory", "files", "core"}},
      {Level::secret, "secrets = { NAME = { ... } }", {"file", "credential", "command", "env"}},
      {Level::except_file, "except = [{ ... }]", {"file"}},
      {Level::target,
       "[target.NAME]",
       {"engine", "path", "address", "port", "user", "dbname", "service", "option_file", "tls", "tls_ca", "password", "business",
        "host", "labels", "data_dir", "logs", "backups", "pitr_days", "thresholds", "suppress"}},
      {Level::targets, "the file itself", {"target"}},
      {Level::suppression, "suppress = [{ ... }]", {"check", "subject", "reason", "owner", "until"}}};
  return all;
}

struct Synonym {
  std::string_view written, meant;
};

constexpr std::array<Synonym, 51> kSynonyms{{{"action", "command"},
                                             {"args", "exec"},
                                             {"argv", "exec"},
                                             {"attempts", "max_attempts"},
                                             {"begin", "start"},
                                             {"cmd", "command"},
                                             {"concurrency", "overlap"},
                                             {"crontab", "cron"},
                                             {"cwd", "working_dir"},
                                             {"databases", "targets"},
                                             {"date", "at"},
                                             {"default", "defaults"},
                                             {"delay", "initial_delay"},
                                             {"desc", "description"},
                                             {"dir", "working_dir"},
                                             {"directory", "working_dir"},
                                             {"disabled", "enabled"},
                                             {"end", "until"},
                                             {"environment", "env"},
                                             {"event", "on"},
                                             {"exit_codes", "success_codes"},
                                             {"expression", "cron"},
                                             {"from", "start"},
                                             {"grace", "misfire_grace"},
                                             {"interval", "every"},
                                             {"jobs", "job"},
                                             {"labels", "tags"},
                                             {"level", "tier"},
                                             {"max_retries", "max_attempts"},
                                             {"max_tries", "max_attempts"},
                                             {"ok_codes", "success_codes"},
                                             {"once", "at"},
                                             {"parallel", "max_instances"},
                                             {"period", "every"},
                                             {"repeat", "every"},
                                             {"retries", "retry"},
                                             {"run", "command"},
                                             {"schedule", "trigger"},
                                             {"script", "command"},
                                             {"severity", "fail_on"},
                                             {"shell", "command"},
                                             {"tag", "tags"},
                                             {"target", "targets"},
                                             {"task", "command"},
                                             {"time", "at"},
                                             {"time_zone", "timezone"},
                                             {"to", "until"},
                                             {"ttl", "timeout"},
                                             {"tz", "timezone"},
                                             {"workdir", "working_dir"},
                                             {"zone", "timezone"}}};

const Vocabulary& vocabulary_of(Level level) {
  const auto& all = vocabularies();
  return *std::find_if(all.begin(), all.end(), [level](const Vocabulary& v) { return v.level == level; });
}

bool contains(const Keys& keys, std::string_view key) { return std::find(keys.begin(), keys.end(), key) != keys.end(); }

/// What people call by that name; the name itself when it is nobody's synonym.
std::string meant_by(std::string_view key) {
  const auto found = std::find_if(kSynonyms.begin(), kSynonyms.end(), [key](Synonym s) { return s.written == key; });
  return std::string(found == kSynonyms.end() ? key : found->meant);
}

/// The kind of table that takes the key; nothing when none does.
const Vocabulary* home_of(std::string_view key) {
  for (const Vocabulary& vocabulary : vocabularies()) {
    if (contains(vocabulary.keys, key)) return &vocabulary;
  }
  return nullptr;
}

bool comes_later(std::string_view key, const Vocabulary& vocabulary) {
  if (contains(vocabulary.later, key)) return true;
  if (home_of(key)) return false;
  return std::any_of(vocabularies().begin(), vocabularies().end(),
                     [key](const Vocabulary& other) { return contains(other.later, key); });
}

/// `"cron" belongs in trigger = { ... }`
std::string belongs_elsewhere(const std::string& key) {
  const Vocabulary* home = home_of(key);
  return home ? fmt::format("\"{}\" belongs in {}", key, home->place) : std::string();
}

std::string hint_for(const std::string& key, const Vocabulary& vocabulary) {
  const std::string meant = meant_by(key);
  if (contains(vocabulary.keys, meant)) return fmt::format("did you mean \"{}\"?", meant);
  for (const std::string& candidate : {key, meant}) {
    if (std::string hint = belongs_elsewhere(candidate); !hint.empty()) return hint;
  }
  const std::optional<std::string> near = nearest(key, vocabulary.keys);
  return near ? fmt::format("did you mean \"{}\"?", *near) : std::string();
}

bool is_users_own(const std::string& key) { return key.rfind("x-", 0) == 0; }

}  // namespace

const std::vector<std::string>& keys_of(Level level) { return vocabulary_of(level).keys; }

bool check_keys(const Table& table, Level level, const std::string& where, Problems& problems) {
  const Vocabulary& vocabulary = vocabulary_of(level);
  bool all_known = true;
  for (const TableMember& member : table.members) {
    if (is_users_own(member.key) || contains(vocabulary.keys, member.key)) continue;
    all_known = false;
    if (problems.full()) break;
    if (comes_later(member.key, vocabulary)) {
      problems.error(member.key_place, fmt::format("\"{}\" is not yet supported", member.key));
    } else {
      const std::string hint = hint_for(member.key, vocabulary);
      const Discretion discretion(problems, hint.find("\"secrets\"") != std::string::npos);
      problems.error(member.key_place, fmt::format("unknown key \"{}\" in {}", member.key, where), hint);
    }
  }
  return all_known;
}

}  // namespace rounds
