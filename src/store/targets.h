#pragma once
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"
#include "time/now.h"

namespace rounds {

/// An inspected database instance or host, as `target add` or a file in `targets.d` gives it.
/// Keys that do not apply to an engine stay empty.
struct Target {
  std::string name{};
  std::string engine{};  ///< sqlite, later postgresql, mariadb, host
  std::string path{};    ///< sqlite: the database file
  std::string business{};
  std::string host{};
  std::vector<std::string> labels{};
  std::vector<std::string> backups{};  ///< patterns of the files that are backups of it, absolute
};

void save_target(Store& store, const Target& target, Instant now);  ///< insert or replace; inside Store::write
bool remove_target(Store& store, const std::string& name);          ///< inside Store::write
std::optional<Target> find_target(Store& store, const std::string& name);
std::vector<Target> all_targets(Store& store);

}  // namespace rounds
