#include <algorithm>

#include "store/columns.h"
#include "store/ledger.h"

namespace rounds {

namespace {

Run read_run(const Statement& row) {
  Run run;
  row.read(run.id, run.job_id, run.job, run.epoch, run.due, run.last_due, run.count, run.attempt, run.phase,
           run.verdict, run.final, run.reason, run.detail, run.cause, run.occurrence, run.window.from, run.window.to,
           run.not_before, run.keeper, run.spool_key, run.claimed_at, run.started_at, run.finished_at,
           run.ending.exit_code, run.ending.signal, run.ending.cpu, run.ending.max_rss_bytes, run.output_bytes,
           run.output_truncated, run.waited_for, run.stop_requested, run.overrides);
  return run;
}

RunId read_id(const Statement& row) {
  RunId id;
  row.read(id);
  return id;
}

/// The runs whose ids the statement yields, in its order.
std::vector<Run> load(Store& store, Statement ids) {
  std::vector<Run> runs;
  for (const RunId id : all_rows(std::move(ids), read_id)) {
    if (std::optional<Run> run = find_run(store, id)) runs.push_back(std::move(*run));
  }
  return runs;
}

std::optional<Run> load_one(Store& store, std::optional<RunId> id) { return id ? find_run(store, *id) : std::nullopt; }

/// SQLite's word for no limit is a negative number.
int sql_limit(int limit) { return limit == 0 ? -1 : limit; }

std::vector<Run> history_of_all(Store& store, const HistoryQuery& query) {
  return load(store, store.db().query(R"sql(
    SELECT id FROM run
    WHERE (?1 IS NULL OR verdict IS NULL OR finished_at_ms >= ?1 OR last_due * 1000 >= ?1)
      AND (?2 IS NULL OR verdict = ?2)
    ORDER BY id DESC LIMIT ?3)sql",
                                      query.since, query.verdict, sql_limit(query.limit)));
}

std::vector<Run> history_of_job(Store& store, const std::string& job, const HistoryQuery& query) {
  return load(store, store.db().query(R"sql(
    SELECT id FROM run
    WHERE job_id = (SELECT id FROM job WHERE name = ?4)
      AND (?1 IS NULL OR verdict IS NULL OR finished_at_ms >= ?1 OR last_due * 1000 >= ?1)
      AND (?2 IS NULL OR verdict = ?2)
    ORDER BY id DESC LIMIT ?3)sql",
                                      query.since, query.verdict, sql_limit(query.limit), job));
}

}  // namespace

std::optional<Run> find_run(Store& store, RunId id) {
  return first_row(store.db().query(R"sql(
    SELECT run.id, job_id, job.name, epoch, due, last_due, count, attempt, phase, verdict, final, reason, detail,
           cause, occurrence, window_from, window_to, not_before_ms, keeper_id, spool_key, claimed_at_ms,
           started_at_ms, finished_at_ms, exit_code, signal, cpu_ms, max_rss_bytes, output_bytes, output_truncated,
           waited_for, stop_requested, overrides
    FROM run JOIN job ON job.id = run.job_id WHERE run.id = ?)sql",
                                    id),
                   read_run);
}

std::vector<Run> open_runs(Store& store) {
  return load(store, store.db().query("SELECT id FROM run INDEXED BY run_open WHERE verdict IS NULL ORDER BY id"));
}

std::vector<Run> open_runs_of(Store& store, JobId job) {
  return load(store, store.db().query("SELECT id FROM run WHERE verdict IS NULL AND job_id = ? AND cause <> 'hook' ORDER BY id", job));
}

std::optional<Run> open_hook_about(Store& store, JobId job, RunId about) {
  return load_one(store, store.db().value<RunId>(R"sql(
    SELECT id FROM run WHERE verdict IS NULL AND job_id = ? AND cause = 'hook' AND json_extract(overrides, '$.about') = ?)sql",
                                                 job, about));
}

std::vector<Run> waiting_runs(Store& store, Instant now, int limit, const std::string& room) {
  return load(store, store.db().query(R"sql(
    SELECT run.id FROM run JOIN job ON job.id = run.job_id
    WHERE run.verdict IS NULL AND run.phase = 'claimed' AND run.keeper_id IS NULL
      AND (run.not_before_ms IS NULL OR run.not_before_ms <= ?)
      AND (run.cause = 'hook' OR NOT EXISTS (SELECT 1 FROM json_each(?) WHERE key = job.pool AND value < job.slots))
    ORDER BY run.cause = 'backfill', job.priority DESC, run.due, run.id LIMIT ?)sql",
                                      now, room.empty() ? "{}" : room, limit));
}

std::optional<Instant> earliest_wait(Store& store, Instant now) {
  return store.db().value<Instant>(R"sql(
    SELECT MIN(not_before_ms) FROM run
    WHERE verdict IS NULL AND phase = 'claimed' AND keeper_id IS NULL AND not_before_ms > ?)sql",
                                   now);
}

std::vector<Run> stop_requests(Store& store) {
  return load(store, store.db().query("SELECT id FROM run WHERE verdict IS NULL AND stop_requested ORDER BY id"));
}

std::optional<Run> last_ended(Store& store, JobId job) {
  return load_one(store, store.db().value<RunId>(R"sql(
    SELECT id FROM run
    WHERE job_id = ? AND verdict IS NOT NULL AND attempt > 0 AND cause <> 'hook' ORDER BY id DESC LIMIT 1)sql",
                                                 job));
}

bool has_due(Store& store, JobId job, std::int64_t epoch, Due due) {
  return store.db()
      .value<std::int64_t>(R"sql(
    SELECT 1 FROM run WHERE job_id = ? AND epoch = ? AND due = ? AND occurrence IS NULL AND cause NOT IN ('manual', 'hook')
    LIMIT 1)sql",
                           job, epoch, due)
      .has_value();
}

std::int64_t starts_between(Store& store, JobId job, std::int64_t epoch, Due first, Due last) {
  return store.db()
      .value<std::int64_t>(R"sql(
    SELECT COUNT(*) FROM run
    WHERE job_id = ? AND epoch = ? AND due BETWEEN ? AND ? AND attempt = 1 AND cause = 'schedule')sql",
                           job, epoch, first, last)
      .value_or(0);
}

std::vector<Run> runs_at(Store& store, JobId job, Due due) {
  std::vector<Run> runs = load(store, store.db().query(R"sql(
    SELECT id FROM run WHERE job_id = ? AND due = ? AND cause NOT IN ('manual', 'hook') AND occurrence IS NULL ORDER BY epoch, attempt)sql",
                                                       job, due));
  if (!runs.empty()) return runs;
  return load(store, store.db().query(R"sql(
    SELECT id FROM (SELECT id, last_due FROM run WHERE job_id = ?1 AND due < ?2 AND count > 1
                    ORDER BY epoch DESC, due DESC LIMIT 1)
    WHERE last_due >= ?2)sql",
                                      job, due));
}

std::optional<Run> next_attempt_of(Store& store, const Run& run) {
  const RunId first = run.occurrence.value_or(run.id);
  if (run.occurrence || run.cause == Cause::manual) {
    return load_one(store, store.db().value<RunId>(R"sql(
      SELECT id FROM run WHERE job_id = ? AND id > ? AND occurrence = ? AND attempt = ?)sql",
                                                   run.job_id, run.id, first, run.attempt + 1));
  }
  return load_one(store, store.db().value<RunId>(R"sql(
    SELECT id FROM run
    WHERE job_id = ? AND epoch = ? AND due = ? AND attempt = ?
      AND occurrence IS NULL AND cause NOT IN ('manual', 'hook'))sql",
                                                 run.job_id, run.epoch, run.due, run.attempt + 1));
}

std::optional<Due> newest_record(Store& store, std::int64_t epoch) {
  const auto newest = store.db().value<Instant>(R"sql(
    SELECT MAX(MAX(IFNULL(claimed_at_ms, 0), IFNULL(finished_at_ms, 0)))
    FROM (SELECT epoch, claimed_at_ms, finished_at_ms FROM run ORDER BY id DESC LIMIT 1000)
    WHERE epoch = ?)sql",
                                                epoch);
  return newest ? std::optional(std::chrono::floor<std::chrono::seconds>(*newest)) : std::nullopt;
}

std::vector<Run> history(Store& store, const HistoryQuery& query) {
  if (query.jobs.empty()) return history_of_all(store, query);
  std::vector<Run> runs;
  for (const std::string& job : query.jobs) {
    std::vector<Run> part = history_of_job(store, job, query);
    runs.insert(runs.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
  }
  std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.id > b.id; });
  const auto limit = static_cast<std::size_t>(query.limit);
  if (limit != 0 && runs.size() > limit) runs.resize(limit);
  return runs;
}

std::optional<Run> last_failed(Store& store, JobId job) {
  return load_one(store, store.db().value<RunId>(R"sql(
    SELECT id FROM run
    WHERE job_id = ? AND verdict IN ('failed', 'timed_out', 'killed', 'not_started', 'unknown') AND cause <> 'hook'
    ORDER BY finished_at_ms DESC, id DESC LIMIT 1)sql",
                                                 job));
}

std::int64_t failed_since(Store& store, Instant since) {
  return store.db()
      .value<std::int64_t>(R"sql(
    SELECT COUNT(*) FROM run
    WHERE verdict IN ('failed', 'timed_out', 'killed', 'not_started', 'unknown') AND finished_at_ms >= ?)sql",
                           since)
      .value_or(0);
}

}  // namespace rounds
