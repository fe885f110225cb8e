#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/table.h"
#include "core/json.h"
#include "loop/restore.h"

namespace rounds {

namespace {

void print_text(const Restored& restored, const std::string& backup) {
  print_line("the store is " + backup + " now");
  if (restored.lost > 0) print_line(fmt::format("runs that were open then, now unknown: {}", restored.lost));
  if (restored.missed > 0) print_line(fmt::format("dues since then, now missed: {}", restored.missed));
  if (restored.aside) print_line("the one before: " + restored.aside->string());
  print_hint("rounds run starts the scheduler");
}

void print_json(const Restored& restored, const std::string& backup) {
  JsonWriter json;
  json.begin_object().field("schema", 1).field("restored", backup).field("unknown", restored.lost);
  json.field("missed", restored.missed).key("replaced");
  restored.aside ? json.value(restored.aside->string()) : json.null();
  print_line(json.end_object().text());
}

}  // namespace

int backup_restore(const BackupRestoreOptions& options, const Context& context) {
  const Restored restored = restore_store(context.settings, options.file, context.now);
  for_people(context.global) ? print_text(restored, options.file) : print_json(restored, options.file);
  return exit_code::ok;
}

}  // namespace rounds
