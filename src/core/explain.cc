#include "core/explain.h"

#include <array>
#include <sstream>

#include <fmt/format.h>

namespace rounds {

namespace {

using std::chrono::seconds;

constexpr std::array<const char*, 7> kWeekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

/// A wall time, taken apart as the fields of a cron rule need it.
struct Clock {
  explicit Clock(Civil wall)
      : day(std::chrono::floor<std::chrono::days>(wall)), date(day), time(wall - day), weekday(day) {}

  std::uint32_t day_bit() const { return std::uint32_t{1} << unsigned{date.day()}; }
  unsigned month_length() const { return unsigned{(date.year() / date.month() / std::chrono::last).day()}; }
  unsigned first_weekday() const { return std::chrono::weekday(std::chrono::local_days(date.year() / date.month() / 1)).c_encoding(); }

  std::chrono::local_days day;
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<seconds> time;
  std::chrono::weekday weekday;
};

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// What the rule writes for a field; empty when it leaves it out, or is a macro.
std::string pattern_of(const CronRule& rule, CronField field) {
  for (const CronTableField& given : rule.table) {
    if (given.field == field) return given.text;
  }
  if (!rule.table.empty() || rule.text.starts_with('@')) return {};
  const auto words = words_of(rule.text);
  const std::size_t first = words.size() == 5 ? 1 : 0;  // without seconds
  const auto place = static_cast<std::size_t>(field);
  return place >= first && place - first < words.size() ? words[place - first] : std::string();
}

bool has(std::uint64_t set, std::int64_t bit) { return ((set >> bit) & 1) != 0; }

std::vector<FieldCheck> fields_of(const CronRule& rule, const Clock& clock) {
  const TimesOfDay& times = rule.cron.times();
  const Dates& dates = rule.cron.dates();
  const auto two = [](auto number) { return fmt::format("{:02}", number.count()); };
  const int year = int{clock.date.year()};
  const bool year_known = year >= kFirstCronYear && year <= kLastCronYear;
  std::vector<FieldCheck> fields;
  const auto add = [&](CronField field, std::string value, bool matches) {
    fields.push_back({std::string(to_text(field)), pattern_of(rule, field), std::move(value), matches});
  };
  add(CronField::second, two(clock.time.seconds()), has(times.seconds, clock.time.seconds().count()));
  add(CronField::minute, two(clock.time.minutes()), has(times.minutes, clock.time.minutes().count()));
  add(CronField::hour, two(clock.time.hours()), has(times.hours, clock.time.hours().count()));
  add(CronField::day, fmt::format("{}", unsigned{clock.date.day()}),
      (dates.days.in(clock.month_length(), clock.first_weekday()) & clock.day_bit()) != 0);
  add(CronField::month, fmt::format("{}", unsigned{clock.date.month()}), has(dates.months, unsigned{clock.date.month()}));
  add(CronField::weekday, kWeekdays[clock.weekday.c_encoding()],
      (dates.weekdays.in(clock.month_length(), clock.first_weekday()) & clock.day_bit()) != 0);
  add(CronField::year, fmt::format("{}", year),
      dates.any_year || (year_known && dates.years.test(static_cast<std::size_t>(year - kFirstCronYear))));
  return fields;
}

bool is_either_day(const CronRule& rule) {
  return rule.table.empty() && !rule.cron.dates().days.open && !rule.cron.dates().weekdays.open;
}

bool is_due(Schedule schedule, const Rule& rule, Due at) {
  schedule.trigger = Trigger{{rule}};
  return next_due(schedule, at - seconds(1)) == at;
}

}  // namespace

std::vector<RuleCheck> check_rules(const Schedule& schedule, Due at) {
  std::vector<RuleCheck> checks;
  for (const Rule& rule : schedule.trigger.rules) {
    RuleCheck check{to_text(Trigger{{rule}}), is_due(schedule, rule, at)};
    if (const auto* cron = std::get_if<CronRule>(&rule.kind)) {
      check.fields = fields_of(*cron, Clock(schedule.zone.local(at)));
      check.either_day = is_either_day(*cron);
    }
    checks.push_back(std::move(check));
  }
  return checks;
}

std::string clock_change_at(const Zone& zone, Due at) {
  const auto clock = [](Civil wall) {
    const std::chrono::hh_mm_ss<seconds> time(wall - std::chrono::floor<std::chrono::days>(wall));
    return fmt::format("{:02}:{:02}", time.hours().count(), time.minutes().count());
  };
  const std::optional<Transition> change = zone.last_transition(at);
  if (change && change->at == at && change->to > change->from) {
    return fmt::format("{} to {} skipped", clock(change->from), clock(change->to));
  }
  const Resolved wall = zone.resolve(zone.local(at));
  if (wall.kind != Resolved::Kind::overlap) return "";
  return at == wall.before ? "first of two" : "second of two";
}

}  // namespace rounds
