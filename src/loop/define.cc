#include "loop/define.h"

#include <algorithm>

#include "core/decide.h"
#include "store/ledger.h"

namespace rounds {

namespace {

using std::chrono::seconds;

/// What a definition means for the queue.
struct Outlook {
  std::optional<Due> next_due;
  bool completed = false;
};

/// The trigger without what only says when a due starts, or what becomes of it on the night the clocks change.
Trigger grid_of(Trigger trigger) {
  for (Rule& rule : trigger.rules) {
    rule.jitter = {};
    rule.dst = {};
  }
  return trigger;
}

/// A start may be this very second, and the name may have had that under another definition: then the due after it.
std::optional<Due> unless_had(Store& store, const StoredJob* old, const Job& job, const Schedule& schedule,
                              std::optional<Due> due, Now now) {
  if (old == nullptr || !due || *due > now.due() || runs_at(store, old->id, *due).empty()) return due;
  return is_on_grid(job.trigger) ? next_due(schedule, *due) : due_set_at(job, schedule, *due);
}

/// The first due from now on, or from the end of the pause that the name still has. `old` may be null.
std::optional<Due> due_from_now(const StoredJob* old, const Job& job, const Schedule& schedule, Now now) {
  const auto due = first_due(job, schedule, now.due());
  if (!job.enabled || !due) return std::nullopt;
  if (old == nullptr || !old->paused_at) return due;
  if (!old->paused_until) return std::nullopt;
  if (*due >= *old->paused_until) return due;
  return is_on_grid(job.trigger) ? next_due(schedule, *old->paused_until - seconds(1))
                                 : due_set_at(job, schedule, *old->paused_until);
}

/// A due that already waits to be decided stays, and so does one that follows from a run.
std::optional<Due> due_after_change(const StoredJob& old, const Job& job, const Schedule& schedule, bool same,
                                    Now now) {
  const bool waits = old.next_due && *old.next_due <= now.due();
  const bool set_once = !is_on_grid(job.trigger);
  if (same && old.job.enabled && job.enabled && (waits || set_once)) return old.next_due;
  return due_from_now(&old, job, schedule, now);
}

Outlook outlook(const StoredJob* old, const Job& job, std::optional<Due> due) {
  if (old && job.max_runs && old->scheduled_runs >= *job.max_runs) return {std::nullopt, true};
  const bool by_clock = on_of(job.trigger) == nullptr && delay_of(job.trigger) == nullptr;
  const bool paused = old && old->paused_at;
  return {due, by_clock && job.enabled && !paused && !due};
}

/// What was due under the old definition is not decided by another trigger, nor for a disabled job.
void settle_before(Store& store, const StoredJob& old, const Job& job, std::optional<Due> next, Edit edit) {
  if (next == edit.now.due()) edit.now.wall -= seconds(1);  // this second is the new definition's
  if (same_anchor(old.job, job) && old.job.enabled && job.enabled) return settle_pause(store, old, edit);
  settle_dues(store, old, edit, job.enabled ? Reason::replaced : Reason::disabled);
}

Defined redefine(Store& store, const StoredJob& old, const Job& job, const Source& source, const Edit& edit) {
  const bool same = same_anchor(old.job, job);
  const bool unchanged = definition_text(old.job) == definition_text(job);
  const bool in_place = old.source.file == source.file && old.source.line == source.line;
  if (unchanged && in_place && !old.stale) return Defined::unchanged;
  if (unchanged) {
    settle_before(store, old, job, old.next_due, edit);
    update_job(store, old.id, job, source, old.first_seen, old.next_due, old.completed, edit.now.wall);
    return Defined::unchanged;
  }
  const Due first_seen = same ? old.first_seen : edit.now.due();
  const Schedule schedule = schedule_of(job, edit.zone, first_seen);
  const auto changed = due_after_change(old, job, schedule, same, edit.now);
  const auto due = changed == old.next_due ? changed : unless_had(store, &old, job, schedule, changed, edit.now);
  const auto [next, completed] = outlook(&old, job, due);
  settle_before(store, old, job, next, edit);
  update_job(store, old.id, job, source, first_seen, next, completed, edit.now.wall);
  return Defined::changed;
}

}  // namespace

bool same_anchor(const Job& a, const Job& b) {
  return to_text(grid_of(a.trigger)) == to_text(grid_of(b.trigger)) && a.start == b.start && a.timezone == b.timezone;
}

Defined define_job(Store& store, const Job& job, const Source& source, const Edit& edit) {
  const auto found = find_job(store, job.name.text());
  const StoredJob* old = found ? &*found : nullptr;
  if (old && !old->removed_at) return redefine(store, *old, job, source, edit);
  const Due first_seen = old && same_anchor(old->job, job) ? old->first_seen : edit.now.due();
  // Back after a removal: the dues in between belong to nobody.
  const Schedule schedule = schedule_of(job, edit.zone, first_seen);
  const auto due = unless_had(store, old, job, schedule, due_from_now(old, job, schedule, edit.now), edit.now);
  const auto [next, completed] = outlook(old, job, due);
  const JobId id = insert_job(store, job, source, first_seen, next, edit.now.wall);
  if (completed) advance_job(store, id, std::nullopt, std::nullopt, true, 0);
  return old ? Defined::revived : Defined::added;
}

}  // namespace rounds
