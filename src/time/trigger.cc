#include "time/trigger.h"

#include <fmt/format.h>
#include <algorithm>
#include <type_traits>

#include "time/hash.h"
#include "time/rules.h"
#include "time/stamp.h"
#include "time/union_count.h"

namespace rounds {

namespace {

using std::chrono::seconds;

// One function for each kind of rule; random, delay and on have no instants of their own.

std::optional<Due> first_due(const CronRule& rule, const ClockChange& dst, const Schedule& schedule, Due from) {
  return first_due(rule.cron, dst, schedule.zone, from);
}

std::optional<Due> first_due(const AtRule& rule, const ClockChange&, const Schedule&, Due from) {
  const auto found = std::lower_bound(rule.instants.begin(), rule.instants.end(), from);
  if (found == rule.instants.end()) return std::nullopt;
  return *found;
}

std::optional<Due> first_due(const RandomRule&, const ClockChange&, const Schedule&, Due) { return std::nullopt; }
std::optional<Due> first_due(const DelayRule&, const ClockChange&, const Schedule&, Due) { return std::nullopt; }
std::optional<Due> first_due(const OnRule&, const ClockChange&, const Schedule&, Due) { return std::nullopt; }

std::optional<Due> last_due(const CronRule& rule, const ClockChange& dst, const Schedule& schedule, Due to, Grid) {
  return last_due(rule.cron, dst, schedule.zone, to);
}

std::optional<Due> last_due(const AtRule& rule, const ClockChange&, const Schedule&, Due to, Grid) {
  const auto after = std::upper_bound(rule.instants.begin(), rule.instants.end(), to);
  if (after == rule.instants.begin()) return std::nullopt;
  return *(after - 1);
}

std::optional<Due> last_due(const RandomRule&, const ClockChange&, const Schedule&, Due, Grid) { return std::nullopt; }
std::optional<Due> last_due(const DelayRule&, const ClockChange&, const Schedule&, Due, Grid) { return std::nullopt; }
std::optional<Due> last_due(const OnRule&, const ClockChange&, const Schedule&, Due, Grid) { return std::nullopt; }

std::int64_t count(const CronRule& rule, const ClockChange& dst, const Schedule& schedule, Due first, Due last) {
  return count(rule.cron, dst, schedule.zone, first, last);
}

std::int64_t count(const AtRule& rule, const ClockChange&, const Schedule&, Due first, Due last) {
  const auto begin = std::lower_bound(rule.instants.begin(), rule.instants.end(), first);
  return std::upper_bound(begin, rule.instants.end(), last) - begin;
}

std::int64_t count(const RandomRule&, const ClockChange&, const Schedule&, Due, Due) { return 0; }
std::int64_t count(const DelayRule&, const ClockChange&, const Schedule&, Due, Due) { return 0; }
std::int64_t count(const OnRule&, const ClockChange&, const Schedule&, Due, Due) { return 0; }

std::optional<Due> last_due(const Rule& rule, const Schedule& schedule, Due to, Grid grid) {
  return std::visit([&](const auto& kind) { return last_due(kind, rule.dst, schedule, to, grid); }, rule.kind);
}

Due begin_of(const Schedule& schedule) { return std::max(kEarliestDue, schedule.start.value_or(kEarliestDue)); }
Due end_of(const Schedule& schedule) { return std::min(kLatestDue, schedule.until.value_or(kLatestDue)); }

/// Zero to `longest`, always the same for that job, purpose and instant.
seconds drawn(const Schedule& schedule, std::string_view purpose, Due at, seconds longest) {
  const auto hash =
      mixed(schedule.seed ^ stable_hash(purpose), static_cast<std::uint64_t>(at.time_since_epoch().count()));
  return seconds{static_cast<std::int64_t>(hash % (static_cast<std::uint64_t>(longest.count()) + 1))};
}

template <typename Kind>
const Kind* only_rule(const Trigger& trigger) {
  return trigger.rules.size() == 1 ? std::get_if<Kind>(&trigger.rules.front().kind) : nullptr;
}

}  // namespace

std::optional<Due> first_due(const Rule& rule, const Schedule& schedule, Due from) {
  return std::visit([&](const auto& kind) { return first_due(kind, rule.dst, schedule, from); }, rule.kind);
}

std::int64_t count(const Rule& rule, const Schedule& schedule, Due first, Due last) {
  return std::visit([&](const auto& kind) { return count(kind, rule.dst, schedule, first, last); }, rule.kind);
}

const RandomRule* random_of(const Trigger& trigger) { return only_rule<RandomRule>(trigger); }
const DelayRule* delay_of(const Trigger& trigger) { return only_rule<DelayRule>(trigger); }
const OnRule* on_of(const Trigger& trigger) { return only_rule<OnRule>(trigger); }

bool is_on_grid(const Trigger& trigger) {
  return random_of(trigger) == nullptr && delay_of(trigger) == nullptr && on_of(trigger) == nullptr;
}

std::optional<Due> next_due(const Schedule& schedule, Due after) {
  if (after >= end_of(schedule)) return std::nullopt;
  const Due from = std::max(after + seconds{1}, begin_of(schedule));
  std::optional<Due> next;
  for (const Rule& rule : schedule.trigger.rules) {
    const auto due = first_due(rule, schedule, from);
    if (due && (!next || *due < *next)) next = due;
  }
  return next && *next <= end_of(schedule) ? next : std::nullopt;
}

std::optional<Due> previous_due(const Schedule& schedule, Due before, bool ignore_start) {
  const Due begin = ignore_start ? kEarliestDue : begin_of(schedule);
  if (before <= begin) return std::nullopt;
  const Due to = std::min(before - seconds{1}, end_of(schedule));
  std::optional<Due> previous;
  for (const Rule& rule : schedule.trigger.rules) {
    const auto due = last_due(rule, schedule, to, ignore_start ? Grid::whole : Grid::after_anchor);
    if (due && (!previous || *due > *previous)) previous = due;
  }
  return previous && *previous >= begin ? previous : std::nullopt;
}

std::int64_t count_dues(const Schedule& schedule, Due first, Due last) {
  first = std::max(first, begin_of(schedule));
  last = std::min(last, end_of(schedule));
  if (first > last) return 0;
  const std::vector<Rule>& rules = schedule.trigger.rules;
  return rules.size() == 1 ? count(rules.front(), schedule, first, last) : count_union(schedule, first, last);
}

std::optional<Due> random_due(const Schedule& schedule, Due previous) {
  const RandomRule* random = random_of(schedule.trigger);
  if (random == nullptr) return std::nullopt;
  const Due begin = begin_of(schedule);
  const Due due = previous < begin
                      ? begin
                      : previous + random->min + drawn(schedule, "random", previous, random->max - random->min);
  return due <= end_of(schedule) ? std::optional(due) : std::nullopt;
}

seconds jitter_at(const Schedule& schedule, Due due) {
  std::optional<seconds> least;
  for (const Rule& rule : schedule.trigger.rules) {
    const bool asked = schedule.trigger.rules.size() == 1 || first_due(rule, schedule, due) == due;
    if (!asked) continue;
    const seconds jitter = drawn(schedule, "jitter", due, rule.jitter);
    least = std::min(least.value_or(jitter), jitter);
  }
  return least.value_or(seconds{0});
}

bool is_excepted(const Schedule& schedule, Due due) {
  return !schedule.except.empty() && schedule.except.cover(schedule.zone.local(due));
}

Due same_until(const Schedule& schedule, Due due, Due last) {
  if (schedule.except.empty()) return last;
  const bool covered = is_excepted(schedule, due);
  for (Due at = due; at <= last;) {
    const Period period = schedule.zone.period(at);
    at = std::min(period.end, period.instant(schedule.except.next_edge(period.local(at))));
    if (at <= last && is_excepted(schedule, at) != covered) return at - seconds{1};
  }
  return last;
}

std::optional<Due> next_start(const Schedule& schedule, Due after) {
  constexpr std::chrono::days horizon{3660};
  const Due last = std::min(kLatestDue, std::max(after, kEarliestDue) + horizon);
  auto due = next_due(schedule, after);
  while (due && is_excepted(schedule, *due)) {
    const Due end = same_until(schedule, *due, last);
    due = end < last ? next_due(schedule, end) : std::nullopt;
  }
  return due;
}

Due step_back(Due due, const Span& length, const Zone& zone) {
  if (length.days.count() == 0) return due - length.elapsed;
  return zone.first_instant(zone.local(due) - length.days) - length.elapsed;
}

}  // namespace rounds
