#include <fmt/format.h>

#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/job_row.h"
#include "cli/run_exit.h"
#include "cli/run_number.h"
#include "cli/run_row.h"
#include "cli/store_watch.h"
#include "cli/table.h"
#include "cli/tell.h"
#include "error.h"
#include "store/ledger.h"
#include "sys/clock.h"

namespace rounds {

namespace {

using Deadline = std::optional<std::chrono::nanoseconds>;

std::vector<Run> runs_named(Store& store, const std::vector<std::string>& words) {
  std::vector<Run> runs;
  for (const std::string& word : words) {
    const std::optional<RunId> id = run_number(word);
    if (!id) throw Error(Fault::usage, "wait takes numbers of runs, got \"" + word + "\"", "rounds history " + word);
    runs.push_back(require_run(store, *id));
  }
  return runs;
}

/// The last attempt there is so far at what `run` is an attempt at.
Run latest_attempt(Store& store, RunId id) {
  Run run = require_run(store, id);
  while (run.phase == Phase::ended && !run.final) {
    const std::optional<Run> next = next_attempt_of(store, run);
    if (!next) break;  // pruned, or deleted with its job
    run = *next;
  }
  return run;
}

bool is_over(const Run& run) { return run.phase == Phase::ended; }

/// Follows each to its final verdict, telling people of it; false when the time was up before.
bool wait_for(Store& store, std::vector<Run>& runs, Deadline deadline, bool tell) {
  StoreWatch watch(store);
  for (Run& run : runs) {
    for (run = latest_attempt(store, run.id); !is_over(run); run = latest_attempt(store, run.id)) {
      if (!watch.wait(deadline)) return false;
    }
    if (tell) print_line(fmt::format("run {} of {}: {}", run.id.value, run.job, outcome_text(run)));
    finish_printing();
  }
  return true;
}

int exit_of_all(const std::vector<Run>& runs) {
  int result = exit_code::ok;
  for (const Run& run : runs) {
    const int status = is_over(run) ? exit_of(run) : exit_code::ok;
    if (result == exit_code::ok) result = status;
  }
  return result;
}

void print_runs(const std::vector<Run>& runs, const Context& context) {
  Listing table{"runs", run_columns(), {}};
  for (const Run& run : runs) table.rows.push_back(run_row(run, context));
  print_table(table, context.global);
}

}  // namespace

int wait(const WaitOptions& options, const Context& context) {
  Deadline deadline;
  if (options.timeout) deadline = context.now.boot + read_length("--timeout", *options.timeout).flat();
  std::vector<Run> runs;
  bool all_over = true;
  {
    Store past = Store::open_read_only(context.settings.store);
    runs = runs_named(past, options.runs);
    for (Run& run : runs) all_over &= is_over(run = latest_attempt(past, run.id));
  }
  Store store = Store::open(context.settings.store);
  if (!all_over) hint_without_scheduler(store, "waiting for one: rounds run");
  const bool in_time = wait_for(store, runs, deadline, for_people(context.global));
  if (!for_people(context.global)) print_runs(runs, context);
  if (in_time) return exit_of_all(runs);
  print_hint("the time was up before all runs were");
  return exit_code::timed_out;
}

}  // namespace rounds
