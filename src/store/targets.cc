#include "store/targets.h"

#include "store/columns.h"

namespace rounds {

void save_target(Store& store, const StoredTarget& target, Instant now) {
  store.db().run(R"sql(
    INSERT INTO target (name, definition, created_at_ms, updated_at_ms) VALUES (?1, ?2, ?3, ?3)
    ON CONFLICT (name) DO UPDATE SET definition = ?2, updated_at_ms = ?3)sql",
                 target.name, target.definition, now);
}

bool remove_target(Store& store, const std::string& name) {
  return store.db().run("DELETE FROM target WHERE name = ?", name) == 1;
}

std::vector<StoredTarget> stored_targets(Store& store) {
  return all_rows(store.db().query("SELECT name, definition FROM target ORDER BY name"), [](const Statement& row) {
    StoredTarget target;
    row.read(target.name, target.definition);
    return target;
  });
}

}  // namespace rounds
