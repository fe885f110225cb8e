#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/run.h"
#include "store/store.h"

namespace rounds {

/// A keeper's row: lets the next scheduler find it and judge its runs.
struct KeeperRow {
  KeeperId id{};
  std::string boot_id{};
  std::uint64_t pid_namespace = 0;  ///< inode number
  std::int64_t pid = 0;             ///< 0 until it was started
};

// Writers: inside Store::write.
KeeperId insert_keeper(Store& store, const KeeperRow& row);
void set_keeper_pid(Store& store, KeeperId id, std::int64_t pid);
void delete_keeper(Store& store, KeeperId id);

std::vector<KeeperRow> all_keepers(Store& store);

/// Small facts that outlive a loop, by key: `clock_epoch`, `boot_id`, …
std::optional<std::string> find_fact(Store& store, const std::string& key);
void forget_fact(Store& store, const std::string& key);
void set_fact(Store& store, const std::string& key, const std::string& value);

}  // namespace rounds
