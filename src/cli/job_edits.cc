#include "cli/job_edits.h"

#include <fmt/format.h>

#include "error.h"
#include "sys/scheduler_lock.h"
#include "sys/wake.h"

namespace rounds {

using std::chrono::seconds;

namespace {

/// Without a loop the log is read again by each command that opens the store: larger ones make them slow.
constexpr std::int64_t kCheckpointBytes = 1024 * 1024;

}  // namespace

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

bool is_paused(const StoredJob& job, Due now) {
  return job.paused_at && (!job.paused_until || *job.paused_until > now);
}

Edit edit_of(const Store& store, const Context& context) {
  const bool loop_runs = SchedulerLock(store.file()).holder().has_value();
  return {context.now, context.settings.zone, loop_runs ? Due::min() : Due::max()};
}

void refuse_job_of_file(const StoredJob& job, const std::string& act) {
  if (!job.source.file) return;
  throw Error(Fault::exists,
              fmt::format("cannot {} {}: it is defined in {}", act, job.job.name.text(), to_text(job.source)),
              "edit that file; rounds never rewrites it");
}

void announce_change(Store& store) {
  ring_bell(store.spool());
  keep_log_small(store);
}

void keep_log_small(Store& store) {
  if (store.wal_bytes() <= kCheckpointBytes || SchedulerLock(store.file()).holder()) return;
  try {
    store.checkpoint();
  } catch (const Error&) {  // a full disk, say: what was asked for is done, and the next command tries again
  }
}

}  // namespace rounds
