#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/run.h"
#include "store/store.h"

namespace rounds {

// Writers: call inside Store::write.

/// Inserts the row as given (its id is ignored) and returns its new id. An occurrence and attempt that
/// is in the ledger already throws `internal`.
RunId insert_run(Store& store, const Run& run);
/// Adds an account of occurrences that had no run: joins the job's newest row when that one is
/// contiguous (the caller says so) and has the same verdict, reason and epoch. Returns the id of the row.
RunId account(Store& store, const Run& run, bool contiguous);

// A late message may meet a run that has its verdict: these two then change nothing.

/// Names the keeper that may start it (again).
void assign_keeper(Store& store, RunId id, std::optional<KeeperId> keeper);
void mark_running(Store& store, RunId id, Instant started_at);

/// The occurrence gets another attempt: those that ended are not its last.
void reopen_occurrence(Store& store, JobId job, std::int64_t epoch, Due due);

/// Writes the verdict: phase `ended`, all of `run`'s verdict, reason, detail, final, ending,
/// finished_at, started_at unless the row has one, output figures and waited_for. Throws `internal` when it
/// has a verdict already.
void end_run(Store& store, const Run& run);
/// Returns how many open runs were asked to stop.
int request_stop(Store& store, RunId id);

// Readers.

std::optional<Run> find_run(Store& store, RunId id);
/// Every open run (claimed or running), oldest first.
std::vector<Run> open_runs(Store& store);
/// Those of one job, its hooks left out: they are in nobody's way.
std::vector<Run> open_runs_of(Store& store, JobId job);
/// Claimed, no keeper yet, not held back beyond `now`, with room in the job's pool unless it is a hook; by the job's
/// priority, then due, backfilled ones last; at most `limit`. `room` is what `pool_room_text` makes; empty: all have room.
std::vector<Run> waiting_runs(Store& store, Instant now, int limit, const std::string& room = {});
/// A hook about that run that has no verdict yet.
std::optional<Run> open_hook_about(Store& store, JobId job, RunId about);
/// The earliest `not_before` after `now` of a waiting run.
std::optional<Instant> earliest_wait(Store& store, Instant now);
/// Open runs whose stop was asked for.
std::vector<Run> stop_requests(Store& store);
/// The last run of a job that is neither an account of none nor a hook.
std::optional<Run> last_ended(Store& store, JobId job);
/// Whether a row of the ledger begins with that due of the schedule, in that clock epoch: it has, or will have, its verdict.
bool has_due(Store& store, JobId job, std::int64_t epoch, Due due);
/// How many scheduled dues in [first, last] were started, in that clock epoch.
std::int64_t starts_between(Store& store, JobId job, std::int64_t epoch, Due first, Due last);
/// What the ledger has of a scheduled due of the job: its attempts, or the account that covers it.
std::vector<Run> runs_at(Store& store, JobId job, Due due);
/// The attempt after this one at the same occurrence; nothing while there is none.
std::optional<Run> next_attempt_of(Store& store, const Run& run);
/// The newest instant among the last rows of that clock epoch, to judge the clock by.
std::optional<Due> newest_record(Store& store, std::int64_t epoch);

struct HistoryQuery {
  std::vector<std::string> jobs{};  ///< empty: all
  std::optional<Instant> since{};   ///< still open, ended or due at that instant or later
  std::optional<Verdict> verdict{};
  int limit = 50;  ///< 0: no limit
};
/// Newest first.
std::vector<Run> history(Store& store, const HistoryQuery& query);
/// The newest ended row with that job and `failed`-like verdict.
std::optional<Run> last_failed(Store& store, JobId job);
std::int64_t failed_since(Store& store, Instant since);

}  // namespace rounds
