#include <algorithm>
#include <cassert>

#include "time/rules.h"

namespace rounds {

namespace {

using std::chrono::seconds;

// Civil days differ from 86,400 s by less than this many steps, whatever the clock did since the anchor.
constexpr std::int64_t civil_slack = 2;

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// Instant `k` of the grid; the anchor is 0.
Due grid_at(const EveryRule& rule, const Schedule& schedule, std::int64_t k) {
  if (rule.step.days.count() == 0 || k == 0) return schedule.anchor + k * rule.step.elapsed;
  const Civil wall = schedule.zone.local(schedule.anchor) + k * rule.step.days;
  return schedule.zone.first_instant(wall) + k * rule.step.elapsed;
}

/// The step of the grid around that instant, give or take the slack.
std::int64_t step_near(const EveryRule& rule, const Schedule& schedule, Due instant) {
  assert(rule.step.flat() > seconds{0});
  return floor_div((instant - schedule.anchor).count(), rule.step.flat().count());
}

std::int64_t lowest_step(const Schedule& schedule) { return schedule.anchor_is_due ? 0 : 1; }

}  // namespace

std::optional<Due> first_due(const EveryRule& rule, const Schedule& schedule, Due from) {
  std::int64_t k = std::max(step_near(rule, schedule, from) - civil_slack, lowest_step(schedule));
  while (grid_at(rule, schedule, k) < from) ++k;
  return grid_at(rule, schedule, k);
}

std::optional<Due> last_due(const EveryRule& rule, const Schedule& schedule, Due to, Grid grid) {
  std::int64_t k = step_near(rule, schedule, to) + civil_slack;
  while (grid_at(rule, schedule, k) > to) --k;
  if (grid == Grid::after_anchor && k < lowest_step(schedule)) return std::nullopt;
  return grid_at(rule, schedule, k);
}

std::int64_t count(const EveryRule& rule, const Schedule& schedule, Due first, Due last) {
  if (rule.step.days.count() == 0) {
    const std::int64_t from = std::max(step_near(rule, schedule, first - seconds{1}) + 1, lowest_step(schedule));
    return std::max<std::int64_t>(step_near(rule, schedule, last) - from + 1, 0);
  }
  std::int64_t count = 0;
  for (auto due = first_due(rule, schedule, first); due && *due <= last;
       due = first_due(rule, schedule, *due + seconds{1})) {
    ++count;
  }
  return count;
}

}  // namespace rounds
