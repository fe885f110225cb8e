#include "loop/claim.h"

#include <sys/random.h>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/decide.h"
#include "core/governor.h"
#include "error.h"
#include "loop/clock_steps.h"
#include "loop/hooks.h"
#include "loop/hunt.h"
#include "loop/log.h"
#include "loop/pools.h"
#include "loop/settle.h"
#include "store/events.h"
#include "store/ledger.h"
#include "store/overrides.h"
#include "time/stamp.h"

namespace rounds {

namespace {

/// Claims run ahead of the free slots by at most this much, so that a freed slot never waits for a commit.
constexpr int kLookAhead = 64;
constexpr int kJobsATurn = 256;
constexpr int kWaitingATurn = 1024;

int unsent(const LoopState& state) {
  return static_cast<int>(std::count_if(state.live.begin(), state.live.end(),
                                        [](const auto& entry) { return !entry.second.in_slot() && !entry.second.ended(); }));
}

}  // namespace

int room(const LoopState& state) {
  if (!state.accepting || !state.own) return 0;
  return std::min(kJobsATurn, free_slots(state) + std::min(kLookAhead, state.max_parallel / 2) - unsent(state) - state.claimed_this_turn);
}

namespace {

/// The job's open runs, as the core wants to know them.
Busy busy_of(const std::vector<Run>& open) {
  Busy busy;
  for (const Run& run : open) {
    if (!run.keeper && run.cause == Cause::backfill) continue;  // these give way
    const bool waits = !run.keeper && run.attempt <= 1;
    (waits ? busy.waiting : busy.running) += 1;
    if (!busy.in_the_way) busy.in_the_way = run.id;
  }
  return busy;
}

Run row_of(const StoredJob& stored, const Occurrence& occurrence, const LoopState& state) {
  Run run = new_run(stored, state.epoch, occurrence.due, state.now.wall);
  run.cause = occurrence.cause;
  run.window = occurrence.window;
  run.not_before = occurrence.not_before;
  return run;
}

Run row_of(const StoredJob& stored, const Account& account, const LoopState& state) {
  Run run;
  run.job_id = stored.id;
  run.job = stored.job.name.text();
  run.epoch = state.epoch;
  run.due = account.first;
  run.last_due = account.last;
  run.count = account.count;
  run.attempt = 0;
  run.verdict = account.verdict;
  run.final = true;
  run.reason = account.reason;
  run.waited_for = account.waited_for;
  run.finished_at = state.now.wall;
  return run;
}

void go_live(LoopState& state, Run run, std::shared_ptr<const StoredJob> job) {
  ++state.claimed_this_turn;
  if (run.cause != Cause::hook) take_slots(state, job->job);
  state.after_commit.push_back([&state, run = std::move(run), job = std::move(job)] {
    LiveRun live;
    live.row = run;
    live.job = job;
    state.live.emplace(run.id, std::move(live));
  });
}

/// Ends what `overlap = "replace"` replaces: running ones by signal, waiting ones by verdict.
void replace(LoopState& state, const std::vector<Run>& open) {
  for (Run run : open) {
    if (cancel_unsent(state, run, Reason::replaced)) continue;
    if (run.keeper) {
      state.after_commit.push_back([&state, id = run.id] { begin_ending(state, id, Verdict::killed, Reason::replaced); });
    }
  }
}

/// A pause that has run out is lifted by the first due after it.
void lift_pause(LoopState& state, const StoredJob& stored) {
  settle_pause(state.store, stored, {state.now, state.settings.zone, state.awake_since});
  resume_job(state.store, stored.id, stored.next_due);
}

/// What the governor objects to in a decision, and to which start.
struct Veto {
  std::size_t start = 0;
  Objection objection{};
};

std::optional<Objection> objection_to_start(LoopState& state, const StoredJob& stored, const DueJob& due, const Occurrence& one) {
  if (one.cause == Cause::schedule) {
    const Hour hour = hour_of(one.due, stored.first_seen);
    const auto started = starts_between(state.store, stored.id, state.epoch, hour.first, hour.last);
    if (auto objection = objection_to(due, one.due, hour, started)) return objection;
  }
  if (!has_due(state.store, stored.id, state.epoch, one.due)) return std::nullopt;
  return Objection{true, fmt::format("{} has its run or its verdict", utc_text(one.due))};
}

std::optional<Veto> veto(LoopState& state, const StoredJob& stored, const DueJob& due, const Decision& decision) {
  for (std::size_t i = 0; i < decision.starts.size(); ++i) {
    if (auto objection = objection_to_start(state, stored, due, decision.starts[i])) return Veto{i, std::move(*objection)};
  }
  return std::nullopt;
}

/// Pauses the job loudly; what it was to start has its verdict at once, unless it had one.
void restrain(LoopState& state, const StoredJob& stored, const Decision& decision, const Veto& veto) {
  for (std::size_t i = veto.start; i < decision.starts.size(); ++i) {
    const Due due = decision.starts[i].due;
    if (has_due(state.store, stored.id, state.epoch, due)) continue;
    if (i == veto.start && veto.objection.decided_before) continue;
    account(state.store, row_of(stored, Account{Verdict::skipped, Reason::governor, due, due, 1, {}}, state), false);
  }
  pause_job(state.store, stored.id, state.now.wall, std::nullopt, "governor: " + veto.objection.text, std::nullopt);
  add_event(state.store, {0, state.now.wall, "governor", stored.job.name.text(), veto.objection.text});
  state.after_commit.push_back([name = stored.job.name.text(), text = veto.objection.text] {
    log_error("job " + name + " is paused by the governor: " + text + "; rounds explain, then rounds resume " + name);
  });
}

void tell_accounts(LoopState& state, const StoredJob& stored, const Schedule& schedule, const Decision& decision) {
  bool contiguous = stored.next_due && stored.watermark && next_due(schedule, *stored.watermark) == stored.next_due;
  for (const Account& one : decision.accounts) {
    if (has_due(state.store, stored.id, state.epoch, one.first)) continue;  // one due, one verdict
    Run row = row_of(stored, one, state);
    row.id = account(state.store, row, contiguous);
    insert_hook(state, stored, row);
    contiguous = false;
  }
}

/// Beyond `left` they wait in the ledger, for `claim_waiting`.
void insert_starts(LoopState& state, const std::shared_ptr<const StoredJob>& stored, const Decision& decision,
                   std::size_t starts, int left) {
  for (std::size_t i = 0; i < starts; ++i) {
    const Occurrence& one = decision.starts[i];
    Run run = row_of(*stored, one, state);
    const bool has_room = state.claimed_this_turn < left && fits(state, stored->job);
    if (has_room && !one.queued && !one.not_before) run.keeper = state.own;
    run.id = insert_run(state.store, run);
    if (run.keeper) go_live(state, std::move(run), stored);
  }
}

/// `left`: how many runs may be claimed in this turn.
void claim_job(LoopState& state, const std::shared_ptr<const StoredJob>& stored, int left) {
  const Schedule schedule = schedule_of(stored->job, state.settings.zone, stored->first_seen);
  if (stored->paused_at && stored->paused_until && *stored->paused_until <= state.now.due()) lift_pause(state, *stored);
  const auto open = open_runs_of(state.store, stored->id);
  const DueJob due{stored->job, schedule, *stored->next_due, stored->watermark, stored->scheduled_runs};
  const Due now = state.only_until.value_or(state.now.due());
  const Decision decision = decide(due, busy_of(open), now, state.awake_since);
  const auto vetoed = veto(state, *stored, due, decision);
  const std::size_t starts = vetoed ? vetoed->start : decision.starts.size();
  if (decision.replace && starts > 0) replace(state, open);
  tell_accounts(state, *stored, schedule, decision);
  insert_starts(state, stored, decision, starts, left);
  advance_job(state.store, stored->id, decision.next_due, decision.watermark, decision.completed, static_cast<int>(starts));
  if (vetoed) restrain(state, *stored, decision, *vetoed);
}

/// Backfilled runs go so many at once, and give way to the job's other runs unless those may overlap.
bool may_backfill(const Run& run, const StoredJob& job, const std::vector<Run>& open) {
  int beside = 0;
  for (const Run& other : open) {
    const bool alike = other.cause == Cause::backfill;
    if (!alike && other.cause != Cause::hook && job.job.overlap != Overlap::allow) return false;
    beside += alike && other.keeper ? 1 : 0;
  }
  return beside < std::max(1, overrides_from_text(run.overrides).parallel);
}

/// May a waiting run begin now, as far as its job's other runs go?
bool may_begin(const Run& run, const StoredJob& job, const std::vector<Run>& open) {
  if (run.cause == Cause::backfill) return may_backfill(run, job, open);
  if (job.job.overlap == Overlap::allow || run.cause == Cause::hook) return true;
  return std::none_of(open.begin(), open.end(), [&](const Run& other) {
    if (other.id == run.id) return false;
    const bool waiting_retry = !other.keeper && other.attempt > 1;
    return other.keeper.has_value() || (waiting_retry && run.attempt <= 1);
  });
}

}  // namespace

bool cancel_unsent(LoopState& state, Run run, Reason reason) {
  const auto live = state.live.find(run.id);
  if (live == state.live.end() ? run.keeper.has_value() : !live->second.unsent()) return false;
  run.verdict = Verdict::cancelled;
  run.reason = reason;
  run.final = true;
  run.finished_at = state.now.wall;
  end_run(state.store, run);
  state.after_commit.push_back([&state, id = run.id] { state.live.erase(id); });
  return true;
}

Run new_run(const StoredJob& job, std::int64_t epoch, Due due, Instant now) {
  Run run;
  run.job_id = job.id;
  run.job = job.job.name.text();
  run.epoch = epoch;
  run.due = run.last_due = due;
  run.phase = Phase::claimed;
  run.spool_key = new_spool_key();
  run.claimed_at = now;
  return run;
}

std::uint64_t new_spool_key() {
  std::uint64_t key = 0;
  while (key == 0) {
    if (getrandom(&key, sizeof key, 0) != static_cast<ssize_t>(sizeof key)) throw sys_error("random numbers", "read");
  }
  return key;
}

int free_slots(const LoopState& state) {
  const auto taken = std::count_if(state.live.begin(), state.live.end(), [](const auto& entry) { return entry.second.in_slot(); });
  return std::max(0, state.max_parallel - static_cast<int>(taken));
}

bool reads_secrets(const LoopState& state, pid_t pid) {
  return std::any_of(state.live.begin(), state.live.end(),
                     [pid](const auto& entry) { return entry.second.secrets && entry.second.secrets->has_child(pid); });
}

int starts_ahead(const LoopState& state) {
  return static_cast<int>(std::count_if(state.live.begin(), state.live.end(),
                                        [](const auto& entry) { return entry.second.sent && !entry.second.told; }));
}

bool claim_due(LoopState& state) {
  const int free = room(state);
  if (free <= 0) return false;
  const int left = state.claimed_this_turn + free;
  const Due until = state.only_until.value_or(state.now.due());
  const auto due = due_jobs(state.store, until, free, pool_room(state));
  for (const StoredJob& stored : due) {
    if (waits_for_clock(state, stored)) put_off(state, stored);
    else if (fits(state, stored.job)) claim_job(state, std::make_shared<const StoredJob>(stored), left);
  }
  return static_cast<int>(due.size()) == free || state.claimed_this_turn == left;
}

void claim_waiting(LoopState& state) {
  const int left = room(state);
  if (left <= 0) return;
  std::set<JobId> settled;  // jobs of which no further run may begin in this turn
  for (Run& run : waiting_runs(state.store, state.now.wall, kWaitingATurn, pool_room_text(pool_room(state)))) {
    if ((run.cause != Cause::hook && settled.contains(run.job_id)) || state.claimed_this_turn >= left) continue;
    const auto stored = find_job(state.store, run.job_id);
    const bool in_pool = run.cause != Cause::hook;
    if (!stored || (in_pool && !fits(state, stored->job))) continue;
    if (!may_begin(run, *stored, open_runs_of(state.store, run.job_id))) continue;
    if (in_pool && run.cause != Cause::backfill && stored->job.overlap != Overlap::allow) settled.insert(run.job_id);
    auto job = acting_job(state.settings, *stored, run);
    if (!job) {
      cancel_unsent(state, std::move(run), Reason::removed);
      continue;
    }
    run.keeper = state.own;
    assign_keeper(state.store, run.id, run.keeper);
    go_live(state, std::move(run), std::move(job));
  }
}

}  // namespace rounds
