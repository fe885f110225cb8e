#include <set>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/job_edits.h"
#include "cli/job_row.h"
#include "cli/run_number.h"
#include "cli/selection.h"
#include "cli/tell.h"
#include "error.h"
#include "sys/scheduler_lock.h"

namespace rounds {

namespace {

/// The open runs that one word of the line stands for; says so in `changes` when there are none.
std::vector<Run> runs_to_stop(Store& store, const std::string& word, std::vector<Change>& changes) {
  if (const std::optional<RunId> id = run_number(word)) {
    const Run run = require_run(store, *id);
    if (run.phase != Phase::ended) return {run};
    changes.push_back({run.job, "unchanged", fmt::format("run {} has ended: {}", id->value, outcome_text(run))});
    return {};
  }
  std::vector<Run> runs;
  for (const StoredJob& job : jobs_with_history(store, {word})) {
    const std::vector<Run> open = open_runs_of(store, job.id);
    if (open.empty()) changes.push_back({job.job.name.text(), "unchanged", "not running"});
    runs.insert(runs.end(), open.begin(), open.end());
  }
  return runs;
}

/// Only the scheduler signals processes.
void require_loop(const Store& store) {
  if (SchedulerLock(store.file()).holder()) return;
  throw Error(Fault::temporary, "no scheduler runs on this store, so nothing can be stopped",
              "rounds run takes over what is still running");
}

}  // namespace

int stop(const StopOptions& options, const Context& context) {
  Store store = Store::open(context.settings.store);
  std::vector<Change> changes;
  store.write([&] {
    changes.clear();
    std::set<RunId> asked;
    for (const std::string& word : options.runs_or_names) {
      for (const Run& run : runs_to_stop(store, word, changes)) {
        if (!asked.insert(run.id).second) continue;
        require_loop(store);
        request_stop(store, run.id);
        changes.push_back({run.job, "stopping", fmt::format("stopping run {}", run.id.value)});
      }
    }
  });
  announce_change(store);
  tell_changes(changes, context, changes.size() == 1 ? "rounds history " + changes[0].job : "");
  return 0;
}

}  // namespace rounds
