#include "store/inspections.h"

#include "store/columns.h"

namespace rounds {

namespace {

Inspection read_inspection(const Statement& row) {
  Inspection inspection;
  std::string targets;
  row.read(inspection.id, inspection.at, inspection.tier, targets, inspection.critical, inspection.warning,
           inspection.info, inspection.run, inspection.document);
  inspection.targets = words_of_json_list(targets);
  return inspection;
}

}  // namespace

std::int64_t next_inspection_id(Store& store) {
  // A counter, not the largest id: two inspections may be going on, and no number comes again.
  return store.db()
      .value<std::int64_t>(R"sql(
    INSERT INTO fact (key, value) VALUES ('inspection_id', '1')
    ON CONFLICT (key) DO UPDATE SET value = CAST(value + 1 AS TEXT) RETURNING CAST(value AS INTEGER))sql")
      .value();
}

void save_inspection(Store& store, const Inspection& inspection) {
  store.db().run(R"sql(
    INSERT INTO inspection (id, at_ms, tier, targets, critical, warning, info, run_id, document)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?))sql",
                 inspection.id, inspection.at, inspection.tier, json_list(inspection.targets), inspection.critical,
                 inspection.warning, inspection.info, inspection.run, inspection.document);
}

std::optional<Inspection> find_inspection(Store& store, std::int64_t id) {
  return first_row(store.db().query(R"sql(
    SELECT id, at_ms, tier, targets, critical, warning, info, run_id, document FROM inspection WHERE id = ?)sql",
                                    id),
                   read_inspection);
}

void delete_inspection(Store& store, std::int64_t id) { store.db().run("DELETE FROM inspection WHERE id = ?", id); }

std::vector<Inspection> all_inspections(Store& store, int limit) {
  return all_rows(store.db().query(R"sql(
    SELECT id, at_ms, tier, targets, critical, warning, info, run_id, '' AS document
    FROM inspection ORDER BY id DESC LIMIT ?)sql",
                                   limit),
                  read_inspection);
}

}  // namespace rounds
