#include "cli/job_edits.h"

#include <algorithm>

#include <fmt/format.h>

#include "error.h"
#include "store/keepers.h"
#include "sys/wake.h"

namespace rounds {

using std::chrono::seconds;

Schedule schedule_of(const StoredJob& job, const Settings& settings) {
  return schedule_of(job.job, settings.zone, job.first_seen);
}

std::optional<Due> next_start_of(const StoredJob& job, const Settings& settings) {
  if (!job.next_due || job.job.except.empty()) return job.next_due;
  const Schedule schedule = schedule_of(job, settings);
  return is_excepted(schedule, *job.next_due) ? next_start(schedule, *job.next_due) : job.next_due;
}

std::optional<Due> first_due_from(const StoredJob& job, const Schedule& schedule, Due from) {
  if (!job.job.enabled || job.completed) return std::nullopt;
  if (!is_on_grid(job.job.trigger)) return due_set_at(job.job, schedule, from);
  return next_due(schedule, from - seconds(1));
}

int cancel_waiting(Store& store, const StoredJob& job, Reason reason, Instant now) {
  int cancelled = 0;
  for (Run run : open_runs_of(store, job.id)) {
    if (run.phase != Phase::claimed || run.keeper) continue;
    run.phase = Phase::ended;
    run.verdict = Verdict::cancelled;
    run.reason = reason;
    run.final = true;
    run.finished_at = now;
    end_run(store, run);
    ++cancelled;
  }
  return cancelled;
}

void account_dues(Store& store, const StoredJob& job, const Schedule& schedule, Due after, Due last, Verdict verdict,
                  Reason reason, Instant now) {
  const std::optional<Account> dues = account_of_pause(schedule, after, last, reason);
  if (!dues) return;
  Run run;
  run.job_id = job.id;
  run.job = job.job.name.text();
  run.epoch = std::stoll(find_fact(store, "clock_epoch").value_or("0"));
  run.due = dues->first;
  run.last_due = dues->last;
  run.count = dues->count;
  run.attempt = 0;
  run.verdict = verdict;
  run.final = true;
  run.reason = reason;
  run.finished_at = now;
  account(store, run, false);
}

bool is_paused(const StoredJob& job, Due now) {
  return job.paused_at && (!job.paused_until || *job.paused_until > now);
}

void account_pause(Store& store, const StoredJob& job, const Schedule& schedule, Now now) {
  const Due first = std::chrono::floor<seconds>(*job.paused_at);
  const Due last = job.paused_until ? std::min(now.due(), *job.paused_until - seconds(1)) : now.due();
  account_dues(store, job, schedule, first, last, Verdict::skipped, Reason::paused, now.wall);
}

void refuse_job_of_file(const StoredJob& job, const std::string& act) {
  if (!job.source.file) return;
  throw Error(Fault::exists,
              fmt::format("cannot {} {}: it is defined in {}", act, job.job.name.text(), to_text(job.source)),
              "edit that file; rounds never rewrites it");
}

void announce_change(const Store& store) { ring_bell(store.spool()); }

}  // namespace rounds
