#include <algorithm>
#include <filesystem>
#include <map>
#include <tuple>

#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/compose.h"
#include "cli/exec_private.h"
#include "cli/exit_code.h"
#include "cli/job_edits.h"
#include "cli/table.h"
#include "cli/targets.h"
#include "cli/terminal.h"
#include "config/load.h"
#include "config/target.h"
#include "core/job.h"
#include "core/json.h"
#include "loop/define.h"
#include "store/jobs.h"
#include "store/snapshots.h"

namespace rounds {

namespace {

/// `file:/etc/rounds/secrets/shop`, or as TOML says it.
std::string secret_toml(const std::string& given) {
  if (given.starts_with('{')) return given;
  for (const char* kind : {"file", "credential", "env"}) {
    const std::string prefix = kind;
    const bool fits = given.starts_with(prefix) && given.size() > prefix.size() &&
                      (given[prefix.size()] == ':' || given[prefix.size()] == '=');
    if (fits) return "{ " + prefix + " = " + toml_quote(given.substr(prefix.size() + 1)) + " }";
  }
  throw Error(Fault::usage, "--password takes the place of a password, never the password itself",
              "--password file:/etc/rounds/secrets/shop, or env:NAME, credential:NAME");
}

/// `pg.run.disk.warning_percent=85`
std::string threshold_toml(const std::string& given) {
  if (given.starts_with('{')) return given;
  const std::size_t equals = given.rfind('=');
  if (equals == std::string::npos)
    throw Error(Fault::usage, "--thresholds \"" + given + "\"", "--thresholds pg.run.disk.warning_percent=85");
  return toml_quote(given.substr(0, equals)) + " = " + given.substr(equals + 1);
}

/// The options as a file of targets.d would say it.
std::string compose_target(const TargetAddOptions& options) {
  std::map<std::string, std::vector<std::string>> lists;
  std::string text = "[target." + toml_quote(options.name) + "]\n", thresholds;
  for (const auto& [key, value] : options.keys) {
    if (key == "labels") {
      for (const std::string& label : split_at_commas(value)) lists[key].push_back(toml_quote(label));
    } else if (key == "backups" || key == "logs") {
      lists[key].push_back(toml_quote(value));
    } else if (key == "suppress") {
      lists[key].push_back(value.starts_with('{') ? value : toml_quote(value));
    } else if (key == "thresholds") {
      thresholds += threshold_toml(value) + "\n";
    } else if (key == "password") {
      text += "password = " + secret_toml(value) + "\n";
    } else if (key == "pitr_days") {
      text += "pitr_days = " + value + "\n";
    } else {
      text += key + " = " + toml_quote(value) + "\n";
    }
  }
  for (const auto& [key, items] : lists) {
    std::string list;
    for (const std::string& item : items) list += (list.empty() ? "" : ", ") + item;
    text += key + " = [" + list + "]\n";
  }
  if (!thresholds.empty()) text += "[target." + toml_quote(options.name) + ".thresholds]\n" + thresholds;
  return text;
}

/// The problem with an option, without the text that was composed of all of them.
[[noreturn]] void refuse(const Diagnostic& problem, const TargetAddOptions& options) {
  std::string hint = problem.hint;
  if (hint.find(" = ") != std::string::npos || hint.empty())
    hint = "rounds target add " + options.name + " --engine sqlite --path FILE";
  throw Error(Fault::usage, problem.message, hint);
}

Target read_target(const TargetAddOptions& options) {
  if (!JobName::parse(options.name)) {
    throw Error(Fault::usage, "target name \"" + options.name + "\": " + JobName::refusal(options.name));
  }
  const LoadedTargets loaded =
      parse_targets(compose_target(options), "the command line", std::filesystem::current_path());
  for (const Diagnostic& problem : loaded.problems) {
    if (problem.severity == Diagnostic::Severity::error) refuse(problem, options);
  }
  return loaded.targets.at(0);
}

/// The keys that differ, joined by commas.
std::string changed_keys(const Target& before, const Target& after) {
  std::string keys;
  const auto note = [&](bool differs, const char* key) {
    if (differs) keys += keys.empty() ? key : std::string(", ") + key;
  };
  note(before.engine != after.engine, "engine");
  note(before.path != after.path, "path");
  note(before.address != after.address, "address");
  note(before.port != after.port, "port");
  note(before.user != after.user, "user");
  note(before.dbname != after.dbname, "dbname");
  note(before.service != after.service, "service");
  note(before.option_file != after.option_file, "option_file");
  note(before.tls != after.tls, "tls");
  note(before.tls_ca != after.tls_ca, "tls_ca");
  note(before.password != after.password, "password");
  note(before.business != after.business, "business");
  note(before.host != after.host, "host");
  note(before.labels != after.labels, "labels");
  note(before.data_dir != after.data_dir, "data_dir");
  note(before.logs != after.logs, "logs");
  note(before.backups != after.backups, "backups");
  note(before.pitr_days != after.pitr_days, "pitr_days");
  note(before.thresholds != after.thresholds, "thresholds");
  note(before.suppress != after.suppress, "suppress");
  return keys;
}

/// Says what happened to one target; `text` is for people.
void tell(const std::string& target, const char* act, const std::string& text, const GlobalOptions& global) {
  if (for_people(global)) return print_line("target " + target + " " + text);
  JsonWriter json;
  json.begin_object().field("schema", 1).key("changes").begin_array();
  json.begin_object().field("target", target).field("act", act).field("text", text).end_object();
  print_line(json.end_array().end_object().text());
}

/// Where it is: a path, or address and port.
std::string place_text(const Target& target) {
  if (!target.path.empty()) return target.path;
  if (!target.service.empty()) return "service " + target.service;
  const std::string address = target.address.empty() ? "localhost" : target.address;
  return target.port.empty() ? address : address + ":" + target.port;
}

Listing table_of(const std::vector<KnownTarget>& targets) {
  Listing table{.name = "targets",
                .columns = {{"name", "NAME"},
                            {"engine", "ENGINE"},
                            {"place", "PLACE"},
                            {"business", "BUSINESS"},
                            {"host", "HOST"},
                            {"labels", "LABELS"},
                            {"backups", "BACKUPS"},
                            {"file", "FILE"}},
                .rows = {}};
  const auto text = [](const std::string& value) { return Cell{value.empty() ? Value() : Value(value)}; };
  for (const auto& [target, file] : targets) {
    table.rows.push_back({text(target.name), text(target.engine), text(place_text(target)), text(target.business),
                          text(target.host), Cell{target.labels}, Cell{target.backups}, text(file)});
  }
  return table;
}

void refuse_target_of_file(const KnownTarget& known, const std::string& act) {
  if (known.file.empty()) return;
  throw Error(Fault::exists, "cannot " + act + " target " + known.target.name + ": it is defined in " + known.file,
              "edit that file; rounds never rewrites it");
}

bool is_stored(const std::string& name, const Context& context) {
  std::error_code unknown;
  if (!std::filesystem::exists(context.settings.store, unknown)) return false;
  Store store = Store::open(context.settings.store);
  const auto stored = stored_targets(store);
  return std::any_of(stored.begin(), stored.end(), [&](const StoredTarget& target) { return target.name == name; });
}

constexpr const char* kCollector = "rounds-snapshots";

/// Another server: what was measured of the one before is no past of this one.
bool is_elsewhere(const Target& before, const Target& after) {
  const auto place = [](const Target& target) {
    return std::tie(target.engine, target.path, target.address, target.port, target.service);
  };
  return place(before) != place(after);
}

/// Adds the job that measures all targets, unless there is one of that name or somebody has removed it. Inside
/// Store::write.
bool add_collector(Store& store, const Context& context) {
  if (find_job(store, kCollector)) return false;
  const Settings& settings = context.settings;
  AddOptions options;
  options.name = kCollector;
  options.every = "15m";
  options.argv = {std::filesystem::read_symlink("/proc/self/exe").string(),
                  "target",
                  "snapshot",
                  "--store",
                  settings.store.string(),
                  "--jobs-dir",
                  settings.jobs_dir.string()};
  if (std::filesystem::exists(settings.config_file))
    options.argv.insert(options.argv.end(), {"--config", settings.config_file.string()});
  options.keys = {{"timeout", "10m"}, {"description", "Measures what inspections compare over their windows"}};
  define_job(store, compose_job(options, context).job, Source{}, edit_of(store, context));
  return true;
}

}  // namespace

int target_add(const TargetAddOptions& options, const Context& context) {
  const Target target = read_target(options);
  Store store = Store::open(context.settings.store);  // first: an older store is brought up to date
  std::optional<Target> before;
  for (const KnownTarget& known : known_targets(context.settings)) {
    if (known.target.name != target.name) continue;
    refuse_target_of_file(known, "add");
    before = known.target;
  }
  if (before && !options.replace) {
    throw Error(Fault::exists, "target \"" + target.name + "\" exists already",
                "rounds target add " + target.name + " --replace …");
  }
  const std::string changed = before ? changed_keys(*before, target) : std::string();
  if (before && changed.empty()) {
    tell(target.name, "unchanged", "unchanged", context.global);
    return exit_code::ok;
  }
  bool collects = false;
  store.write([&] {
    save_target(store, {target.name, target_toml(target)}, context.now.wall);
    if (before && is_elsewhere(*before, target)) drop_snapshots_of(store, target.name);
    collects = target.engine != "sqlite" && add_collector(store, context);
  });
  announce_change(store);
  const std::string more = collects ? "; job " + std::string(kCollector) + " measures every 15 minutes" : "";
  tell(target.name, before ? "changed" : "added", (before ? "changed: " + changed : "added") + more, context.global);
  if (for_people(context.global)) print_hint("rounds inspect " + target.name);
  return exit_code::ok;
}

int target_list(const TargetListOptions&, const Context& context) {
  print_table(table_of(known_targets(context.settings)), context.global);
  return exit_code::ok;
}

int target_show(const TargetShowOptions& options, const Context& context) {
  const KnownTarget known = require_target(known_targets(context.settings), options.name);
  if (for_people(context.global)) {
    print(escape_controls(target_toml(known.target), true));
  } else {
    print_table(table_of({known}), context.global);
  }
  return exit_code::ok;
}

int target_test(const TargetTestOptions& options, const Context& context) {
  exec_private("inspect", {"target", "test", options.name}, context);
}

int target_snapshot(const TargetSnapshotOptions& options, const Context& context) {
  std::vector<std::string> words{"target", "snapshot"};
  words.insert(words.end(), options.targets.begin(), options.targets.end());
  exec_private("inspect", words, context);
}

int target_grants(const TargetGrantsOptions& options, const Context& context) {
  std::vector<std::string> words{"target", "grants", options.name};
  if (options.explain) words.push_back("--explain");
  exec_private("inspect", words, context);
}

int target_remove(const TargetRemoveOptions& options, const Context& context) {
  // By name alone: a definition that cannot be read, or is doubled by a file, must be possible to remove.
  if (!is_stored(options.name, context)) {
    refuse_target_of_file(require_target(known_targets(context.settings), options.name), "remove");
  }
  if (!options.yes && !confirm("Remove target " + options.name + "?", "--yes")) return exit_code::failed;
  Store store = Store::open(context.settings.store);
  store.write([&] {
    remove_target(store, options.name);
    drop_snapshots_of(store, options.name);
  });
  tell(options.name, "removed", "removed; its reports stay", context.global);
  return exit_code::ok;
}

}  // namespace rounds
