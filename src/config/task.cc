#include "config/task.h"

#include <fmt/format.h>

#include <array>

#include "config/keys.h"
#include "config/vocabulary.h"

namespace rounds {

namespace {

void read_targets(const Field& field, InspectTask& task) {
  const auto read_one = [](const Field& item) -> std::optional<std::string> {
    auto name = read_text(item, "an array of target names");
    if (!name) return std::nullopt;
    const std::string refusal = JobName::refusal(*name);
    if (refusal.empty()) return name;
    item.error(fmt::format("\"{}\" is no target name: {}", *name, refusal));
    return std::nullopt;
  };
  assign(task.targets, read_array<std::string>(field, "an array of target names", read_one));
}

constexpr std::array<Key<InspectTask>, 6> kInspectKeys{
    {{"targets", read_targets},
     {"business", [](const Field& field, InspectTask& task) { assign(task.business, read_text(field)); }},
     {"host", [](const Field& field, InspectTask& task) { assign(task.host, read_text(field)); }},
     {"tags", [](const Field& field, InspectTask& task) { assign(task.tags, read_words(field)); }},
     {"tier", [](const Field& field, InspectTask& task) { assign(task.tier, read_choice(field, inspect_tiers())); }},
     {"fail_on",
      [](const Field& field, InspectTask& task) { assign(task.fail_on, read_choice(field, inspect_severities())); }}}};

bool names_something(const Table& table) {
  return table.find("targets") || table.find("business") || table.find("host") || table.find("tags");
}

}  // namespace

void read_command(const Field& field, Task& task) {
  task.kind = Task::Kind::command;
  const auto line = read_text(field, "one line for /bin/sh -c");
  if (line && line->find_first_not_of(" \t\n") == std::string::npos) field.error("\"command\" cannot be empty");
  if (line) task.command = *line;
}

void read_exec(const Field& field, Task& task) {
  constexpr std::string_view allowed = "an array of strings: the program, then its arguments";
  task.kind = Task::Kind::exec;
  const auto read_one = [allowed](const Field& item) { return read_text(item, allowed); };
  if (!assign(task.argv, read_array<std::string>(field, allowed, read_one))) return;
  if (task.argv.empty() || task.argv.front().empty()) field.error("\"exec\" needs a program to run");
}

std::optional<Task> read_hook(const Field& field) {
  constexpr std::string_view allowed = "a table such as { command = \"mail -s failed ops\" }";
  const auto table = read_table(field, allowed);
  if (!table) return std::nullopt;
  const bool clean_before = !field.problems.has_errors();
  check_keys(*table, Level::hook, field.name, field.problems);
  Task task;
  int tasks = 0;
  for (const TableMember& member : table->members) {
    const Field inner{member.key, member.node, field.problems};
    if (member.key == "command") read_command(inner, task);
    if (member.key == "exec") read_exec(inner, task);
    tasks += member.key == "command" || member.key == "exec";
  }
  if (clean_before && !field.problems.has_errors() && tasks != 1) field.error(fmt::format("\"{}\" takes either a command or an exec", field.name));
  return clean_before && field.problems.has_errors() ? std::nullopt : std::optional(task);
}

void read_inspect(const Field& field, Task& task) {
  task.kind = Task::Kind::inspect;
  const auto table = read_table(field, "a table such as { targets = [\"orders\"], tier = \"weekly\" }");
  if (!table) return;
  check_keys(*table, Level::inspect, "inspect", field.problems);
  read_keys(*table, kInspectKeys, task.inspect, field.problems);
  if (!names_something(*table)) {
    field.error("an inspection names what to look at: targets, business, host or tags");
  }
}

}  // namespace rounds
