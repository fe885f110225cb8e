#include <algorithm>

#include "time/rules.h"

// Clock changes are decided here. A jump of local time skips the wall times [a, b) or shows them twice. The rule is a
// cadence around that jump when the plain calendar has a due in the hour before `a` and one in the hour from `b` on: it
// just goes on by the wall. Otherwise it is an appointment: dues in skipped times become one at the first instant after
// the gap, and dues in repeated times count in the first pass only.

namespace rounds {

namespace {

using std::chrono::hours;
using std::chrono::seconds;

using Gap = ClockChange::Gap;
using Overlap = ClockChange::Overlap;

bool is_cadence(const Cron& cron, Civil a, Civil b) { return cron.any(a - hours{1}, a) && cron.any(b, b + hours{1}); }

/// Whether the gap that the period begins with has a due to make up for at its end.
bool makes_up(const Cron& cron, const ClockChange& dst, const Period& period) {
  const Civil b = period.local(period.begin);
  const Civil a = b - (period.offset - period.before);
  if (a >= b || dst.gap == Gap::skip || !cron.any(a, b)) return false;
  return dst.gap == Gap::after || !is_cadence(cron, a, b);
}

bool wants_second_pass(const ClockChange& dst) {
  return dst.overlap == Overlap::second || dst.overlap == Overlap::both;
}

/// The first instant at or after `from`, which lies in the period, that is not in a second pass to be left out.
Due skip_second_pass(const Cron& cron, const ClockChange& dst, const Period& period, Due from) {
  const seconds repeated = period.before - period.offset;
  if (from >= period.begin + repeated) return from;
  if (wants_second_pass(dst)) return from;
  const Civil a = period.local(period.begin);
  const bool both = dst.overlap == Overlap::by_meaning && is_cadence(cron, a, a + repeated);
  return both ? from : std::min(period.begin + repeated, period.end);
}

/// Where the period ends for the rule: before a first pass of which only the second one counts.
Due end_of(const ClockChange& dst, const Zone& zone, const Period& period) {
  if (dst.overlap != Overlap::second) return period.end;
  const seconds repeated = period.offset - zone.period(period.end).offset;
  return std::max(period.begin, period.end - std::max(repeated, seconds{0}));
}

}  // namespace

std::optional<Due> first_due(const Cron& cron, const ClockChange& dst, const Zone& zone, Due from) {
  while (from <= kLatestDue) {
    const Period period = zone.period(from);
    if (from == period.begin && makes_up(cron, dst, period)) return from;
    from = skip_second_pass(cron, dst, period, from);
    const auto wall = cron.next(period.local(from));
    if (!wall) return std::nullopt;
    const Due due = period.instant(*wall);
    if (due < end_of(dst, zone, period)) return due;
    from = period.end;
    // No jump on the way to a wall time that far away can have a due: those before and in it would be nearer. Only a
    // second pass that is asked for may show times again that lie behind.
    if (!wants_second_pass(dst)) from = std::max(from, Due{wall->time_since_epoch()} - kWidestOffset);
  }
  return std::nullopt;
}

std::optional<Due> last_due(const Cron& cron, const ClockChange& dst, const Zone& zone, Due to) {
  while (to >= kEarliestDue) {
    const Period period = zone.period(to);
    const auto wall = cron.previous(period.local(std::min(to, end_of(dst, zone, period) - seconds{1})));
    const Due due = wall ? period.instant(*wall) : Due::min();
    if (due >= period.begin && skip_second_pass(cron, dst, period, due) == due) return due;
    if (makes_up(cron, dst, period)) return period.begin;
    // Just after a jump the wall may have shown later times before it, so only from farther away is the way back free.
    const bool far_from_jump = to - period.begin >= kWidestOffset;
    if (far_from_jump && !wall) return std::nullopt;
    to = period.begin - seconds{1};
    if (far_from_jump) to = std::min(to, Due{wall->time_since_epoch()} + kWidestOffset);
  }
  return std::nullopt;
}

Part part_of(const Cron& cron, const ClockChange& dst, const Zone& zone, const Period& period) {
  const Civil wall = period.local(period.begin);
  const bool made_up = makes_up(cron, dst, period) && !cron.any(wall, wall + seconds{1});
  return {made_up, skip_second_pass(cron, dst, period, period.begin), end_of(dst, zone, period)};
}

std::int64_t count(const Cron& cron, const ClockChange& dst, const Zone& zone, Due first, Due last) {
  std::int64_t count = 0;
  for (Due at = first; at <= last;) {
    const Period period = zone.period(at);
    const Part part = part_of(cron, dst, zone, period);
    if (part.made_up && at == period.begin) ++count;
    count += cron.count(period.local(std::max(at, part.from)), period.local(std::min(last + seconds{1}, part.end)));
    at = period.end;
  }
  return count;
}

}  // namespace rounds
