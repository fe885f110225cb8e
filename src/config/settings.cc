#include "config/settings.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "config/files.h"
#include "config/keys.h"
#include "config/target.h"
#include "config/task.h"
#include "config/templates.h"
#include "config/vocabulary.h"
#include "config/zones.h"
#include "error.h"

namespace rounds {

namespace {

namespace fs = std::filesystem;

constexpr int kMostParallel = 100000;
constexpr int kMostKept = 1000000;
constexpr std::chrono::hours kLeastKept{24};  ///< the governor looks at an hour, a clock in doubt at three

/// What the XDG rules call valid: set and absolute.
std::optional<fs::path> directory_variable(const char* name) {
  const char* value = std::getenv(name);
  if (!value || *value != '/') return std::nullopt;
  return fs::path(value);
}

fs::path home() {
  if (const auto home = directory_variable("HOME")) return *home;
  const passwd* user = ::getpwuid(::geteuid());
  if (!user || !user->pw_dir || *user->pw_dir != '/') {
    throw Error(Fault::config, "no home directory: HOME is not set", "give --store, --jobs-dir and --config");
  }
  return user->pw_dir;
}

/// `variable`, else that folder of the home directory, which is then looked up.
fs::path user_dir(const char* variable, const char* in_home) {
  const auto dir = directory_variable(variable);
  return (dir ? *dir : home() / in_home) / "rounds";
}

bool is_root() { return ::geteuid() == 0; }
fs::path config_dir() { return is_root() ? "/etc/rounds" : user_dir("XDG_CONFIG_HOME", ".config"); }
fs::path state_dir() { return is_root() ? "/var/lib/rounds" : user_dir("XDG_STATE_HOME", ".local/state"); }

fs::path absolute(const std::string& path) { return fs::absolute(path).lexically_normal(); }

/// Without a trailing slash, whose parent path would be the folder itself.
fs::path absolute_dir(const std::string& path) {
  const fs::path dir = absolute(path);
  return dir.has_filename() ? dir : dir.parent_path();
}

Settings settings_of_paths(const PathOverrides& overrides) {
  Settings settings;
  settings.config_file = overrides.config.empty() ? config_dir() / "config.toml" : absolute(overrides.config);
  settings.jobs_dir = overrides.jobs_dir.empty() ? config_dir() / "jobs.d" : absolute_dir(overrides.jobs_dir);
  settings.targets_dir = settings.jobs_dir.parent_path() / "targets.d";
  settings.store = overrides.store.empty() ? state_dir() / "rounds.db" : absolute(overrides.store);
  return settings;
}

struct Draft {
  std::optional<Zone> zone{};
  std::optional<int> max_parallel{};
  Retention history{};
  Pools pools{};
  std::int64_t output_max = 1 << 20;
  Hooks hooks{};
  std::map<std::string, double> thresholds{};
};

/// A table of names and how many slots each has.
void read_pools(const Field& field, Draft& draft) {
  const auto table = read_table(field, "a table such as { db = 2 }");
  if (!table) return;
  for (const TableMember& member : table->members) {
    const std::string refusal = JobName::refusal(member.key);
    if (!refusal.empty()) field.problems.error(member.key_place, fmt::format("\"{}\" is no name of a pool: {}", member.key, refusal));
    const auto slots = read_integer(Field{member.key, member.node, field.problems}, 1, kMostParallel);
    if (slots) draft.pools[member.key] = *slots;
  }
}

void read_keep(const Field& field, Retention& history) {
  const auto keep = read_seconds(field);
  if (keep && *keep < kLeastKept) return field.error("\"keep\" is at least 1d", "what is younger is needed to judge new dues");
  assign(history.keep, std::optional(keep));
}

constexpr std::array<Key<Retention>, 2> kHistoryKeys{
    {{"keep", read_keep},
     {"runs", [](const Field& field, Retention& history) { assign(history.runs, read_integer(field, 1, kMostKept)); }}}};

void read_history(const Field& field, Draft& draft) {
  const auto table = read_table(field, "a table such as { keep = \"90d\", runs = 100 }");
  if (!table) return;
  check_keys(*table, Level::history, "history", field.problems);
  read_keys(*table, kHistoryKeys, draft.history, field.problems);
}

constexpr std::array<Key<Draft>, 9> kKeys{
    {{"timezone", [](const Field& field, Draft& draft) { draft.zone = read_zone(field); }},
     {"pools", read_pools},
     {"output_max", [](const Field& field, Draft& draft) { assign(draft.output_max, read_output_max(field)); }},
     {"on_failure", [](const Field& field, Draft& draft) { draft.hooks.on_failure = read_hook(field); }},
     {"on_success", [](const Field& field, Draft& draft) { draft.hooks.on_success = read_hook(field); }},
     {"on_missed", [](const Field& field, Draft& draft) { draft.hooks.on_missed = read_hook(field); }},
     {"max_parallel",
      [](const Field& field, Draft& draft) { draft.max_parallel = read_integer(field, 1, kMostParallel); }},
     {"thresholds", [](const Field& field, Draft& draft) { draft.thresholds = read_thresholds(field); }},
     {"history", read_history}}};

/// The problems as one message; whoever prints an Error begins it with `error: ` itself.
[[noreturn]] void refuse(const Problems& problems) {
  constexpr std::string_view label = "error: ";
  std::string text = render(problems.in_order());
  if (text.rfind(label, 0) == 0) text.erase(0, label.size());
  if (!text.empty() && text.back() == '\n') text.pop_back();
  throw Error(Fault::config, text);
}

Draft read_config(const fs::path& path) {
  const FileText file = read_trusted_file(path.string(), Fault::config);
  const SourceText source(file.text, path.string());
  Problems problems(source);
  Draft draft;
  if (const auto table = parse_toml(source, problems)) {
    check_keys(*table, Level::config, "config.toml", problems);
    read_keys(*table, kKeys, draft, problems);
    const Params none;  // hooks for all jobs know no job's parameters
    check_templates(*table, &none, false, problems);
  }
  if (problems.has_errors()) refuse(problems);
  return draft;
}

bool is_there(const fs::path& path) {
  std::error_code failed;
  const fs::file_status status = fs::symlink_status(path, failed);
  if (failed && status.type() != fs::file_type::not_found) throw sys_error(path.string(), "stat", failed.value());
  return status.type() != fs::file_type::not_found;
}

}  // namespace

Settings load_settings(const PathOverrides& overrides) {
  Settings settings = settings_of_paths(overrides);
  Draft draft;
  if (is_there(settings.config_file)) {
    draft = read_config(settings.config_file);
  } else if (!overrides.config.empty()) {
    throw Error(Fault::config, settings.config_file.string() + ": no such file");
  }
  settings.max_parallel = draft.max_parallel;
  settings.pools = draft.pools;
  settings.output_max = draft.output_max;
  settings.hooks = draft.hooks;
  settings.history = draft.history;
  settings.thresholds = draft.thresholds;
  settings.zone = draft.zone ? *draft.zone : Zone::host(&settings.zone_warning);
  return settings;
}

}  // namespace rounds
