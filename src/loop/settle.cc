#include "loop/settle.h"

#include <algorithm>

#include "core/decide.h"
#include "store/keepers.h"
#include "store/ledger.h"

namespace rounds {

namespace {

using std::chrono::floor;
using std::chrono::seconds;

void write_down(Store& store, const StoredJob& job, const Account& dues, Instant now) {
  Run run;
  run.job_id = job.id;
  run.job = job.job.name.text();
  run.epoch = std::stoll(find_fact(store, "clock_epoch").value_or("0"));
  run.due = dues.first;
  run.last_due = dues.last;
  run.count = dues.count;
  run.attempt = 0;
  run.verdict = dues.verdict;
  run.reason = dues.reason;
  run.final = true;
  run.finished_at = now;
  account(store, run, false);
}

/// Dues in (from, to] that were skipped.
void settle_skipped(Store& store, const StoredJob& job, const Edit& edit, Due from, Due to, Reason reason) {
  const Schedule schedule = schedule_of(job.job, edit.zone, job.first_seen);
  if (const auto dues = account_of_pause(schedule, from, to, reason)) write_down(store, job, *dues, edit.now.wall);
}

void settle_disabled(Store& store, const StoredJob& job, const Edit& edit) {
  const Due begin = floor<seconds>(job.updated_at);  // when it was disabled, or edited since
  settle_skipped(store, job, edit, begin, edit.now.due(), Reason::disabled);
}

void settle_overdue(Store& store, const StoredJob& job, const Edit& edit, Reason reason) {
  const Due now = edit.now.due();
  if (!job.next_due || *job.next_due > now) return;
  const Schedule schedule = schedule_of(job.job, edit.zone, job.first_seen);
  const DueJob due{job.job, schedule, *job.next_due, job.watermark, job.scheduled_runs};
  for (const Account& dues : account_of_overdue(due, now, edit.awake_since, reason)) {
    write_down(store, job, dues, edit.now.wall);
  }
}

}  // namespace

void settle_pause(Store& store, const StoredJob& job, const Edit& edit) {
  if (!job.paused_at || !job.job.enabled) return;
  const Due now = edit.now.due();
  const Due begin = floor<seconds>(std::max(*job.paused_at, job.updated_at));  // an edit accounts for what was before it
  const Due end = job.paused_until ? std::min(now, *job.paused_until - seconds(1)) : now;
  settle_skipped(store, job, edit, begin, end, Reason::paused);
}

void settle_dues(Store& store, const StoredJob& job, const Edit& edit, Reason reason) {
  if (!job.job.enabled) return settle_disabled(store, job, edit);
  settle_pause(store, job, edit);
  settle_overdue(store, job, edit, reason);
}

int cancel_waiting(Store& store, const StoredJob& job, Reason reason, Instant now) {
  int cancelled = 0;
  for (Run run : open_runs_of(store, job.id)) {
    if (run.keeper) continue;
    run.verdict = Verdict::cancelled;
    run.reason = reason;
    run.final = true;
    run.finished_at = now;
    end_run(store, run);
    ++cancelled;
  }
  return cancelled;
}

int retire_job(Store& store, const StoredJob& job, const Edit& edit) {
  settle_dues(store, job, edit, Reason::removed);
  const int cancelled = cancel_waiting(store, job, Reason::removed, edit.now.wall);
  remove_job(store, job.id, edit.now.wall);
  return cancelled;
}

}  // namespace rounds
