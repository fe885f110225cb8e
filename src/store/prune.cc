#include "store/prune.h"

#include "store/columns.h"
#include "store/ledger.h"
#include "store/output.h"
#include "store/spool.h"

namespace rounds {

namespace {

struct Candidate {
  RunId id;
  Due due;
  bool prunable = false;
};

Candidate read_candidate(const Statement& row) {
  Candidate candidate;
  row.read(candidate.id, candidate.due, candidate.prunable);
  return candidate;
}

/// Its file in the spool, when its output is too large for the store.
std::string kept_file(Store& store, RunId id) {
  const auto run = find_run(store, id);
  return run && keeps_file(*run) ? output_name(*run) : "";
}

}  // namespace

std::vector<RunId> find_prunable(Store& store, const Retention& retention, Instant now, int limit, PruneCursor& cursor) {
  const Instant cutoff = now - retention.keep;
  const auto rows = all_rows(store.db().query(R"sql(
    SELECT id, due,
           verdict IS NOT NULL AND COALESCE(finished_at_ms, last_due * 1000) < ?2
           AND (SELECT later.id FROM run AS later WHERE later.job_id = run.job_id AND later.id > run.id
                ORDER BY later.id LIMIT 1 OFFSET ?3) IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM run AS other WHERE other.occurrence = run.id)
           AND NOT EXISTS (SELECT 1 FROM run AS other WHERE other.waited_for = run.id)
           AND NOT EXISTS (SELECT 1 FROM inspection WHERE inspection.run_id = run.id)
    FROM run WHERE id > ?1 ORDER BY id LIMIT ?4)sql",
                                             cursor.seen, cutoff, retention.runs - 1, limit),
                             read_candidate);
  std::vector<RunId> prunable;
  cursor.done = static_cast<int>(rows.size()) < limit;
  for (const Candidate& row : rows) {
    if (Instant(row.due) >= cutoff) {
      cursor.done = true;  // a row comes into being at its due or later, so all behind this one are younger
      break;
    }
    cursor.seen = row.id;
    if (row.prunable) prunable.push_back(row.id);
  }
  return prunable;
}

std::vector<std::string> prune_runs(Store& store, const std::vector<RunId>& runs) {
  std::vector<std::string> files;
  for (const RunId id : runs) {
    std::string file = kept_file(store, id);
    const std::int64_t gone = store.db().run(R"sql(
      DELETE FROM run
      WHERE id = ?1 AND verdict IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM run AS other WHERE other.occurrence = ?1)
        AND NOT EXISTS (SELECT 1 FROM run AS other WHERE other.waited_for = ?1)
        AND NOT EXISTS (SELECT 1 FROM inspection WHERE run_id = ?1))sql",
                                             id);
    if (gone == 1 && !file.empty()) files.push_back(std::move(file));
  }
  return files;
}

bool has_old_events(Store& store, const Retention& retention, Instant now) {
  const auto oldest = store.db().value<Instant>("SELECT at_ms FROM event ORDER BY id LIMIT 1");
  return oldest && *oldest < now - retention.keep;
}

std::int64_t prune_events(Store& store, const Retention& retention, Instant now, int limit) {
  return store.db().run(R"sql(
    DELETE FROM event WHERE at_ms < ?1 AND id IN (SELECT id FROM event ORDER BY id LIMIT ?2))sql",
                        now - retention.keep, limit);
}

}  // namespace rounds
