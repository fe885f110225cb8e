#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/retention.h"
#include "core/run.h"
#include "store/store.h"

namespace rounds {

/// How far a sweep through the ledger has come.
struct PruneCursor {
  RunId seen{};       ///< rows up to here were looked at
  bool done = false;  ///< what follows is too young
};

/// Looks at the next `limit` rows and returns those that the ledger need not keep: older than `keep`, not among the last
/// `runs` of their job, and no row refers to them. Open runs stay. Reads only.
std::vector<RunId> find_prunable(Store& store, const Retention& retention, Instant now, int limit, PruneCursor& cursor);

/// Inside Store::write: deletes those of them that may still go, with their outputs. Returns the names of the files in
/// the spool that are nobody's once this is committed.
std::vector<std::string> prune_runs(Store& store, const std::vector<RunId>& runs);

/// Inside Store::write: deletes at most `limit` events older than `keep`; how many.
std::int64_t prune_events(Store& store, const Retention& retention, Instant now, int limit);
bool has_old_events(Store& store, const Retention& retention, Instant now);

}  // namespace rounds
