#include "config/conditions.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <limits>

#include "config/keys.h"
#include "config/vocabulary.h"
#include "sys/user.h"

namespace rounds {

namespace {

constexpr int kMostFiles = std::numeric_limits<int>::max();

bool is_root() { return geteuid() == 0; }

std::optional<std::string> read_name(const Field& field, std::string_view allowed) {
  auto name = read_text(field, allowed);
  if (!name || !name->empty()) return name;
  field.error(fmt::format("\"{}\" cannot be empty", field.name));
  return std::nullopt;
}

/// A core of nothing needs no unit.
std::optional<std::int64_t> read_size_or_zero(const Field& field) {
  const auto* number = std::get_if<std::int64_t>(&field.node.value);
  return number && *number == 0 ? std::optional<std::int64_t>(0) : read_size(field);
}

constexpr std::array<Key<ResourceLimits>, 4> kLimits{
    {{"cpu", [](const Field& f, ResourceLimits& limits) { assign(limits.cpu, read_seconds(f)); }},
     {"memory", [](const Field& f, ResourceLimits& limits) { assign(limits.memory, read_size(f)); }},
     {"files", [](const Field& f, ResourceLimits& limits) { assign(limits.files, read_integer(f, 3, kMostFiles)); }},
     {"core", [](const Field& f, ResourceLimits& limits) { assign(limits.core, read_size_or_zero(f)); }}}};

}  // namespace

void read_user(const Field& field, Conditions& conditions) {
  const auto name = read_name(field, "the name of a user");
  if (!name) return;
  const auto user = find_user(*name);
  if (!user) return field.error(fmt::format("there is no user \"{}\"", *name));
  if (!is_root() && user->uid != geteuid()) {
    return field.error("only root can run jobs as another user", "run rounds as that user, or as root");
  }
  conditions.user = *name;
}

void read_group(const Field& field, Conditions& conditions) {
  const auto name = read_name(field, "the name of a group");
  if (!name) return;
  const auto group = find_group(*name);
  if (!group) return field.error(fmt::format("there is no group \"{}\"", *name));
  if (!is_root() && *group != getegid()) return field.error("only root can run jobs in another group");
  conditions.group = *name;
}

void read_umask(const Field& field, Conditions& conditions) {
  constexpr std::string_view allowed = "octal digits in quotes such as \"027\"";
  if (const auto* number = std::get_if<std::int64_t>(&field.node.value)) {
    return field.wrong_type(allowed, fmt::format("in quotes: umask = \"{:03}\"", *number));
  }
  const auto text = read_text(field, allowed);
  if (!text) return;
  const auto mask = umask_from_text(*text);
  if (!mask) return field.error(fmt::format("\"umask\" takes {}, got \"{}\"", allowed, *text));
  conditions.umask = *mask;
}

void read_nice(const Field& field, Conditions& conditions) {
  if (!assign(conditions.nice, read_integer(field, -20, 19))) return;
  if (*conditions.nice < 0 && !is_root()) field.error("only root can run jobs with a nice value below 0");
}

void read_ionice(const Field& field, Conditions& conditions) {
  constexpr std::string_view allowed = "\"idle\", \"best-effort:0\" to \"best-effort:7\" or \"realtime:0\" to \"realtime:7\"";
  const auto text = read_text(field, allowed);
  if (!text) return;
  const auto priority = io_priority_from_text(*text);
  if (!priority) return field.error(fmt::format("\"ionice\" takes {}, got \"{}\"", allowed, *text));
  if (priority->io_class == IoPriority::Class::realtime && !is_root()) return field.error("only root can run jobs with realtime I/O");
  conditions.ionice = priority;
}

void read_limits(const Field& field, Conditions& conditions) {
  const auto table = read_table(field, "a table such as { memory = \"512 MiB\", files = 1024 }");
  if (!table) return;
  check_keys(*table, Level::limits, "limits", field.problems);
  read_keys(*table, kLimits, conditions.limits, field.problems);
}

}  // namespace rounds
