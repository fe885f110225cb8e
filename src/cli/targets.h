#pragma once
#include <string>
#include <vector>

#include "cli/options.h"
#include "store/targets.h"

namespace rounds {

/// The target of that name; throws Error `not_found` with the nearest name.
Target require_target(Store& store, const std::string& name);

/// The targets that the options name, by exact name or glob, narrowed by business, host and tags; all of them
/// without names. Throws Error `not_found` when none is left.
std::vector<Target> select_targets(Store& store, const InspectOptions& options);

}  // namespace rounds
