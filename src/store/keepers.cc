#include "store/keepers.h"

#include "store/columns.h"

namespace rounds {

namespace {

KeeperRow read_keeper(const Statement& row) {
  KeeperRow keeper;
  row.read(keeper.id, keeper.boot_id, keeper.pid_namespace, keeper.pid);
  return keeper;
}

}  // namespace

KeeperId insert_keeper(Store& store, const KeeperRow& row) {
  store.db().run("INSERT INTO keeper (boot_id, pid_namespace, pid) VALUES (?, ?, ?)", row.boot_id, row.pid_namespace,
                 row.pid);
  return KeeperId{store.db().last_insert_id()};
}

void set_keeper_pid(Store& store, KeeperId id, std::int64_t pid) {
  store.db().run("UPDATE keeper SET pid = ?2 WHERE id = ?1", id, pid);
}

void delete_keeper(Store& store, KeeperId id) { store.db().run("DELETE FROM keeper WHERE id = ?", id); }

std::vector<KeeperRow> all_keepers(Store& store) {
  return all_rows(store.db().query("SELECT id, boot_id, pid_namespace, pid FROM keeper ORDER BY id"), read_keeper);
}

std::optional<std::string> find_fact(Store& store, const std::string& key) {
  return store.db().value<std::string>("SELECT value FROM fact WHERE key = ?", key);
}

void forget_fact(Store& store, const std::string& key) { store.db().run("DELETE FROM fact WHERE key = ?", key); }

void set_fact(Store& store, const std::string& key, const std::string& value) {
  store.db().run("INSERT OR REPLACE INTO fact (key, value) VALUES (?, ?)", key, value);
}

}  // namespace rounds
