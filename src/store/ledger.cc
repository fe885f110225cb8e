#include "store/ledger.h"

#include "error.h"
#include "store/columns.h"

namespace rounds {

namespace {

/// Extends the job's newest row by an account that follows on it; false when that row says something else.
bool join_newest(Store& store, const Run& run) {
  return store.db().run(R"sql(
    UPDATE run SET last_due = ?2, count = count + ?3, window_to = ?4, finished_at_ms = ?5
    WHERE id = (SELECT MAX(id) FROM run WHERE job_id = ?1 AND cause <> 'hook')
      AND attempt = 0 AND epoch = ?6 AND verdict = ?7 AND reason IS ?8 AND detail = ?9 AND cause = ?10
      AND waited_for IS ?11)sql",
                        run.job_id, run.last_due, run.count, run.window.to, run.finished_at, run.epoch, run.verdict,
                        run.reason, run.detail, run.cause, run.waited_for) == 1;
}

}  // namespace

RunId insert_run(Store& store, const Run& run) {
  store.db().run(R"sql(
    INSERT INTO run (job_id, epoch, due, last_due, count, attempt, phase, verdict, final, reason, detail, cause,
                     occurrence, window_from, window_to, not_before_ms, keeper_id, spool_key, claimed_at_ms,
                     started_at_ms, finished_at_ms, exit_code, signal, cpu_ms, max_rss_bytes, output_bytes,
                     output_truncated, waited_for, stop_requested, overrides)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql",
                 run.job_id, run.epoch, run.due, run.last_due, run.count, run.attempt, run.phase, run.verdict,
                 run.final, run.reason, run.detail, run.cause, run.occurrence, run.window.from, run.window.to,
                 run.not_before, run.keeper, run.spool_key, run.claimed_at, run.started_at, run.finished_at,
                 run.ending.exit_code, run.ending.signal, run.ending.cpu, run.ending.max_rss_bytes, run.output_bytes,
                 run.output_truncated, run.waited_for, run.stop_requested, run.overrides);
  return RunId{store.db().last_insert_id()};
}

RunId account(Store& store, const Run& run, bool contiguous) {
  if (!contiguous || !join_newest(store, run)) return insert_run(store, run);
  return store.db().value<RunId>("SELECT MAX(id) FROM run WHERE job_id = ? AND cause <> 'hook'", run.job_id).value();
}

void assign_keeper(Store& store, RunId id, std::optional<KeeperId> keeper) {
  store.db().run("UPDATE run SET keeper_id = ?2 WHERE id = ?1 AND verdict IS NULL", id, keeper);
}

void mark_running(Store& store, RunId id, Instant started_at) {
  store.db().run("UPDATE run SET phase = 'running', started_at_ms = ?2 WHERE id = ?1 AND verdict IS NULL", id,
                 started_at);
}

void reopen_occurrence(Store& store, JobId job, std::int64_t epoch, Due due) {
  store.db().run(R"sql(
    UPDATE run SET final = 0
    WHERE job_id = ? AND epoch = ? AND due = ? AND attempt > 0 AND occurrence IS NULL AND cause NOT IN ('manual', 'hook'))sql",
                 job, epoch, due);
}

void end_run(Store& store, const Run& run) {
  if (!run.verdict) throw Error(Fault::internal, "a run cannot end without a verdict");
  const std::int64_t ended =
      store.db().run(R"sql(
    UPDATE run SET phase = 'ended', verdict = ?2, reason = ?3, detail = ?4, final = ?5, exit_code = ?6, signal = ?7,
                   cpu_ms = ?8, max_rss_bytes = ?9, finished_at_ms = ?10, output_bytes = ?11, output_truncated = ?12,
                   waited_for = ?13, started_at_ms = COALESCE(started_at_ms, ?14)
    WHERE id = ?1 AND verdict IS NULL)sql",
                     run.id, run.verdict, run.reason, run.detail, run.final, run.ending.exit_code, run.ending.signal,
                     run.ending.cpu, run.ending.max_rss_bytes, run.finished_at, run.output_bytes, run.output_truncated,
                     run.waited_for, run.started_at);
  if (ended != 1) throw Error(Fault::internal, "run " + std::to_string(run.id.value) + " has a verdict already");
}

int request_stop(Store& store, RunId id) {
  return static_cast<int>(store.db().run("UPDATE run SET stop_requested = 1 WHERE id = ? AND verdict IS NULL", id));
}

}  // namespace rounds
