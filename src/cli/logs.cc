#include <algorithm>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output_printer.h"
#include "cli/run_number.h"
#include "cli/selection.h"
#include "cli/store_watch.h"
#include "cli/table.h"
#include "cli/tell.h"
#include "core/json.h"
#include "error.h"
#include "store/ledger.h"
#include "store/output.h"
#include "store/spool.h"

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

/// The run that --follow of a job is about: one that is going on, else one that is to begin, else the last one.
Run run_to_follow(Store& store, const LogsOptions& options) {
  if (run_number(options.job_or_run) || options.last_failed) return wanted_run(store, options);
  const StoredJob job = job_with_history(store, options.job_or_run);
  const std::vector<Run> open = open_runs_of(store, job.id);
  const auto running = std::find_if(open.begin(), open.end(), [](const Run& r) { return r.phase == Phase::running; });
  return open.empty() ? last_run_of(store, job) : running != open.end() ? *running : open.front();
}

void print_json(const Run& run, const std::string& output, std::int64_t left_out) {
  JsonWriter json;
  json.begin_object().field("schema", 1).field("run", run.id.value).field("job", run.job);
  json.field("output", output).field("output_truncated", run.output_truncated || left_out > 0);
  json.field("left_out_bytes", left_out).end_object();
  print_line(json.text());
}

/// Where the bytes go: to the reader at once, or into the one object that --json prints at the end.
class Sink {
 public:
  explicit Sink(const Context& context) : people_(for_people(context.global)), printer_(context.global.color) {}

  void take(const OutputPiece& piece) {
    if (people_) return printer_.show(piece);
    text_ += piece.bytes;
    left_out_ += piece.left_out;
  }

  void close(const Run& run) {
    if (!people_) return print_json(run, text_, left_out_);
    printer_.finish();
    const std::int64_t gone = printer_.left_out();
    if (gone > 0) print_hint(fmt::format("{} bytes in the middle of the output of run {} were left out", gone, run.id.value));
  }

 private:
  bool people_;
  OutputPrinter printer_;
  std::string text_;
  std::int64_t left_out_ = 0;
};

/// Prints what the run wrote so far, and with `watch` all that it will write.
void print_output(Store& store, Run run, Sink& sink, StoreWatch* watch) {
  OutputReader reader(store);
  bool watched = false;
  for (;;) {
    run = require_run(store, run.id);
    if (watch != nullptr && !watched) watched = watch->add_file(store.spool() / output_name(run));
    while (const auto piece = reader.next(run)) sink.take(*piece);
    finish_printing();
    if (watch == nullptr || run.phase == Phase::ended) return sink.close(run);
    if (watched || !reader.has_file()) watch->wait();  // else it came between the two
  }
}

int follow(const LogsOptions& options, const Context& context) {
  Store store = Store::open(context.settings.store);
  StoreWatch watch(store);
  const Run run = run_to_follow(store, options);
  if (run.phase != Phase::ended) hint_without_scheduler(store, fmt::format("waiting for the end of run {} all the same", run.id.value));
  Sink sink(context);
  print_output(store, run, sink, &watch);
  return exit_code::ok;
}

}  // namespace

int logs(const LogsOptions& options, const Context& context) {
  Store store = Store::open_read_only(context.settings.store);
  const Run run = options.follow ? run_to_follow(store, options) : wanted_run(store, options);
  if (options.follow && run.phase != Phase::ended) return follow(options, context);
  Sink sink(context);
  print_output(store, run, sink, nullptr);
  return exit_code::ok;
}

}  // namespace rounds
