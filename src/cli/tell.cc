#include "cli/tell.h"

#include "cli/table.h"
#include "sys/scheduler_lock.h"

namespace rounds {

namespace {

void print_data(const std::string& name, const std::vector<Change>& changes, const Context& context) {
  Listing table{name, {{"job", "JOB"}, {"act", "ACT"}, {"text", "TEXT"}}, {}};
  for (const Change& change : changes) table.rows.push_back({{change.job}, {change.act}, {change.text}});
  print_table(table, context.global);
}

}  // namespace

void tell_changes(const std::vector<Change>& changes, const Context& context, const std::string& hint) {
  if (!for_people(context.global)) return print_data("changes", changes, context);
  for (const Change& change : changes) print_line(change.job + ": " + change.text);
  if (!hint.empty() && !changes.empty()) print_hint(hint);
}

void tell_plan(const std::vector<Change>& plan, const Context& context) {
  if (!for_people(context.global)) return print_data("plan", plan, context);
  for (const Change& change : plan) print_line(change.text);
}

void hint_without_scheduler(const Store& store, const std::string& what) {
  if (!SchedulerLock(store.file()).holder()) print_hint("no scheduler runs on this store; " + what);
}

}  // namespace rounds
