#pragma once
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"
#include "time/now.h"

namespace rounds {

/// A target as `target add` left it.
struct StoredTarget {
  std::string name{};
  std::string definition{};  ///< as a file of `targets.d` would say it
};

void save_target(Store& store, const StoredTarget& target, Instant now);  ///< insert or replace; inside Store::write
bool remove_target(Store& store, const std::string& name);                ///< inside Store::write
std::vector<StoredTarget> stored_targets(Store& store);

}  // namespace rounds
