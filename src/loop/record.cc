#include "loop/record.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/decide.h"
#include "core/retry.h"
#include "error.h"
#include "loop/claim.h"
#include "loop/hooks.h"
#include "loop/log.h"
#include "loop/output_cap.h"
#include "loop/recover.h"
#include "loop/spool.h"
#include "store/events.h"
#include "store/ledger.h"
#include "store/output.h"
#include "store/overrides.h"
#include "store/spool.h"
#include "sys/process.h"

namespace rounds {

namespace {

using std::chrono::milliseconds;

Reason reason_of(StartStep step) {
  switch (step) {
    case StartStep::fork: return Reason::resources;
    case StartStep::session: return Reason::session;
    case StartStep::signals: return Reason::signals;
    case StartStep::umask: return Reason::umask;
    case StartStep::standard_input: return Reason::standard_input;
    case StartStep::timer: return Reason::timer;
    case StartStep::marker: return Reason::marker;
    case StartStep::output: return Reason::output;
    case StartStep::user: return Reason::user;
    case StartStep::directory: return Reason::directory;
    case StartStep::exec: return Reason::exec;
    case StartStep::killed_before_exec: return Reason::exec;
    case StartStep::priority: return Reason::priority;
    case StartStep::limits: return Reason::limits;
  }
  return Reason::exec;
}

Ending ending_of(const message::Exited& exit) {
  Ending ending;
  (exit.signaled != 0 ? ending.signal : ending.exit_code) = exit.status;
  ending.cpu = milliseconds(exit.cpu_us / 1000);
  ending.max_rss_bytes = exit.max_rss_kib * 1024;
  return ending;
}

Instant from_ms(std::int64_t ms) { return Instant(milliseconds(ms)); }

/// Output moves into the store while it is small; how much there was goes into the row. A large one is cut.
void take_output(LoopState& state, const LiveRun& live, Run& run) {
  const std::string name = output_name(run);
  struct stat info {};
  if (fstatat(state.spool.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return;
  run.output_bytes = info.st_size;
  run.output_truncated = live.output.shrunk;
  const std::int64_t cap = output_max_of(state, live);
  if (info.st_size > cap) {
    const Fd fd = open_for_change(state, run);
    run.output_truncated = (fd && cut_output(fd.get(), info.st_size, cap)) || run.output_truncated;
  }
  if (info.st_size == 0 || info.st_size > kSmallOutput) return;
  const Fd fd(openat(state.spool.get(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  const ssize_t n = fd ? pread(fd.get(), bytes.data(), bytes.size(), 0) : -1;
  if (n < 0) {
    log_error(sys_error(name, "read").what());  // the verdict does not wait for a bad disk
    return;
  }
  bytes.resize(static_cast<std::size_t>(n));
  save_output(state.store, run.id, bytes);
}

/// A lost run is over when its machine was booted since or its number is free again. Of another pid namespace we see no
/// numbers, but whether anyone has its output open.
bool surely_over(const LoopState& state, const Run& run) {
  const auto keeper = state.keeper_rows.find(*run.keeper);
  if (keeper == state.keeper_rows.end() || keeper->second.boot_id != state.boot_id) return true;
  return keeper->second.pid_namespace == state.pid_namespace || is_output_free(state, run);
}

/// The next attempt, when policy grants one and the job is still wanted.
std::optional<Instant> retry_at(const LoopState& state, const StoredJob* stored, const Run& run) {
  if (run.verdict == Verdict::unknown && !surely_over(state, run)) return std::nullopt;
  if (run.reason == Reason::stopped || run.reason == Reason::replaced) return std::nullopt;
  if (!still_wanted(stored, run) || !stored->job.enabled) return std::nullopt;
  if (run.occurrence || run.cause == Cause::manual) {
    if (!overrides_from_text(run.overrides).retry) return std::nullopt;
  }
  return next_attempt(stored->job, run, *run.finished_at);
}

void insert_attempt(LoopState& state, const Run& ended, Instant not_before) {
  Run run = ended;
  run.attempt = ended.attempt + 1;
  run.phase = Phase::claimed;
  run.verdict.reset();
  run.reason.reset();
  run.detail.clear();
  run.final = false;
  run.ending = {};
  run.started_at = run.finished_at = std::nullopt;
  run.output_bytes.reset();
  run.output_truncated = run.stop_requested = false;
  run.keeper.reset();
  run.waited_for.reset();
  if (ended.cause == Cause::manual) run.occurrence = ended.occurrence.value_or(ended.id);
  run.cause = Cause::retry;
  run.spool_key = new_spool_key();
  run.claimed_at = state.now.wall;
  run.not_before = not_before;
  insert_run(state.store, run);
}

/// A fixed delay counts from the final verdict; manual runs do not move it.
void move_delay(LoopState& state, const StoredJob& stored, const Run& run) {
  if (delay_of(stored.job.trigger) == nullptr || run.cause == Cause::manual || run.occurrence) return;
  const bool waits = stored.paused_at || stored.removed_at || !stored.job.enabled || stored.completed;
  if (waits || stored.next_due) return;
  const Schedule schedule = schedule_of(stored.job, state.settings.zone, stored.first_seen);
  const auto due = due_set_at(stored.job, schedule, std::chrono::ceil<std::chrono::seconds>(*run.finished_at));
  advance_job(state.store, stored.id, due, stored.watermark, !due, 0);
}

bool says_done(const LiveRun& live, const Run& run) {
  return live.job && run.verdict == Verdict::succeeded && live.job->job.done_code && run.ending.exit_code == live.job->job.done_code;
}

/// By its own wish the job is not due again, until somebody changes its definition.
void retire_job(LoopState& state, const StoredJob& stored, const Run& run) {
  for (const Run& other : open_runs_of(state.store, stored.id)) cancel_unsent(state, other, Reason::disabled);
  advance_job(state.store, stored.id, std::nullopt, stored.watermark, true, 0);
  const std::string text = "run " + std::to_string(run.id.value) + " said by exit code " + std::to_string(*run.ending.exit_code) + " that the job is done";
  add_event(state.store, {0, state.now.wall, "done", run.job, text});
}

/// What only the commit permits (RUNS, rule 11).
void release(LoopState& state, const Run& run) {
  const auto live = state.live.find(run.id);
  if (live == state.live.end()) return;
  state.to_clean.push_back({run, live->second.marker});
  if (live->second.adopted) {
    state.events.forget(live->second.adopted->pidfd.get());
    if (live->second.adopted->child) reap_child(live->second.adopted->pid);
  }
  const auto keeper = state.keepers.find(*run.keeper);
  if (keeper != state.keepers.end() && (live->second.exit || live->second.failure)) {
    keeper->second.send(message::Recorded{run.id.value});
  }
  state.live.erase(live);
}

void announce(const Run& run) {
  std::string text = (run.cause == Cause::hook ? "hook " : "run ") + std::to_string(run.id.value) + " of " + run.job + ": " + to_text(*run.verdict);
  if (run.reason) text += " (" + to_text(*run.reason) + (run.detail.empty() ? "" : ": " + run.detail) + ")";
  if (run.ending.exit_code && *run.ending.exit_code != 0) text += ", exit " + std::to_string(*run.ending.exit_code);
  if (run.ending.signal) text += ", signal " + std::to_string(*run.ending.signal);
  run.verdict == Verdict::succeeded || run.verdict == Verdict::skipped ? log_info(text) : log_warning(text);
}

/// Nothing follows from how a hook ended but its verdict.
void finish_hook(LoopState& state, Run run) {
  run.final = true;
  end_run(state.store, run);
  state.after_commit.push_back([&state, run] {
    announce(run);
    release(state, run);
  });
}

}  // namespace

Outcome outcome_of(const LiveRun& live) {
  if (live.lost) return {Verdict::unknown, Reason::lost, "its keeper and that keeper's scheduler were both killed"};
  if (live.hunt && live.hunt->verdict) return {*live.hunt->verdict, live.hunt->reason, {}};
  const Ending ending = ending_of(*live.exit);
  if (ending.signal) return {Verdict::killed, std::nullopt, {}};
  if (live.job) return {verdict_of(live.job->job, ending), std::nullopt, {}};
  return {*ending.exit_code == 0 ? Verdict::succeeded : Verdict::failed, std::nullopt, {}};
}

Outcome outcome_of(const message::NotStarted& failure) {
  return {Verdict::not_started, reason_of(failure.step),
          failure.step == StartStep::killed_before_exec ? "killed before exec" : std::strerror(failure.error)};
}

bool out_of_resources(const message::NotStarted& failure) {
  if (failure.step == StartStep::fork) return true;
  if (failure.step != StartStep::marker && failure.step != StartStep::output && failure.step != StartStep::timer) return false;
  const int e = failure.error;
  return e == EAGAIN || e == ENOMEM || e == EMFILE || e == ENFILE || e == ENOSPC || e == EDQUOT;
}

void finish(LoopState& state, const LiveRun& live, const Outcome& outcome) {
  Run run = live.row;
  run.phase = Phase::ended;
  run.verdict = outcome.verdict;
  run.reason = outcome.reason;
  run.detail = outcome.detail;
  run.finished_at = state.now.wall;
  if (live.exit) {
    run.ending = ending_of(*live.exit);
    run.started_at = from_ms(live.exit->started_ms);
    run.finished_at = from_ms(live.exit->at_ms);
  }
  take_output(state, live, run);
  if (run.cause == Cause::hook) return finish_hook(state, run);
  const auto stored = find_job(state.store, run.job_id);
  const auto again = retry_at(state, stored ? &*stored : nullptr, run);
  run.final = !again;
  end_run(state.store, run);
  if (run.started_at) count_run(state.store, run.job_id);
  if (again) insert_attempt(state, run, *again);
  if (stored && says_done(live, run)) retire_job(state, *stored, run);
  else if (stored && run.final) move_delay(state, *stored, run);
  if (stored && run.final) insert_hook(state, *stored, run);
  state.after_commit.push_back([&state, run] {
    if (run.final && run.verdict != Verdict::succeeded && run.verdict != Verdict::skipped) ++state.failures;
    announce(run);
    release(state, run);
  });
}

}  // namespace rounds
