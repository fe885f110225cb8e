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

bool is_cadence(const Cron& cron, Civil a, Civil b) { return cron.any(a - hours{1}, a) && cron.any(b, b + hours{1}); }

/// Whether the gap that the period begins with has a due to make up for at its end.
bool makes_up(const Cron& cron, const Period& period) {
  const Civil b = period.local(period.begin);
  const Civil a = b - (period.offset - period.before);
  return a < b && cron.any(a, b) && !is_cadence(cron, a, b);
}

/// The first instant at or after `from`, which lies in the period, that is not in the second pass of an appointment.
Due skip_second_pass(const Cron& cron, const Period& period, Due from) {
  const seconds repeated = period.before - period.offset;
  if (from >= period.begin + repeated) return from;
  const Civil a = period.local(period.begin);
  return is_cadence(cron, a, a + repeated) ? from : std::min(period.begin + repeated, period.end);
}

}  // namespace

std::optional<Due> first_due(const CronRule& rule, const Schedule& schedule, Due from) {
  const Cron& cron = rule.cron;
  while (from <= latest_due) {
    const Period period = schedule.zone.period(from);
    if (from == period.begin && makes_up(cron, period)) return from;
    from = skip_second_pass(cron, period, from);
    const auto wall = cron.next(period.local(from));
    if (!wall) return std::nullopt;
    const Due due = period.instant(*wall);
    if (due < period.end) return due;
    // No jump on the way to a wall time that far away can have a due: those before and in it would be nearer.
    from = std::max(period.end, Due{wall->time_since_epoch()} - widest_offset);
  }
  return std::nullopt;
}

std::optional<Due> last_due(const CronRule& rule, const Schedule& schedule, Due to) {
  const Cron& cron = rule.cron;
  while (to >= earliest_due) {
    const Period period = schedule.zone.period(to);
    const auto wall = cron.previous(period.local(to));
    const Due due = wall ? period.instant(*wall) : Due::min();
    if (due >= period.begin && skip_second_pass(cron, period, due) == due) return due;
    if (makes_up(cron, period)) return period.begin;
    // Just after a jump the wall may have shown later times before it, so only from farther away is the way back free.
    const bool far_from_jump = to - period.begin >= widest_offset;
    if (far_from_jump && !wall) return std::nullopt;
    to = period.begin - seconds{1};
    if (far_from_jump) to = std::min(to, Due{wall->time_since_epoch()} + widest_offset);
  }
  return std::nullopt;
}

std::int64_t count(const CronRule& rule, const Schedule& schedule, Due first, Due last) {
  const Cron& cron = rule.cron;
  std::int64_t count = 0;
  for (Due from = first; from <= last;) {
    const Period period = schedule.zone.period(from);
    const Civil wall = period.local(from);
    if (from == period.begin && makes_up(cron, period) && !cron.any(wall, wall + seconds{1})) ++count;
    from = skip_second_pass(cron, period, from);
    count += cron.count(period.local(from), period.local(std::min(last + seconds{1}, period.end)));
    from = period.end;
  }
  return count;
}

}  // namespace rounds
