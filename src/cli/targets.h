#pragma once
#include <string>
#include <vector>

#include "cli/options.h"
#include "config/settings.h"
#include "core/target.h"
#include "store/targets.h"

namespace rounds {

/// A target and where it is defined.
struct KnownTarget {
  Target target{};
  std::string file{};  ///< of targets.d; empty: the store
};

/// All targets of the store and of targets.d, by name. Throws Error `bad_data` with places for a bad file, and for a
/// name that is taken twice.
std::vector<KnownTarget> known_targets(const Settings& settings);

/// The target of that name; throws Error `not_found` with the nearest name.
KnownTarget require_target(const std::vector<KnownTarget>& targets, const std::string& name);

/// The targets that the options name, by exact name or glob, narrowed by business, host and tags; all of them
/// without names. Throws Error `not_found` when none is left.
std::vector<Target> select_targets(const std::vector<KnownTarget>& targets, const InspectOptions& options);

}  // namespace rounds
