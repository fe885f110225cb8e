#include <algorithm>
#include <filesystem>

#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/exec_private.h"
#include "cli/exit_code.h"
#include "cli/table.h"
#include "cli/targets.h"
#include "cli/terminal.h"
#include "core/job.h"
#include "core/json.h"

namespace rounds {

namespace {

std::vector<std::string> split_labels(const std::string& text) {
  std::vector<std::string> labels;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (end > begin) labels.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return labels;
}

void set_key(Target& target, const std::string& key, const std::string& value) {
  if (key == "engine") {
    target.engine = value;
  } else if (key == "path") {
    target.path = std::filesystem::absolute(value).lexically_normal();
  } else if (key == "business") {
    target.business = value;
  } else if (key == "host") {
    target.host = value;
  } else if (key == "backups") {
    target.backups.push_back(std::filesystem::absolute(value).lexically_normal());
  } else if (key == "labels") {
    for (const std::string& label : split_labels(value)) target.labels.push_back(label);
  } else {
    throw Error(Fault::usage, "--" + key + " of a target is not yet supported");
  }
}

void require_sqlite(const Target& target) {
  const std::string hint = "rounds target add " + target.name + " --engine sqlite --path FILE";
  if (target.engine.empty()) throw Error(Fault::usage, "--engine is missing", hint);
  for (const char* later : {"postgresql", "mariadb", "mysql", "host"}) {
    if (target.engine == later) throw Error(Fault::usage, "engine \"" + target.engine + "\" is not yet supported");
  }
  require_choice("engine", target.engine, {"sqlite"});
  if (target.path.empty()) throw Error(Fault::usage, "--path is missing", hint);
}

Target read_target(const TargetAddOptions& options) {
  if (!JobName::parse(options.name)) {
    throw Error(Fault::usage, "target name \"" + options.name + "\": " + JobName::refusal(options.name));
  }
  Target target;
  target.name = options.name;
  for (const auto& [key, value] : options.keys) set_key(target, key, value);
  require_sqlite(target);
  return target;
}

/// The keys that differ, joined by commas.
std::string changed_keys(const Target& before, const Target& after) {
  std::string keys;
  const auto note = [&](bool differs, const char* key) {
    if (differs) keys += keys.empty() ? key : std::string(", ") + key;
  };
  note(before.engine != after.engine, "engine");
  note(before.path != after.path, "path");
  note(before.business != after.business, "business");
  note(before.host != after.host, "host");
  note(before.labels != after.labels, "labels");
  note(before.backups != after.backups, "backups");
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

Listing table_of(const std::vector<Target>& targets) {
  Listing table{.name = "targets",
              .columns = {{"name", "NAME"}, {"engine", "ENGINE"}, {"path", "PATH"}, {"business", "BUSINESS"},
                          {"host", "HOST"}, {"labels", "LABELS"}, {"backups", "BACKUPS"}},
              .rows = {}};
  const auto text = [](const std::string& value) { return Cell{value.empty() ? Value() : Value(value)}; };
  for (const Target& target : targets) {
    table.rows.push_back({text(target.name), text(target.engine), text(target.path), text(target.business),
                          text(target.host), Cell{target.labels}, Cell{target.backups}});
  }
  return table;
}

}  // namespace

int target_add(const TargetAddOptions& options, const Context& context) {
  const Target target = read_target(options);
  Store store = Store::open(context.settings.store);
  const auto before = find_target(store, target.name);
  if (before && !options.replace) {
    throw Error(Fault::exists, "target \"" + target.name + "\" exists already",
                "rounds target add " + target.name + " --replace …");
  }
  const std::string changed = before ? changed_keys(*before, target) : std::string();
  if (before && changed.empty()) {
    tell(target.name, "unchanged", "unchanged", context.global);
    return exit_code::ok;
  }
  store.write([&] { save_target(store, target, context.now.wall); });
  tell(target.name, before ? "changed" : "added", before ? "changed: " + changed : "added", context.global);
  if (for_people(context.global)) print_hint("rounds inspect " + target.name);
  return exit_code::ok;
}

int target_list(const TargetListOptions&, const Context& context) {
  Store store = Store::open_read_only(context.settings.store);
  print_table(table_of(all_targets(store)), context.global);
  return exit_code::ok;
}

int target_show(const TargetShowOptions& options, const Context& context) {
  Store store = Store::open_read_only(context.settings.store);
  print_table(table_of({require_target(store, options.name)}), context.global);
  return exit_code::ok;
}

int target_test(const TargetTestOptions& options, const Context& context) {
  exec_private("inspect", {"target", "test", options.name}, context);
}

int target_remove(const TargetRemoveOptions& options, const Context& context) {
  Store store = Store::open(context.settings.store);
  const Target target = require_target(store, options.name);
  if (!options.yes && !confirm("Remove target " + target.name + "?", "--yes")) return exit_code::failed;
  store.write([&] { remove_target(store, target.name); });
  tell(target.name, "removed", "removed; its reports stay", context.global);
  return exit_code::ok;
}

}  // namespace rounds
