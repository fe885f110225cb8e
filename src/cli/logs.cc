#include <algorithm>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/run_number.h"
#include "cli/selection.h"
#include "cli/table.h"
#include "core/json.h"
#include "error.h"
#include "store/ledger.h"
#include "store/output.h"

namespace rounds {

namespace {

Run last_run_of(Store& store, const StoredJob& job) {
  std::optional<Run> found;
  for (const Run& run : open_runs_of(store, job.id)) {
    if (run.phase == Phase::running) found = run;
  }
  if (!found) found = last_ended(store, job.id);
  if (found) return *found;
  const std::string& name = job.job.name.text();
  throw Error(Fault::not_found, name + " has not run yet", "rounds next " + name);
}

Run last_failed_run_of(Store& store, const StoredJob& job) {
  if (const std::optional<Run> run = last_failed(store, job.id)) return *run;
  const std::string& name = job.job.name.text();
  throw Error(Fault::not_found, "no run of " + name + " failed", "rounds history " + name);
}

Run wanted_run(Store& store, const LogsOptions& options) {
  if (const std::optional<RunId> id = run_number(options.job_or_run)) {
    if (options.last_failed) throw Error(Fault::usage, "--last-failed goes with a job, not with a run");
    return require_run(store, *id);
  }
  const StoredJob job = job_with_history(store, options.job_or_run);
  return options.last_failed ? last_failed_run_of(store, job) : last_run_of(store, job);
}

void print_json(const Run& run, const std::string& output) {
  JsonWriter json;
  json.begin_object().field("schema", 1).field("run", run.id.value).field("job", run.job);
  json.field("output", output).field("output_truncated", run.output_truncated).end_object();
  print_line(json.text());
}

}  // namespace

int logs(const LogsOptions& options, const Context& context) {
  Store store = Store::open_read_only(context.settings.store);
  const Run run = wanted_run(store, options);
  const std::string output = read_output(store, run);
  if (!for_people(context.global)) {
    print_json(run, output);
  } else if (look_at_terminal(context.global.color).interactive) {
    print(escape_controls(output, true));
  } else {
    print(output);
  }
  return 0;
}

}  // namespace rounds
