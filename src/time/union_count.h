#pragma once
#include <cstdint>

#include "time/trigger.h"

namespace rounds {

/// How many instants in [first, last] any of the trigger's rules has, each counted once; `start` and `until` are the
/// caller's.
std::int64_t count_union(const Schedule& schedule, Due first, Due last);

}  // namespace rounds
