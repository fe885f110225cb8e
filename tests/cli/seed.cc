// Fills a store with a ledger that is always the same, so that what prints it can be tested to the byte:
//   cli_seed STORE                  jobs `backup` and `sync` with runs of every sort
//   cli_seed STORE file-job         a job that a file defines
//   cli_seed STORE open-runs        after the first: a run of `sync` that goes on, and one that waits
//   cli_seed STORE events         what happened beside the runs
//   cli_seed STORE old-jobs         jobs that were paused, or that no scheduler has looked after, for long
//   cli_seed STORE locked COMMAND…  runs COMMAND while this process holds the scheduler's lock
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "store/events.h"
#include "store/jobs.h"
#include "store/ledger.h"
#include "store/output.h"
#include "store/store.h"
#include "sys/scheduler_lock.h"

namespace rounds {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Due kBegin = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2};
const Instant kSeen = Instant(kBegin) - hours(1);

Job job_named(const std::string& name, std::vector<std::string> tags) {
  Job job{.name = *JobName::parse(name), .trigger = {{EveryRule{{.days = {}, .elapsed = hours(1)}}}}};
  job.task.command = "echo " + name;
  job.tags = std::move(tags);
  return job;
}

Run ended_run(const Job& job, JobId id, int hour, Verdict verdict) {
  Run run;
  run.job_id = id;
  run.job = job.name.text();
  run.due = run.last_due = kBegin + hours(hour);
  run.phase = Phase::ended;
  run.verdict = verdict;
  run.final = true;
  run.started_at = Instant(run.due) + milliseconds(3);
  run.finished_at = *run.started_at + milliseconds(2100);
  run.ending.cpu = milliseconds(40);
  run.ending.max_rss_bytes = 4096 * 1024;
  return run;
}

RunId insert_with_output(Store& store, Run run, const std::string& output) {
  run.output_bytes = static_cast<std::int64_t>(output.size());
  const RunId id = insert_run(store, run);
  save_output(store, id, output);
  count_run(store, run.job_id);
  return id;
}

void seed_backup(Store& store) {
  const Job job = job_named("backup", {"db", "shop"});
  const JobId id = insert_job(store, job, {}, kBegin, kBegin + std::chrono::days(36500), kSeen);
  Run good = ended_run(job, id, 1, Verdict::succeeded);
  good.ending.exit_code = 0;
  insert_with_output(store, good, "one\n\x1b[31mred\x1b[0m\ttab\n\xff\n");
  Run missed = ended_run(job, id, 2, Verdict::missed);
  missed.last_due = missed.due + hours(4);
  missed.count = 5;
  missed.attempt = 0;
  missed.reason = Reason::down;
  missed.started_at = std::nullopt;
  missed.ending = {};
  insert_run(store, missed);
}

void seed_sync(Store& store) {
  const Job job = job_named("sync", {"crm"});
  const JobId id = insert_job(store, job, {}, kBegin, kBegin + std::chrono::days(36500), kSeen);
  Run first = ended_run(job, id, 1, Verdict::failed);
  first.ending.exit_code = 4;
  first.final = false;
  insert_with_output(store, first, "attempt 1\n");
  Run second = ended_run(job, id, 1, Verdict::killed);
  second.attempt = 2;
  second.cause = Cause::retry;
  second.ending.signal = 9;
  second.reason = Reason::stopped;
  insert_with_output(store, second, "attempt 2\n");
}

/// An open run of `sync`, and one that waits for its turn.
void seed_open_runs(Store& store) {
  const StoredJob job = *find_job(store, "sync");
  Run run = ended_run(job.job, job.id, 3, Verdict::unknown);
  run.verdict = std::nullopt;
  run.final = false;
  run.finished_at = std::nullopt;
  run.ending = {};
  run.phase = Phase::running;
  run.keeper = KeeperId{1};
  insert_run(store, run);
  run.due = run.last_due = kBegin + hours(4);
  run.phase = Phase::claimed;
  run.keeper = std::nullopt;
  run.started_at = std::nullopt;
  insert_run(store, run);
}

void seed_events(Store& store) {
  add_event(store, {0, Instant(kBegin), "loop_started", "", "pid 12"});
  add_event(store, {0, Instant(kBegin) + hours(1), "governor", "sync", "more starts than\x1b[31m the schedule has"});
  add_event(store, {0, Instant(kBegin) + hours(2), "loop_started", "", "pid 13"});
}

void seed_job_of_file(Store& store) {
  insert_job(store, job_named("filed", {}), {"/etc/rounds/jobs.d/shop.toml", 3}, kBegin,
             kBegin + std::chrono::days(36500), kSeen);
}

/// `paused`: since the beginning; `lapsed`: a pause that ran out by itself; `overdue`: no loop has been there;
/// `disabled`: since the beginning.
void seed_old_jobs(Store& store) {
  const auto add = [&](const std::string& name, std::optional<Due> next_due) {
    return insert_job(store, job_named(name, {}), {}, kBegin, next_due, kSeen);
  };
  const JobId paused = add("paused", std::nullopt);
  pause_job(store, paused, Instant(kBegin), std::nullopt, "", std::nullopt);
  const JobId lapsed = add("lapsed", std::nullopt);
  const Due end = kBegin + hours(5) + seconds(1800);
  pause_job(store, lapsed, Instant(kBegin), end, "", kBegin + hours(6));
  add("overdue", kBegin + hours(1));
  Job disabled = job_named("disabled", {});
  disabled.enabled = false;
  insert_job(store, disabled, {}, kBegin, std::nullopt, kSeen);
}

int run_locked(const Store& store, char** command) {
  SchedulerLock lock(store.file());
  if (!lock.try_lock()) return 125;
  const pid_t child = fork();
  if (child == 0) {
    execvp(command[0], command);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}

}  // namespace

}  // namespace rounds

int main(int argc, char** argv) {
  using namespace rounds;
  if (argc < 2) return 2;
  Store store = Store::open(argv[1]);
  const std::string_view what = argc > 2 ? argv[2] : "ledger";
  if (what == "locked") return run_locked(store, argv + 3);
  store.write([&] {
    if (what == "file-job") return seed_job_of_file(store);
    if (what == "events") return seed_events(store);
    if (what == "old-jobs") return seed_old_jobs(store);
    if (what == "open-runs") return seed_open_runs(store);
    seed_backup(store);
    seed_sync(store);
  });
  return 0;
}
