#include "loop/define.h"

#include "core/decide.h"
#include "store/keepers.h"
#include "store/ledger.h"

namespace rounds {

namespace {

/// The next due of a definition from now on; a due that already waits to be decided stays.
std::optional<Due> due_after_change(const StoredJob& old, const Job& job, const Schedule& schedule, bool same, Now now) {
  if (!job.enabled) return std::nullopt;
  const bool waits = old.next_due && *old.next_due <= now.due();
  const bool by_run = delay_of(job.trigger) != nullptr || on_of(job.trigger) != nullptr;
  if (same && old.job.enabled && (waits || by_run)) return old.next_due;
  const auto due = first_due(job, schedule, now.due());
  if (!old.paused_at) return due;
  if (!old.paused_until) return std::nullopt;
  return next_due(schedule, *old.paused_until - std::chrono::seconds(1));
}

/// Dues that passed while the job was disabled have a verdict too.
void account_for_disabled(Store& store, const StoredJob& old, const Schedule& schedule, Now now) {
  const auto passed = account_of_pause(schedule, std::chrono::floor<std::chrono::seconds>(old.updated_at), now.due(), Reason::disabled);
  if (!passed) return;
  Run run;
  run.job_id = old.id;
  run.job = old.job.name.text();
  run.epoch = std::stoll(find_fact(store, "clock_epoch").value_or("0"));
  run.due = passed->first;
  run.last_due = passed->last;
  run.count = passed->count;
  run.attempt = 0;
  run.verdict = passed->verdict;
  run.reason = passed->reason;
  run.final = true;
  run.finished_at = now.wall;
  account(store, run, false);
}

Defined redefine(Store& store, const StoredJob& old, const Job& job, const Source& source, const Zone& fallback, Now now) {
  const bool same = same_anchor(old.job, job);
  const Due first_seen = same ? old.first_seen : now.due();
  const Schedule schedule = schedule_of(job, fallback, first_seen);
  const bool unchanged = definition_text(old.job) == definition_text(job);
  if (unchanged && old.source.file == source.file && old.source.line == source.line && !old.stale) return Defined::unchanged;
  if (unchanged) {
    update_job(store, old.id, job, source, old.first_seen, old.next_due, old.completed, now.wall);
    set_stale(store, old.id, false);
    return Defined::unchanged;
  }
  if (same && !old.job.enabled && job.enabled) account_for_disabled(store, old, schedule, now);
  const auto due = due_after_change(old, job, schedule, same, now);
  const bool spent = job.max_runs && old.scheduled_runs >= *job.max_runs;
  const bool by_clock = on_of(job.trigger) == nullptr && delay_of(job.trigger) == nullptr;
  const bool completed = spent || (by_clock && job.enabled && !old.paused_at && !due);
  update_job(store, old.id, job, source, first_seen, spent ? std::nullopt : due, completed, now.wall);
  set_stale(store, old.id, false);
  return Defined::changed;
}

}  // namespace

bool same_anchor(const Job& a, const Job& b) {
  return to_text(a.trigger) == to_text(b.trigger) && a.start == b.start && a.timezone == b.timezone;
}

Defined define_job(Store& store, const Job& job, const Source& source, const Zone& fallback, Now now) {
  const auto old = find_job(store, job.name.text());
  if (old && !old->removed_at) return redefine(store, *old, job, source, fallback, now);
  const Due first_seen = old && same_anchor(old->job, job) ? old->first_seen : now.due();
  const Schedule schedule = schedule_of(job, fallback, first_seen);
  // Back after a removal: the dues in between belong to nobody.
  const auto due = job.enabled ? first_due(job, schedule, now.due()) : std::nullopt;
  const JobId id = insert_job(store, job, source, first_seen, due, now.wall);
  const bool by_clock = on_of(job.trigger) == nullptr;
  if (!due && job.enabled && by_clock) advance_job(store, id, std::nullopt, std::nullopt, true, 0);
  return old ? Defined::revived : Defined::added;
}

}  // namespace rounds
