#include "store/snapshots.h"

#include "store/columns.h"

namespace rounds {

void save_snapshot(Store& store, const StoredSnapshot& snapshot) {
  store.db().run("INSERT OR REPLACE INTO snapshot (target, at_ms, inspection, document) VALUES (?, ?, ?, ?)",
                 snapshot.target, snapshot.at, snapshot.inspection, snapshot.document);
}

std::vector<StoredSnapshot> snapshots_from(Store& store, const std::string& target, Instant from, int most) {
  return all_rows(store.db().query(R"sql(
    WITH candidates AS (
      SELECT at_ms, row_number() OVER (ORDER BY at_ms) - 1 AS place, count(*) OVER () AS total
      FROM snapshot WHERE target = ?1 AND at_ms >= ?2),
    chosen AS (
      SELECT at_ms FROM candidates
      WHERE total <= ?3 OR place = 0 OR place = total - 1 OR place * ?3 / total <> (place - 1) * ?3 / total
      UNION
      SELECT max(at_ms) FROM snapshot WHERE target = ?1 AND inspection IS NOT NULL)
    SELECT s.target, s.at_ms, s.inspection, s.document FROM chosen JOIN snapshot AS s ON s.target = ?1 AND s.at_ms = chosen.at_ms
    ORDER BY s.at_ms)sql",
                                   target, from, std::int64_t{most}),
                  [](const Statement& row) {
                    StoredSnapshot snapshot;
                    row.read(snapshot.target, snapshot.at, snapshot.inspection, snapshot.document);
                    return snapshot;
                  });
}

void drop_snapshots_of(Store& store, const std::string& target) {
  store.db().run("DELETE FROM snapshot WHERE target = ?", target);
}

int drop_snapshots(Store& store, Instant before) {
  return static_cast<int>(store.db().run("DELETE FROM snapshot WHERE at_ms < ?", before));
}

}  // namespace rounds
