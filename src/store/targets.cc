#include "store/targets.h"

#include "store/columns.h"

namespace rounds {

namespace {

Target read_target(const Statement& row) {
  Target target;
  std::string labels, backups;
  row.read(target.name, target.engine, target.path, target.business, target.host, labels, backups);
  target.labels = words_of_json_list(labels);
  target.backups = words_of_json_list(backups);
  return target;
}

}  // namespace

void save_target(Store& store, const Target& target, Instant now) {
  store.db().run(R"sql(
    INSERT INTO target (name, engine, path, business, host, labels, backups, created_at_ms, updated_at_ms)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)
    ON CONFLICT (name) DO UPDATE SET engine = ?2, path = ?3, business = ?4, host = ?5, labels = ?6, backups = ?7,
                                     updated_at_ms = ?8)sql",
                 target.name, target.engine, target.path, target.business, target.host, json_list(target.labels),
                 json_list(target.backups), now);
}

bool remove_target(Store& store, const std::string& name) {
  return store.db().run("DELETE FROM target WHERE name = ?", name) == 1;
}

std::optional<Target> find_target(Store& store, const std::string& name) {
  return first_row(
      store.db().query("SELECT name, engine, path, business, host, labels, backups FROM target WHERE name = ?", name),
      read_target);
}

std::vector<Target> all_targets(Store& store) {
  return all_rows(store.db().query("SELECT name, engine, path, business, host, labels, backups FROM target ORDER BY name"),
                  read_target);
}

}  // namespace rounds
