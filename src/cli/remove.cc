#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/job_edits.h"
#include "cli/selection.h"
#include "cli/tell.h"
#include "cli/terminal.h"
#include "error.h"

namespace rounds {

namespace {

std::string plan_line(Store& store, const StoredJob& job, bool purge) {
  const std::size_t open = open_runs_of(store, job.id).size();
  std::string line = "- " + job.job.name.text() + "  " + to_text(job.job.trigger);
  if (open > 0) line += fmt::format("  {} open {}", open, open == 1 ? "run" : "runs");
  if (purge) line += fmt::format("  history of {} {} deleted", job.run_count, job.run_count == 1 ? "run" : "runs");
  return line;
}

/// True to go on; lists the victims first where a person is asked.
bool confirmed(const std::vector<std::string>& plan, const RemoveOptions& options) {
  if (options.yes) return true;
  for (const std::string& line : plan) print_line(line);
  return confirm(fmt::format("Remove {} {}?", plan.size(), plan.size() == 1 ? "job" : "jobs"), "--yes");
}

Change remove_one(Store& store, const std::string& name, bool purge, Instant now) {
  const StoredJob job = require_job(store, name);
  refuse_job_of_file(job, "remove");
  const int cancelled = cancel_waiting(store, job, Reason::removed, now);
  remove_job(store, job.id, now);
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
  std::vector<std::string> names;
  std::vector<std::string> plan;
  for (const StoredJob& job : select_jobs(store, {options.names, options.tags, options.all}, "remove")) {
    refuse_job_of_file(job, "remove");
    names.push_back(job.job.name.text());
    plan.push_back(plan_line(store, job, options.purge));
  }
  if (options.dry_run) {
    for (const std::string& line : plan) print_line(line);
    return 0;
  }
  if (!confirmed(plan, options)) {
    print_line("nothing was removed");
    return 0;
  }
  std::vector<Change> changes;
  store.write([&] {
    changes.clear();
    for (const std::string& name : names) changes.push_back(remove_one(store, name, options.purge, context.now.wall));
  });
  announce_change(store);
  tell_changes(changes, context, options.purge || names.size() > 1 ? "" : "rounds restore " + names.front());
  return 0;
}

}  // namespace rounds
