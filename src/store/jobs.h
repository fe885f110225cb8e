#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/job.h"
#include "core/run.h"
#include "store/store.h"

namespace rounds {

/// Where a definition came from. No file: `rounds add`.
struct Source {
  std::optional<std::string> file{};
  int line = 0;
};
/// `jobs.d/shop.toml:3`, or `store`.
std::string to_text(const Source& source);

/// A job as the store holds it: the definition and what has become of it. State is derived, once.
struct StoredJob {
  JobId id{};
  Job job;
  Source source{};
  std::optional<Due> next_due{};   ///< the one truth of when it is due; null: not by the clock
  std::optional<Due> watermark{};  ///< the last claimed due of this clock epoch
  Due first_seen{};                ///< the instant of its anchor without `start`
  bool stale = false;              ///< its file does not parse now; this is its last good form
  bool completed = false;          ///< no due will come again
  std::optional<Instant> removed_at{};
  std::optional<Instant> paused_at{};
  std::optional<Due> paused_until{};
  std::string pause_reason{};
  Instant created_at{};
  Instant updated_at{};
  std::int64_t run_count = 0;       ///< runs that were started
  std::int64_t scheduled_runs = 0;  ///< scheduled occurrences that were started, for max_runs

  /// The newest due that was decided, or first sight while there is none.
  Due reached() const { return watermark.value_or(first_seen); }

  JobState state() const;
};

/// The definition as JSON text, and back; an unreadable text throws `bad_data`.
std::string definition_text(const Job& job);
Job definition_from_text(const std::string& name, const std::string& text);

std::optional<StoredJob> find_job(Store& store, const std::string& name);  ///< removed ones too
std::optional<StoredJob> find_job(Store& store, JobId id);
/// By name; removed ones only if asked for.
std::vector<StoredJob> all_jobs(Store& store, bool with_removed = false);
/// Those whose definition came from that file; removed ones left out.
std::vector<StoredJob> jobs_of_file(Store& store, const std::string& file);
/// Active jobs that wait for that event.
std::vector<StoredJob> jobs_on(Store& store, OnRule::Event event);

/// Which jobs a command is about.
struct JobFilter {
  std::vector<std::string> names{};              ///< exact, or globs of `*`, `?` and `[…]`; empty: all
  std::vector<std::vector<std::string>> tags{};  ///< the job has one tag of each group
  bool with_removed = false;
};
/// By name.
std::vector<StoredJob> find_jobs(Store& store, const JobFilter& filter);

/// A job with what its ledger says, as `list` shows it.
struct JobSummary {
  StoredJob stored;
  std::optional<Verdict> last_verdict{};  ///< of the last occurrence that is over
  std::optional<Due> last_due{};          ///< of that occurrence
  std::int64_t running = 0;               ///< runs going on now
};
/// By name.
std::vector<JobSummary> summaries(Store& store, const JobFilter& filter);

/// Names alone, for suggestions and completion; removed ones left out.
std::vector<std::string> job_names(Store& store);

// Writers: call inside Store::write.

/// Inserts; a removed job of that name comes back with its history. `next_due` and `first_seen` as given.
/// A name that is taken throws `exists`.
JobId insert_job(Store& store, const Job& job, const Source& source, Due first_seen, std::optional<Due> next_due,
                 Instant now);
/// A new definition for the same name. When the anchor moved (`first_seen` differs) the watermark goes too.
void update_job(Store& store, JobId id, const Job& job, const Source& source, Due first_seen,
                std::optional<Due> next_due, bool completed, Instant now);
void set_stale(Store& store, JobId id, bool stale);
void pause_job(Store& store, JobId id, Instant now, std::optional<Due> until, const std::string& reason,
               std::optional<Due> next_due);
void resume_job(Store& store, JobId id, std::optional<Due> next_due);
void remove_job(Store& store, JobId id, Instant now);  ///< soft
void purge_job(Store& store, JobId id);                ///< with its ledger rows and outputs
/// What a claim or a delay moves.
void advance_job(Store& store, JobId id, std::optional<Due> next_due, std::optional<Due> watermark, bool completed,
                 int scheduled_started);
/// Its schedule counts from `first_seen` on, and all up to `now` is decided.
void begin_job(Store& store, JobId id, Due first_seen, Due now, std::optional<Due> next_due);
void count_run(Store& store, JobId id);  ///< run_count + 1

// The queue.

/// Slots that are free in pools; a pool that is not named has room for all.
using PoolRoom = std::map<std::string, int>;
std::string pool_room_text(const PoolRoom& room);  ///< JSON, for queries

/// Due at or before `now`, with room in their pools, by priority then due, at most `limit`.
std::vector<StoredJob> due_jobs(Store& store, Due now, int limit, const PoolRoom& room = {});
/// Slots of each pool that runs with a keeper take, hooks left out.
PoolRoom pool_use(Store& store);
/// What all jobs have reached: the newest watermark, or first sight of a job that has none.
std::optional<Due> newest_reached(Store& store);
/// The earliest `next_due` of all jobs with room in their pools; nothing when none waits for the clock.
std::optional<Due> earliest_next_due(Store& store, const PoolRoom& room = {});

struct JobCounts {
  std::int64_t total = 0, active = 0, paused = 0, stale = 0;
};
JobCounts count_jobs(Store& store);  ///< removed ones left out

}  // namespace rounds
