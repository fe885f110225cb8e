#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/job_edits.h"
#include "cli/job_row.h"
#include "cli/selection.h"
#include "cli/table.h"
#include "cli/tell.h"
#include "core/json.h"
#include "error.h"
#include "loop/claim.h"
#include "store/keepers.h"
#include "store/overrides.h"
#include "time/stamp.h"

namespace rounds {

namespace {

constexpr std::size_t kMany = 100;
constexpr std::size_t kMost = 10000;

/// A due that gets a run, and which attempt that is.
struct Fill {
  Due due;
  int attempt = 1;
  std::string before{};  ///< what the ledger has of it, for people
};

void require_fillable(const StoredJob& job) {
  const std::string& name = job.job.name.text();
  if (!is_on_grid(job.job.trigger)) {
    throw Error(Fault::usage, name + " has no dues by the calendar: " + to_text(job.job.trigger), "rounds run-now " + name);
  }
  if (job.paused_at) throw Error(Fault::temporary, name + " is paused", "rounds resume " + name);
}

std::vector<Due> dues_between(const Schedule& schedule, Due from, Due to) {
  std::vector<Due> dues;
  for (auto due = next_due(schedule, from - std::chrono::seconds(1)); due && *due < to; due = next_due(schedule, *due)) {
    if (is_excepted(schedule, *due)) continue;
    dues.push_back(*due);
    if (dues.size() > kMost) throw Error(Fault::usage, fmt::format("more than {} dues", kMost), "backfill a part of that time");
  }
  return dues;
}

/// Nothing when the due is to be left out: a run of it is open, or (`only_missing`) has succeeded.
std::optional<Fill> fill_of(Store& store, const StoredJob& job, Due due, bool only_missing) {
  Fill fill{due};
  for (const Run& run : runs_at(store, job.id, due)) {
    if (run.phase != Phase::ended || (only_missing && run.verdict == Verdict::succeeded)) return std::nullopt;
    fill.attempt = std::max(fill.attempt, run.attempt + 1);
    fill.before = outcome_text(run);
  }
  return fill;
}

std::vector<Fill> fills_of(Store& store, const StoredJob& job, const BackfillOptions& options, const Context& context) {
  const Due now = context.now.due();
  const Schedule schedule = schedule_of(job, context.settings);
  const Due from = read_moment("--from", options.from, now, schedule.zone, true);
  const Due to = options.to ? read_moment("--to", *options.to, now, schedule.zone, true) : now;
  if (to > now) throw Error(Fault::usage, "--to is in the future", "those dues will come by themselves");
  if (from >= to) throw Error(Fault::usage, "--from is not before --to");
  std::vector<Fill> fills;
  for (const Due due : dues_between(schedule, from, to)) {
    if (auto fill = fill_of(store, job, due, options.only_missing)) fills.push_back(std::move(*fill));
  }
  return fills;
}

Run row_of(const Fill& fill, const StoredJob& job, const BackfillOptions& options, const Context& context, std::int64_t epoch) {
  Run run = new_run(job, epoch, fill.due, context.now.wall);
  run.attempt = fill.attempt;
  run.cause = Cause::backfill;
  run.window = window_of(job.job, schedule_of(job, context.settings), fill.due, fill.due, std::nullopt);
  Overrides overrides;
  overrides.parallel = options.parallel;
  run.overrides = overrides_text(overrides);
  return run;
}

/// As the ledger is now, which may be another than when the plan was shown.
std::vector<RunId> insert_fills(Store& store, const BackfillOptions& options, const Context& context) {
  std::vector<RunId> ids;
  const StoredJob job = require_job(store, options.name);
  require_fillable(job);
  const std::int64_t epoch = std::stoll(find_fact(store, "clock_epoch").value_or("0"));
  for (const Fill& fill : fills_of(store, job, options, context)) {
    if (fill.attempt > 1) reopen_occurrence(store, job.id, epoch, fill.due);
    ids.push_back(insert_run(store, row_of(fill, job, options, context, epoch)));
  }
  return ids;
}

void print_plan(const std::vector<Fill>& fills, const std::string& name, const Context& context) {
  std::vector<Change> plan;
  for (const Fill& fill : fills) {
    const std::string before = fill.before.empty() ? "nothing in the ledger" : fill.before + " before";
    plan.push_back({name, "run", fmt::format("+ {}  attempt {}, {}", utc_text(fill.due), fill.attempt, before)});
  }
  tell_plan(plan, context);
}

void print_queued(const std::vector<RunId>& ids, const BackfillOptions& options, const Context& context) {
  if (!for_people(context.global)) {
    JsonWriter json;
    json.begin_object().field("schema", 1).field("job", options.name).field("parallel", options.parallel).key("runs").begin_array();
    for (const RunId id : ids) json.value(id.value);
    return print_line(json.end_array().end_object().text());
  }
  print_line(fmt::format("{}: {} runs are queued, {} at a time", options.name, ids.size(), options.parallel));
  print_hint("rounds history " + options.name);
}

bool agreed(const std::vector<Fill>& fills, const BackfillOptions& options) {
  if (options.yes || fills.size() <= kMany) return true;
  return confirm(fmt::format("{} runs of {}, from {} to {}?", fills.size(), options.name, utc_text(fills.front().due),
                             utc_text(fills.back().due)), "--yes");
}

}  // namespace

int backfill(const BackfillOptions& options, const Context& context) {
  if (options.from.empty()) throw Error(Fault::usage, "backfill needs --from", "rounds backfill " + options.name + " --from -7d");
  Store store = Store::open(context.settings.store);
  const StoredJob job = require_job(store, options.name);
  require_fillable(job);
  const std::vector<Fill> fills = fills_of(store, job, options, context);
  if (options.dry_run) {
    print_plan(fills, options.name, context);
    return exit_code::ok;
  }
  if (fills.empty() && for_people(context.global)) {
    print_line(options.name + ": nothing to fill");
    return exit_code::ok;
  }
  if (!agreed(fills, options)) return exit_code::failed;
  std::vector<RunId> ids;
  store.write([&] { ids = insert_fills(store, options, context); });
  announce_change(store);
  print_queued(ids, options, context);
  hint_without_scheduler(store, "they wait for one: rounds run");
  return exit_code::ok;
}

}  // namespace rounds
