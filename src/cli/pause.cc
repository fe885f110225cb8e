#include <fmt/format.h>

#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/job_edits.h"
#include "cli/selection.h"
#include "cli/tell.h"
#include "time/stamp.h"

namespace rounds {

namespace {

std::optional<Due> end_of_pause(const PauseOptions& options, const Context& context) {
  const Due now = context.now.due();
  if (options.for_length && options.until) throw Error(Fault::usage, "--for and --until exclude each other");
  if (options.for_length) return now + read_length("--for", *options.for_length).flat();
  if (!options.until) return std::nullopt;
  const Due until = read_moment("--until", *options.until, now, context.shown_zone, false);
  if (until > now) return until;
  throw Error(Fault::usage, fmt::format("--until {}: that is in the past", *options.until));
}

Change pause_one(Store& store, const StoredJob& job, std::optional<Due> until, const std::string& reason,
                 const Edit& edit, const Context& context) {
  const std::string& name = job.job.name.text();
  const bool paused = is_paused(job, context.now.due());
  const bool same = job.paused_until == until && (reason.empty() || reason == job.pause_reason);
  if (paused && same) return {name, "unchanged", "already paused"};
  const Schedule schedule = schedule_of(job, context.settings);
  if (!paused && job.job.enabled) settle_dues(store, job, edit, Reason::paused);
  const int cancelled = cancel_waiting(store, job, Reason::paused, context.now.wall);
  const std::optional<Due> next = until ? first_due_from(job, schedule, *until) : std::nullopt;
  const Instant since = paused ? *job.paused_at : context.now.wall;
  pause_job(store, job.id, since, until, paused && reason.empty() ? job.pause_reason : reason, next);
  std::string text = until ? "paused until " + local_text(*until, context.shown_zone) : "paused";
  if (cancelled > 0) text += fmt::format(", {} waiting {} cancelled", cancelled, cancelled == 1 ? "run" : "runs");
  return {name, "paused", text};
}

}  // namespace

int pause(const PauseOptions& options, const Context& context) {
  const std::optional<Due> until = end_of_pause(options, context);
  Store store = Store::open(context.settings.store);
  std::vector<Change> changes;
  store.write([&] {
    changes.clear();
    const Edit edit = edit_of(store, context);
    for (const StoredJob& job : select_jobs(store, {options.names, options.tags, options.all}, "pause")) {
      changes.push_back(pause_one(store, job, until, options.reason, edit, context));
    }
  });
  announce_change(store);
  tell_changes(changes, context,
               changes.size() == 1 ? "rounds resume " + changes[0].job : "rounds list --state paused");
  return 0;
}

}  // namespace rounds
