#pragma once
#include <cstdint>
#include <optional>

#include "time/trigger.h"

namespace rounds {

// What single rules answer to `trigger.cc`, before `start` and `until` of the schedule are applied.

/// The first due at or after `from`, the last at or before `to`, and how many lie in [first, last].
std::optional<Due> first_due(const Cron& cron, const ClockChange& dst, const Zone& zone, Due from);
std::optional<Due> last_due(const Cron& cron, const ClockChange& dst, const Zone& zone, Due to);
std::int64_t count(const Cron& cron, const ClockChange& dst, const Zone& zone, Due first, Due last);

std::optional<Due> first_due(const Rule& rule, const Schedule& schedule, Due from);
std::int64_t count(const Rule& rule, const Schedule& schedule, Due first, Due last);

/// What a rule has of a period: the dues of the plain calendar in [from, end), and perhaps one at its very begin that
/// makes up for a gap.
struct Part {
  bool made_up;
  Due from;
  Due end;
};
Part part_of(const Cron& cron, const ClockChange& dst, const Zone& zone, const Period& period);

/// `Grid::whole` also counts the grid's instants up to the anchor.
enum class Grid { after_anchor, whole };
std::optional<Due> first_due(const EveryRule& rule, const ClockChange& dst, const Schedule& schedule, Due from);
std::optional<Due> last_due(const EveryRule& rule, const ClockChange& dst, const Schedule& schedule, Due to, Grid grid);
std::int64_t count(const EveryRule& rule, const ClockChange& dst, const Schedule& schedule, Due first, Due last);
/// True for lengths of hours, minutes and seconds; instant 0 of their grid.
bool elapses(const EveryRule& rule);
Due origin_of(const EveryRule& rule, const Schedule& schedule);

}  // namespace rounds
