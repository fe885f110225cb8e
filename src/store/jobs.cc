#include "store/jobs.h"

#include "core/json.h"
#include "store/columns.h"

namespace rounds {

namespace {

StoredJob read_job(const Statement& row) {
  JobId id;
  std::string name, definition;
  row.read(id, name, definition);
  StoredJob job{.id = id, .job = definition_from_text(name, definition)};
  row.read(job.id, name, definition, job.source.file, job.source.line, job.next_due, job.watermark, job.first_seen,
           job.stale, job.completed, job.removed_at, job.paused_at, job.paused_until, job.pause_reason, job.created_at,
           job.updated_at, job.run_count, job.scheduled_runs);
  return job;
}

JobId read_id(const Statement& row) {
  JobId id;
  row.read(id);
  return id;
}

std::string read_name(const Statement& row) {
  std::string name;
  row.read(name);
  return name;
}

/// Those jobs in that order. One lookup each: inside a process that costs what a join would.
std::vector<StoredJob> load(Store& store, const std::vector<JobId>& ids) {
  std::vector<StoredJob> jobs;
  jobs.reserve(ids.size());
  for (const JobId id : ids) {
    if (std::optional<StoredJob> job = find_job(store, id)) jobs.push_back(std::move(*job));
  }
  return jobs;
}

// Both are null where there is nothing to filter by.

std::optional<std::string> patterns_of(const JobFilter& filter) {
  if (filter.names.empty()) return std::nullopt;
  return json_list(filter.names);
}

/// A JSON array of arrays.
std::optional<std::string> tags_of(const JobFilter& filter) {
  if (filter.tags.empty()) return std::nullopt;
  JsonWriter json;
  json.begin_array();
  for (const std::vector<std::string>& group : filter.tags) json.raw(json_list(group));
  return json.end_array().text();
}

std::vector<JobId> matching_ids(Store& store, const JobFilter& filter) {
  // CROSS JOIN keeps the words outside, so that only a word that is a glob looks at all names.
  return all_rows(store.db().query(R"sql(
    SELECT id FROM job
    WHERE (?1 OR removed_at_ms IS NULL)
      AND (?2 IS NULL OR id IN (
        SELECT exact.id FROM json_each(?2) AS word CROSS JOIN job AS exact ON exact.name = word.value
        UNION
        SELECT alike.id FROM json_each(?2) AS word CROSS JOIN job AS alike ON alike.name GLOB word.value
        WHERE word.value GLOB '*[*?[]*'))
      AND (?3 IS NULL OR id IN (
        SELECT job_id FROM json_each(?3) AS tag_group
        JOIN json_each(tag_group.value) AS wanted
        JOIN job_tag ON job_tag.tag = wanted.value
        GROUP BY job_id HAVING COUNT(DISTINCT tag_group.key) = json_array_length(?3)))
    ORDER BY name)sql",
                                   filter.with_removed, patterns_of(filter), tags_of(filter)),
                  read_id);
}

JobSummary summarise(Store& store, StoredJob stored) {
  JobSummary summary{.stored = std::move(stored)};
  Statement row = store.db().query(R"sql(
    SELECT last.verdict, last.last_due,
           (SELECT COUNT(*) FROM run WHERE job_id = ?1 AND verdict IS NULL AND phase = 'running' AND cause <> 'hook')
    FROM (SELECT 1)
    LEFT JOIN run AS last ON last.id = (
      SELECT id FROM run WHERE job_id = ?1 AND final AND verdict IS NOT NULL AND cause <> 'hook'
      ORDER BY id DESC LIMIT 1))sql",
                                   summary.stored.id);
  row.step();
  row.read(summary.last_verdict, summary.last_due, summary.running);
  return summary;
}

}  // namespace

std::string to_text(const Source& source) {
  if (!source.file) return "store";
  return *source.file + ":" + std::to_string(source.line);
}

JobState StoredJob::state() const {
  if (removed_at) return JobState::removed;
  if (!job.enabled) return JobState::disabled;
  if (paused_at) return JobState::paused;
  if (completed) return JobState::completed;
  if (stale) return JobState::stale;
  return JobState::active;
}

std::optional<StoredJob> find_job(Store& store, JobId id) {
  return first_row(store.db().query(R"sql(
    SELECT id, name, definition, source_file, source_line, next_due, watermark, first_seen, stale, completed,
           removed_at_ms, paused_at_ms, paused_until, pause_reason, created_at_ms, updated_at_ms, run_count,
           scheduled_runs
    FROM job WHERE id = ?)sql",
                                    id),
                   read_job);
}

std::optional<StoredJob> find_job(Store& store, const std::string& name) {
  const auto id = store.db().value<JobId>("SELECT id FROM job WHERE name = ?", name);
  return id ? find_job(store, *id) : std::nullopt;
}

std::vector<StoredJob> all_jobs(Store& store, bool with_removed) {
  return find_jobs(store, {.with_removed = with_removed});
}

std::vector<StoredJob> find_jobs(Store& store, const JobFilter& filter) {
  return load(store, matching_ids(store, filter));
}

std::vector<StoredJob> jobs_of_file(Store& store, const std::string& file) {
  return load(store, all_rows(store.db().query(R"sql(
    SELECT id FROM job WHERE source_file = ? AND removed_at_ms IS NULL ORDER BY name)sql",
                                               file),
                              read_id));
}

std::vector<StoredJob> jobs_on(Store& store, OnRule::Event event) {
  // The text narrows it down; the definition decides.
  std::vector<StoredJob> jobs = load(store, all_rows(store.db().query(R"sql(
    SELECT id FROM job
    WHERE removed_at_ms IS NULL AND paused_at_ms IS NULL AND enabled AND NOT completed AND definition GLOB '*"on":*'
    ORDER BY name)sql"),
                                                     read_id));
  std::erase_if(jobs, [event](const StoredJob& stored) {
    const OnRule* on = on_of(stored.job.trigger);
    return on == nullptr || on->event != event;
  });
  return jobs;
}

std::vector<JobSummary> summaries(Store& store, const JobFilter& filter) {
  std::vector<JobSummary> result;
  for (StoredJob& job : find_jobs(store, filter)) result.push_back(summarise(store, std::move(job)));
  return result;
}

std::vector<std::string> job_names(Store& store) {
  return all_rows(store.db().query("SELECT name FROM job WHERE removed_at_ms IS NULL ORDER BY name"), read_name);
}

std::string pool_room_text(const PoolRoom& room) { 
  JsonWriter json;
  json.begin_object();
  for (const auto& [pool, free] : room) json.field(pool, free);
  return json.end_object().text();
}

std::vector<StoredJob> due_jobs(Store& store, Due now, int limit, const PoolRoom& room) {
  if (room.empty()) {
    return load(store, all_rows(store.db().query(R"sql(
      SELECT id FROM job WHERE next_due <= ? ORDER BY priority DESC, next_due, id LIMIT ?)sql",
                                                 now, limit),
                                read_id));
  }
  return load(store, all_rows(store.db().query(R"sql(
    SELECT id FROM job
    WHERE next_due <= ? AND NOT EXISTS (SELECT 1 FROM json_each(?) WHERE key = job.pool AND value < job.slots)
    ORDER BY priority DESC, next_due, id LIMIT ?)sql",
                                               now, pool_room_text(room), limit),
                              read_id));
}

PoolRoom pool_use(Store& store) {
  PoolRoom use;
  Statement rows = store.db().query(R"sql(
    SELECT job.pool, SUM(job.slots) FROM run INDEXED BY run_open JOIN job ON job.id = run.job_id
    WHERE run.verdict IS NULL AND run.keeper_id IS NOT NULL AND run.cause <> 'hook' GROUP BY job.pool)sql");
  while (rows.step()) {
    std::string pool;
    int slots = 0;
    rows.read(pool, slots);
    use[pool] = slots;
  }
  return use;
}

std::optional<Due> newest_reached(Store& store) {
  return store.db().value<Due>("SELECT MAX(IFNULL(watermark, first_seen)) FROM job WHERE removed_at_ms IS NULL");
}

std::optional<Due> earliest_next_due(Store& store, const PoolRoom& room) {
  if (room.empty()) return store.db().value<Due>("SELECT MIN(next_due) FROM job WHERE next_due IS NOT NULL");
  return store.db().value<Due>(R"sql(
    SELECT next_due FROM job
    WHERE next_due IS NOT NULL AND NOT EXISTS (SELECT 1 FROM json_each(?) WHERE key = job.pool AND value < job.slots)
    ORDER BY next_due LIMIT 1)sql",
                               pool_room_text(room));
}

JobCounts count_jobs(Store& store) {
  // The conditions of StoredJob::state(), in its order.
  Statement row = store.db().query(R"sql(
    SELECT COUNT(*),
           COUNT(*) FILTER (WHERE enabled AND paused_at_ms IS NULL AND NOT completed AND NOT stale),
           COUNT(*) FILTER (WHERE enabled AND paused_at_ms IS NOT NULL),
           COUNT(*) FILTER (WHERE enabled AND paused_at_ms IS NULL AND NOT completed AND stale)
    FROM job WHERE removed_at_ms IS NULL)sql");
  row.step();
  JobCounts counts;
  row.read(counts.total, counts.active, counts.paused, counts.stale);
  return counts;
}

}  // namespace rounds
