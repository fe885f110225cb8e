#include <algorithm>
#include <array>
#include <cassert>
#include <limits>

#include "time/rules.h"

namespace rounds {

namespace chr = std::chrono;

namespace {

using chr::seconds;

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

std::int64_t lowest_step(const Schedule& schedule) { return schedule.anchor_is_due ? 0 : 1; }

// Lengths of hours, minutes and seconds: plain arithmetic.

/// The last step at or before that instant.
std::int64_t last_step(const EveryRule& rule, const Schedule& schedule, Due instant) {
  assert(rule.step.elapsed > seconds{0});
  return floor_div((instant - origin_of(rule, schedule)).count(), rule.step.elapsed.count());
}

// Civil steps.

/// The instants of one wall time: none, one or both passes.
struct Instants {
  std::array<Due, 2> at;
  int count;
};

Instants instants_of(Civil wall, const ClockChange& dst, const Zone& zone) {
  const Resolved resolved = zone.resolve(wall);
  switch (resolved.kind) {
    case Resolved::Kind::unique: return {{resolved.before}, 1};
    case Resolved::Kind::gap: return {{resolved.transition}, dst.gap == ClockChange::Gap::skip ? 0 : 1};
    case Resolved::Kind::overlap: break;
  }
  switch (dst.overlap) {
    case ClockChange::Overlap::second: return {{resolved.after}, 1};
    case ClockChange::Overlap::both: return {{resolved.before, resolved.after}, 2};
    case ClockChange::Overlap::by_meaning:
    case ClockChange::Overlap::first: return {{resolved.before}, 1};
  }
  return {{resolved.before}, 1};
}

/// A day that the month lacks is its last one.
chr::local_days clamped(chr::year_month month, chr::day day) {
  const chr::local_days last{month / chr::last};
  const chr::year_month_day date = month / day;
  return date.ok() ? chr::local_days{date} : last;
}

/// The grid of one rule and schedule: the anchor's wall time is looked up once.
class CivilGrid {
 public:
  CivilGrid(const EveryRule& rule, const ClockChange& dst, const Schedule& schedule)
      : rule_(rule),
        dst_(dst),
        schedule_(schedule),
        wall_(schedule.zone.local(schedule.anchor)),
        day_(chr::floor<chr::days>(wall_)) {}

  Instants at(std::int64_t k) const {
    if (k == 0 && !rule_.at) return {{schedule_.anchor}, 1};
    Instants found = instants_of(day(k) + rule_.at.value_or(wall_ - day_), dst_, schedule_.zone);
    for (Due& due : found.at) due += k * rule_.step.elapsed;
    return found;
  }

  /// The step around that instant, give or take the slack.
  std::int64_t near(Due instant) const {
    if (rule_.months == 0) return floor_div((instant - schedule_.anchor).count(), rule_.step.flat().count());
    const chr::year_month_day there{chr::floor<chr::days>(Civil{instant.time_since_epoch()})};
    const auto months = there.year() / there.month() - month();
    return floor_div(months.count(), rule_.months);
  }

  // Civil steps differ from this many seconds or months by less, whatever the clock did since the anchor.
  static constexpr std::int64_t slack = 2;

 private:
  chr::year_month month() const {
    const chr::year_month_day date{day_};
    return date.year() / date.month();
  }

  chr::local_days day(std::int64_t k) const {
    if (rule_.months == 0) return day_ + k * rule_.step.days;
    return clamped(month() + chr::months{k * rule_.months}, chr::year_month_day{day_}.day());
  }

  const EveryRule& rule_;
  const ClockChange& dst_;
  const Schedule& schedule_;
  const Civil wall_;
  const chr::local_days day_;
};

std::optional<Due> first_civil(const CivilGrid& grid, std::int64_t lowest, Due from) {
  for (std::int64_t k = std::max(grid.near(from) - CivilGrid::slack, lowest);; ++k) {
    const Instants found = grid.at(k);
    for (int i = 0; i < found.count; ++i) {
      if (found.at[static_cast<std::size_t>(i)] >= from) return found.at[static_cast<std::size_t>(i)];
    }
  }
}

std::optional<Due> last_civil(const CivilGrid& grid, std::int64_t lowest, Due to) {
  for (std::int64_t k = grid.near(to) + CivilGrid::slack; k >= lowest; --k) {
    const Instants found = grid.at(k);
    for (int i = found.count - 1; i >= 0; --i) {
      if (found.at[static_cast<std::size_t>(i)] <= to) return found.at[static_cast<std::size_t>(i)];
    }
  }
  return std::nullopt;
}

}  // namespace

bool elapses(const EveryRule& rule) { return !rule.pattern && rule.months == 0 && rule.step.days.count() == 0; }

/// The anchor, or the time that the phrase gives in the anchor's hour or minute.
Due origin_of(const EveryRule& rule, const Schedule& schedule) {
  if (!rule.at) return schedule.anchor;
  const Civil wall = schedule.zone.local(schedule.anchor);
  return schedule.anchor - (wall - chr::floor<chr::days>(wall)) % rule.unit + *rule.at;
}

std::optional<Due> first_due(const EveryRule& rule, const ClockChange& dst, const Schedule& schedule, Due from) {
  if (rule.pattern) return first_due(*rule.pattern, dst, schedule.zone, from);
  if (!elapses(rule)) return first_civil(CivilGrid(rule, dst, schedule), lowest_step(schedule), from);
  const auto k = std::max(last_step(rule, schedule, from - seconds{1}) + 1, lowest_step(schedule));
  return origin_of(rule, schedule) + k * rule.step.elapsed;
}

std::optional<Due> last_due(const EveryRule& rule, const ClockChange& dst, const Schedule& schedule, Due to,
                            Grid grid) {
  if (rule.pattern) return last_due(*rule.pattern, dst, schedule.zone, to);
  const auto lowest = grid == Grid::whole ? std::numeric_limits<std::int64_t>::min() : lowest_step(schedule);
  if (!elapses(rule)) return last_civil(CivilGrid(rule, dst, schedule), lowest, to);
  const auto k = last_step(rule, schedule, to);
  if (k < lowest) return std::nullopt;
  return origin_of(rule, schedule) + k * rule.step.elapsed;
}

std::int64_t count(const EveryRule& rule, const ClockChange& dst, const Schedule& schedule, Due first, Due last) {
  if (rule.pattern) return count(*rule.pattern, dst, schedule.zone, first, last);
  if (elapses(rule)) {
    const auto from = std::max(last_step(rule, schedule, first - seconds{1}) + 1, lowest_step(schedule));
    return std::max<std::int64_t>(last_step(rule, schedule, last) - from + 1, 0);
  }
  std::int64_t count = 0;
  const CivilGrid grid(rule, dst, schedule);
  for (auto due = first_civil(grid, lowest_step(schedule), first); due && *due <= last;
       due = first_civil(grid, lowest_step(schedule), *due + seconds{1})) {
    ++count;
  }
  return count;
}

}  // namespace rounds
