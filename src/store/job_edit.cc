#include "error.h"
#include "store/columns.h"
#include "store/jobs.h"

namespace rounds {

namespace {

void index_tags(Store& store, JobId id, const Job& job) {
  store.db().run("DELETE FROM job_tag WHERE job_id = ?", id);
  for (const std::string& tag : job.tags) {
    store.db().run("INSERT OR IGNORE INTO job_tag (tag, job_id) VALUES (?, ?)", tag, id);
  }
}

void revive_job(Store& store, JobId id) { store.db().run("UPDATE job SET removed_at_ms = NULL WHERE id = ?", id); }

}  // namespace

JobId insert_job(Store& store, const Job& job, const Source& source, Due first_seen, std::optional<Due> next_due,
                 Instant now) {
  if (const std::optional<StoredJob> known = find_job(store, job.name.text())) {
    if (!known->removed_at) throw Error(Fault::exists, "job " + job.name.text() + " exists already");
    revive_job(store, known->id);
    update_job(store, known->id, job, source, first_seen, next_due, false, now);
    return known->id;
  }
  store.db().run(R"sql(
    INSERT INTO job (name, definition, priority, enabled, source_file, source_line, first_seen, next_due,
                     created_at_ms, updated_at_ms, pool, slots)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?11))sql",
                 job.name.text(), definition_text(job), job.priority, job.enabled, source.file, source.line, first_seen,
                 next_due, now, job.pool, job.slots);
  const JobId id{store.db().last_insert_id()};
  index_tags(store, id, job);
  return id;
}

void update_job(Store& store, JobId id, const Job& job, const Source& source, Due first_seen,
                std::optional<Due> next_due, bool completed, Instant now) {
  store.db().run(R"sql(
    UPDATE job SET definition = ?2, priority = ?3, enabled = ?4, source_file = ?5, source_line = ?6,
                   watermark = CASE first_seen WHEN ?7 THEN watermark END, first_seen = ?7,
                   next_due = ?8, completed = ?9, stale = 0, updated_at_ms = ?10, pool = ?11, slots = ?12
    WHERE id = ?1)sql",
                 id, definition_text(job), job.priority, job.enabled, source.file, source.line, first_seen, next_due,
                 completed, now, job.pool, job.slots);
  index_tags(store, id, job);
}

void set_stale(Store& store, JobId id, bool stale) {
  store.db().run("UPDATE job SET stale = ?2 WHERE id = ?1", id, stale);
}

void pause_job(Store& store, JobId id, Instant now, std::optional<Due> until, const std::string& reason,
               std::optional<Due> next_due) {
  store.db().run(R"sql(
    UPDATE job SET paused_at_ms = ?2, paused_until = ?3, pause_reason = ?4, next_due = ?5 WHERE id = ?1)sql",
                 id, now, until, reason, next_due);
}

void resume_job(Store& store, JobId id, std::optional<Due> next_due) {
  store.db().run(R"sql(
    UPDATE job SET paused_at_ms = NULL, paused_until = NULL, pause_reason = '', next_due = ?2 WHERE id = ?1)sql",
                 id, next_due);
}

void remove_job(Store& store, JobId id, Instant now) {
  store.db().run("UPDATE job SET removed_at_ms = ?2, next_due = NULL WHERE id = ?1", id, now);
}

void purge_job(Store& store, JobId id) {
  store.db().run("DELETE FROM job WHERE id = ?", id);  // tags, runs and outputs go with it
}

void advance_job(Store& store, JobId id, std::optional<Due> next_due, std::optional<Due> watermark, bool completed,
                 int scheduled_started) {
  store.db().run(R"sql(
    UPDATE job SET next_due = ?2, watermark = ?3, completed = ?4, scheduled_runs = scheduled_runs + ?5
    WHERE id = ?1)sql",
                 id, next_due, watermark, completed, scheduled_started);
}

void begin_job(Store& store, JobId id, Due first_seen, Due now, std::optional<Due> next_due) {
  store.db().run("UPDATE job SET first_seen = ?2, watermark = ?3, next_due = ?4 WHERE id = ?1", id, first_seen, now, next_due);
}

void count_run(Store& store, JobId id) { store.db().run("UPDATE job SET run_count = run_count + 1 WHERE id = ?", id); }

}  // namespace rounds
