#include <filesystem>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/job_row.h"
#include "cli/table.h"
#include "core/json.h"
#include "error.h"
#include "store/keepers.h"
#include "store/ledger.h"
#include "sys/scheduler_lock.h"
#include "time/stamp.h"

namespace rounds {

namespace {

struct Status {
  std::optional<std::int64_t> scheduler_pid;
  std::optional<std::int64_t> keeper_pid;
  std::optional<Due> next_wake;
  JobCounts jobs;
  std::int64_t running = 0;
  std::int64_t failed_24h = 0;
};

std::optional<Due> next_wake(Store& store, Instant now) {
  std::optional<Due> wake = earliest_next_due(store);
  const std::optional<Instant> retry = earliest_wait(store, now);
  if (!retry) return wake;
  const Due due = std::chrono::ceil<std::chrono::seconds>(*retry);
  return wake && *wake < due ? wake : due;
}

std::int64_t count_running(Store& store) {
  std::int64_t running = 0;
  for (const Run& run : open_runs(store)) running += run.phase == Phase::running;
  return running;
}

void read_store(Status& status, Store store, Instant now) {
  status.jobs = count_jobs(store);
  status.running = count_running(store);
  status.failed_24h = failed_since(store, now - std::chrono::hours(24));
  if (!status.scheduler_pid) return;
  status.next_wake = next_wake(store, now);
  const std::vector<KeeperRow> keepers = all_keepers(store);
  if (!keepers.empty() && keepers.back().pid > 0) status.keeper_pid = keepers.back().pid;
}

Status look(const Context& context) {
  Status status;
  const std::filesystem::path& file = context.settings.store;
  if (!std::filesystem::exists(file)) return status;
  if (const std::optional<pid_t> pid = SchedulerLock(std::filesystem::canonical(file)).holder())
    status.scheduler_pid = *pid;
  try {
    read_store(status, Store::open_read_only(file), context.now.wall);
  } catch (const Error& error) {
    if (error.fault() != Fault::temporary) throw;  // a loop is only just making the store
  }
  return status;
}

void print_json(const Status& status) {
  JsonWriter json;
  json.begin_object().field("schema", 1).field("running", status.scheduler_pid.has_value());
  json.field("scheduler_pid", status.scheduler_pid).field("keeper_pid", status.keeper_pid).key("next_wake");
  status.next_wake ? json.value(utc_text(*status.next_wake)) : json.null();
  json.key("jobs").begin_object();
  json.field("total", status.jobs.total).field("active", status.jobs.active);
  json.field("paused", status.jobs.paused).field("stale", status.jobs.stale).end_object();
  json.key("runs").begin_object().field("running", status.running).field("failed_24h", status.failed_24h).end_object();
  print_line(json.end_object().text());
}

void print_text(const Status& status, const Context& context) {
  if (status.scheduler_pid) {
    std::string line = fmt::format("running (pid {}", *status.scheduler_pid);
    if (status.keeper_pid) line += fmt::format(", keeper {}", *status.keeper_pid);
    line += ")";
    if (status.next_wake) line += ", next wake " + time_with_distance(*status.next_wake, context);
    print_line(line);
  } else {
    print_line("not running");
  }
  print_line(fmt::format("jobs: {} in all, {} active, {} paused, {} stale", status.jobs.total, status.jobs.active,
                         status.jobs.paused, status.jobs.stale));
  print_line(fmt::format("runs: {} running, {} failed in the last 24 hours", status.running, status.failed_24h));
  print_line("store: " + context.settings.store.string());
  if (!status.scheduler_pid) print_hint("rounds run starts the scheduler");
}

}  // namespace

int status(const StatusOptions&, const Context& context) {
  const Status status = look(context);
  for_people(context.global) ? print_text(status, context) : print_json(status);
  return status.scheduler_pid ? exit_code::ok : exit_code::failed;
}

}  // namespace rounds
