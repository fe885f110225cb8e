#pragma once
#include <cstdint>
#include <optional>

#include "time/trigger.h"

namespace rounds {

// What single rules answer to `trigger.cc`, before `start` and `until` of the schedule are applied.

/// The first due at or after `from`, the last at or before `to`, and how many lie in [first, last].
std::optional<Due> first_due(const CronRule& rule, const Schedule& schedule, Due from);
std::optional<Due> last_due(const CronRule& rule, const Schedule& schedule, Due to);
std::int64_t count(const CronRule& rule, const Schedule& schedule, Due first, Due last);

/// `Grid::whole` also counts the grid's instants up to the anchor.
enum class Grid { after_anchor, whole };
std::optional<Due> first_due(const EveryRule& rule, const Schedule& schedule, Due from);
std::optional<Due> last_due(const EveryRule& rule, const Schedule& schedule, Due to, Grid grid);
std::int64_t count(const EveryRule& rule, const Schedule& schedule, Due first, Due last);

}  // namespace rounds
