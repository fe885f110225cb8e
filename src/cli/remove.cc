#include <cstdio>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/job_edits.h"
#include "cli/selection.h"
#include "cli/table.h"
#include "cli/tell.h"
#include "cli/terminal.h"
#include "error.h"

namespace rounds {

namespace {

Change planned(Store& store, const StoredJob& job, bool purge) {
  const std::string& name = job.job.name.text();
  const std::size_t open = open_runs_of(store, job.id).size();
  std::string line = "- " + name + "  " + to_text(job.job.trigger);
  if (open > 0) line += fmt::format("  {} open {}", open, open == 1 ? "run" : "runs");
  if (purge) line += fmt::format("  history of {} {} deleted", job.run_count, job.run_count == 1 ? "run" : "runs");
  return {name, purge ? "purge" : "remove", line};
}

/// Lists the victims and asks; what people read here goes beside the data.
bool confirmed(const std::vector<Change>& plan, const Context& context) {
  for (const Change& change : plan) {
    if (for_people(context.global)) std::fprintf(stderr, "%s\n", change.text.c_str());
  }
  return confirm(fmt::format("Remove {} {}?", plan.size(), plan.size() == 1 ? "job" : "jobs"), "--yes");
}

Change remove_one(Store& store, const std::string& name, bool purge, const Edit& edit) {
  const StoredJob job = require_job(store, name);
  refuse_job_of_file(job, "remove");
  const int cancelled = retire_job(store, job, edit);
  const std::string tail =
      cancelled > 0 ? fmt::format(", {} waiting {} cancelled", cancelled, cancelled == 1 ? "run" : "runs") : "";
  if (!purge) return {name, "removed", "removed" + tail};
  if (!open_runs_of(store, job.id).empty()) {
    throw Error(Fault::temporary, fmt::format("cannot purge {}: it is running", name), "rounds stop " + name);
  }
  purge_job(store, job.id);
  return {name, "purged", "removed with its history" + tail};
}

}  // namespace

int remove(const RemoveOptions& options, const Context& context) {
  Store store = Store::open(context.settings.store);
  std::vector<Change> plan;
  for (const StoredJob& job : select_jobs(store, {options.names, options.tags, options.all}, "remove")) {
    refuse_job_of_file(job, "remove");
    plan.push_back(planned(store, job, options.purge));
  }
  if (options.dry_run) {
    tell_plan(plan, context);
    return 0;
  }
  const bool go_on = !plan.empty() && (options.yes || confirmed(plan, context));
  if (!go_on) {
    print_line("nothing was removed");
    return 0;
  }
  std::vector<Change> changes;
  store.write([&] {
    changes.clear();
    const Edit edit = edit_of(store, context);
    for (const Change& one : plan) changes.push_back(remove_one(store, one.job, options.purge, edit));
  });
  announce_change(store);
  tell_changes(changes, context, options.purge || plan.size() > 1 ? "" : "rounds restore " + plan.front().job);
  return 0;
}

}  // namespace rounds
