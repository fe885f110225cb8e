#pragma once
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/job.h"
#include "time/now.h"

namespace rounds {

/// A run's number: positive, growing, never used again.
struct RunId {
  std::int64_t value = 0;
  auto operator<=>(const RunId&) const = default;
};
struct JobId {
  std::int64_t value = 0;
  auto operator<=>(const JobId&) const = default;
};
struct KeeperId {
  std::int64_t value = 0;
  auto operator<=>(const KeeperId&) const = default;
};

enum class Phase { claimed, running, ended };

/// How an attempt ended, or why there was none.
enum class Verdict {
  succeeded,
  failed,
  timed_out,
  killed,
  not_started,
  unknown,
  skipped,
  missed,
  coalesced,
  cancelled,
};

/// Why there was no run or why it ended as it did; the last ones are the steps that failed to start.
enum class Reason {
  too_late,
  down,
  no_slot,
  overlap,
  queue_full,
  paused,
  disabled,
  excepted,
  max_catchup,
  governor,
  stopped,
  replaced,
  removed,
  lost,
  session,
  signals,
  limits,
  umask,
  standard_input,
  timer,
  marker,
  output,
  user,
  directory,
  exec,
  priority,
  resources,
  secret,
};

enum class Cause { schedule, manual, retry, catchup, backfill, hook };

/// A job's state, derived from what the store holds of it.
enum class JobState { active, paused, disabled, completed, stale, removed };

std::string to_text(Phase phase);
std::string to_text(Verdict verdict);
std::string to_text(Reason reason);
std::string to_text(Cause cause);
std::string to_text(JobState state);
std::optional<Phase> phase_from_text(std::string_view text);
std::optional<Verdict> verdict_from_text(std::string_view text);
std::optional<Reason> reason_from_text(std::string_view text);
std::optional<Cause> cause_from_text(std::string_view text);

/// Half-open interval a run is about.
struct Window {
  Due from;
  Due to;
  bool operator==(const Window&) const = default;
};

/// What is known of how a process ended.
struct Ending {
  std::optional<int> exit_code{};
  std::optional<int> signal{};
  std::optional<std::chrono::milliseconds> cpu{};  ///< user and system, children waited for included
  std::optional<std::int64_t> max_rss_bytes{};
};

/// One row of the ledger. Occurrences without a run may share one row: `due` to `last_due`, `count`.
struct Run {
  RunId id{};
  JobId job_id{};
  std::string job{};       ///< the job's name
  std::int64_t epoch = 0;  ///< clock epoch of the due
  Due due{};
  Due last_due{};
  std::int64_t count = 1;
  int attempt = 1;  ///< 0 where there was no attempt
  Phase phase = Phase::ended;
  std::optional<Verdict> verdict{};  ///< absent until the phase is `ended`
  bool final = false;                ///< true for the last attempt of its occurrence
  std::optional<Reason> reason{};
  std::string detail{};  ///< free text beside the reason: "No such file or directory"
  Cause cause = Cause::schedule;
  std::optional<RunId> occurrence{};  ///< manual only: the first run of the occurrence
  Window window{};
  std::optional<Instant> not_before{};  ///< a waiting retry or a start with jitter: not before this
  std::optional<KeeperId> keeper{};     ///< the only keeper that may start it; absent: waiting, unsent
  std::uint64_t spool_key = 0;          ///< random; names marker and output in the spool
  std::optional<Instant> claimed_at{};
  std::optional<Instant> started_at{};
  std::optional<Instant> finished_at{};
  Ending ending{};
  std::optional<std::int64_t> output_bytes{};
  bool output_truncated = false;
  std::optional<RunId> waited_for{};  ///< the run that was in the way (overlap)
  bool stop_requested = false;        ///< `rounds stop` asked for it
  std::string overrides{};            ///< manual: JSON of what `run-now` changed; empty: nothing
};

}  // namespace rounds
