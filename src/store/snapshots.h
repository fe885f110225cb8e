#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"
#include "time/now.h"

namespace rounds {

/// What was measured of one target at one moment.
struct StoredSnapshot {
  std::string target{};
  Instant at{};
  std::optional<std::int64_t> inspection{};  ///< absent: a collector's
  std::string document{};                    ///< JSON
};

void save_snapshot(Store& store, const StoredSnapshot& snapshot);  ///< inside Store::write

/// Those that a window needs, by time: the last one of an inspection, whenever it was, and at most `most` from `from`
/// on, evenly spread, the first and the last among them.
std::vector<StoredSnapshot> snapshots_from(Store& store, const std::string& target, Instant from, int most);

void drop_snapshots_of(Store& store, const std::string& target);  ///< inside Store::write

/// Deletes what is older; inside Store::write. Returns how many.
int drop_snapshots(Store& store, Instant before);

}  // namespace rounds
