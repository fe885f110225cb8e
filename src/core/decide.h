#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "core/job.h"
#include "core/run.h"
#include "time/trigger.h"

namespace rounds {

/// What the core needs to know of a job that is due.
struct DueJob {
  const Job& job;
  const Schedule& schedule;
  Due next_due;                      ///< at or before now
  std::optional<Due> watermark;      ///< the last claimed due
  std::int64_t scheduled_runs = 0;   ///< scheduled occurrences that were started
};

/// The job's open runs.
struct Busy {
  int running = 0;                   ///< started or about to start, a waiting retry included
  int waiting = 0;                   ///< queued behind those
  std::optional<RunId> in_the_way;   ///< the one a skip names
};

/// An occurrence to be claimed.
struct Occurrence {
  Due due;
  Window window;
  Cause cause = Cause::schedule;
  bool queued = false;               ///< waits until the job's earlier runs have ended
  std::optional<Due> not_before{};   ///< its due and the jitter; absent: that has passed
};

/// Occurrences without a run, contiguous, with one verdict.
struct Account {
  Verdict verdict;
  std::optional<Reason> reason;
  Due first;
  Due last;
  std::int64_t count = 1;
  std::optional<RunId> waited_for;
};

struct Decision {
  std::vector<Account> accounts;     ///< by time
  std::vector<Occurrence> starts;    ///< by time
  bool replace = false;              ///< stop what runs; the start waits for it
  std::optional<Due> next_due;
  std::optional<Due> watermark;      ///< the last due that was decided here
  bool completed = false;            ///< no due will come again
};

/// Decides every due of the job up to and including `now`: what to start, what to skip and why, and the
/// next due. `awake_since`: from then on the loop has been there without a break. TIME, "clock steps,
/// suspend, downtime".
Decision decide(const DueJob& due, const Busy& busy, Due now, Due awake_since);

/// The window of the occurrence `due` that also stands for coalesced ones from `first` on.
Window window_of(const Job& job, const Schedule& schedule, Due first, Due due, std::optional<Due> watermark);

/// Dues that pass while a job is paused or disabled, as one account; nothing when there are none.
std::optional<Account> account_of_pause(const Schedule& schedule, Due from, Due to, Reason reason);

/// The due of rules that are not on a grid when one is to be set at `from`: a random or fixed delay after it. Nothing
/// for other rules.
std::optional<Due> due_set_at(const Job& job, const Schedule& schedule, Due from);

/// Every due up to and including `now` of a job that is due, when nothing will be decided about them any more: the job
/// is paused, disabled, removed or gets another schedule. Those from before `awake_since` had no loop and are
/// `missed(down)`; the others end by `reason`, as `cancelled` or `skipped`.
std::vector<Account> account_of_overdue(const DueJob& due, Due now, Due awake_since, Reason reason);

/// The first due of a job seen at `first_seen`: after it, or the job's `start` itself. Nothing for jobs
/// that go by events, or are never due.
std::optional<Due> first_due(const Job& job, const Schedule& schedule, Due first_seen);

}  // namespace rounds
