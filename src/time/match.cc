#include "time/match.h"

#include "time/bits.h"
#include "time/rules.h"

namespace rounds {

namespace chr = std::chrono;

namespace {

using chr::seconds;

const Cron* cron_of(const Rule& rule) {
  if (const auto* cron = std::get_if<CronRule>(&rule.kind)) return &cron->cron;
  const auto* every = std::get_if<EveryRule>(&rule.kind);
  return every != nullptr && every->pattern ? &*every->pattern : nullptr;
}

}  // namespace

CronMatch match(const Cron& cron, Civil wall) {
  const auto day = chr::floor<chr::days>(wall);
  const chr::year_month_day date{day};
  const chr::year_month month = date.year() / date.month();
  const chr::hh_mm_ss clock{wall - day};
  const int day_number = static_cast<int>(unsigned{date.day()});
  const Dates& dates = cron.dates();
  const unsigned length{(month / chr::last).day()};
  const unsigned first_weekday = chr::weekday{chr::local_days{month / 1}}.c_encoding();

  CronMatch result;
  const auto add = [&](CronField field, auto value, bool matches) {
    result.fields.push_back({field, static_cast<int>(value), matches});
  };
  if (!dates.any_year) add(CronField::year, static_cast<int>(date.year()), dates.has_year(date.year()));
  add(CronField::month, unsigned{date.month()}, has_bit(dates.months, static_cast<int>(unsigned{date.month()})));
  if (dates.weeks != 0) add(CronField::week, iso_week(day), has_bit(dates.weeks, iso_week(day)));
  add(CronField::day, day_number, has_bit(dates.days.in(length, first_weekday), day_number));
  add(CronField::weekday, chr::weekday{day}.c_encoding(),
      has_bit(dates.weekdays.in(length, first_weekday), day_number));
  add(CronField::hour, clock.hours().count(), has_bit(cron.times().hours, static_cast<int>(clock.hours().count())));
  add(CronField::minute, clock.minutes().count(),
      has_bit(cron.times().minutes, static_cast<int>(clock.minutes().count())));
  add(CronField::second, clock.seconds().count(),
      has_bit(cron.times().seconds, static_cast<int>(clock.seconds().count())));
  result.either_day = dates.either_day();
  result.matches = cron.any(wall, wall + seconds{1});
  return result;
}

Standing standing_of(const Rule& rule, const Schedule& schedule, Due instant) {
  const bool due = first_due(rule, schedule, instant) == instant;
  const Period period = schedule.zone.period(instant);
  const Civil wall = period.local(instant);
  if (const Cron* cron = cron_of(rule)) {
    const bool shown = cron->any(wall, wall + seconds{1});
    if (due) return shown ? Standing::due : Standing::makes_up;
    if (shown) return Standing::left_out;
    return instant == period.begin && cron->any(wall - (period.offset - period.before), wall) ? Standing::passed_over
                                                                                              : Standing::not_due;
  }
  const auto* every = std::get_if<EveryRule>(&rule.kind);
  if (!due) return Standing::not_due;
  if (every == nullptr || elapses(*every) || instant != period.begin) return Standing::due;
  const auto time = every->at.value_or(schedule.zone.local(schedule.anchor) -
                                       chr::floor<chr::days>(schedule.zone.local(schedule.anchor)));
  return wall - chr::floor<chr::days>(wall) == time ? Standing::due : Standing::makes_up;
}

}  // namespace rounds
