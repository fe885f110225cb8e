// A cron rule in words, from its sets and not from its text: other spellings read the same.
#include <fmt/format.h>
#include <bit>

#include "time/bits.h"
#include "time/word_list.h"
#include "time/words.h"

namespace rounds {

namespace {

using Names = std::string (*)(int);

constexpr std::array<std::string_view, 13> month_names{"",        "January",  "February", "March",  "April",
                                                       "May",     "June",     "July",     "August", "September",
                                                       "October", "November", "December"};
constexpr int few = 6;  ///< as many times of day as are still listed one by one

int size_of(std::uint64_t set) { return std::popcount(set); }

/// The step of a set that begins at `low`, goes up to `high` and has at least `least` members; 0 when it has none.
int step_of(std::uint64_t set, int low, int high, int least = 2) {
  if (size_of(set) < least || !has_bit(set, low)) return 0;
  const int step = *next_bit(set, low + 1) - low;
  std::uint64_t expected = 0;
  for (int n = low; n <= high; n += step) expected |= std::uint64_t{1} << n;
  return set == expected ? step : 0;
}

/// Members in a row, from three on, as a range; the others by themselves. A set that wraps begins after its gap.
std::vector<std::string> ranges_of(std::uint64_t set, int low, int high, Names name) {
  int begin = low;
  const bool wraps = has_bit(set, low) && has_bit(set, high) && size_of(set) < high - low + 1;
  while (wraps && has_bit(set, begin)) ++begin;
  std::vector<int> members;
  for (int i = 0; i <= high - low; ++i) {
    const int n = low + (begin - low + i) % (high - low + 1);
    if (has_bit(set, n)) members.push_back(n);
  }
  const auto follows = [&](std::size_t i) {
    return members[i + 1] == members[i] + 1 || (members[i] == high && members[i + 1] == low);
  };
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < members.size();) {
    std::size_t last = i;
    while (last + 1 < members.size() && follows(last)) ++last;
    if (last - i < 2) {
      texts.push_back(name(members[i++]));
    } else {
      texts.push_back(name(members[i]) + " to " + name(members[last]));
      i = last + 1;
    }
  }
  return texts;
}

std::string number(int n) { return std::to_string(n); }
std::string month_name(int month) { return std::string(month_names[static_cast<std::size_t>(month)]); }
std::string weekday_name(int day) { return std::string(kWeekdayNames[static_cast<std::size_t>(day)]); }
std::string past_the_hour(int minute) { return fmt::format(":{:02}", minute); }

std::string ordinal(int n) {
  const int last = n % 10;
  const bool teen = n / 10 % 10 == 1;
  return fmt::format("{}{}", n, teen || last > 3 || last == 0 ? "th" : last == 1 ? "st" : last == 2 ? "nd" : "rd");
}

// Times of day.

constexpr std::uint64_t all_sixty = bits_below(60);
constexpr std::uint64_t all_hours = bits_below(24);

std::string clock(int hour, int minute, int second) {
  const std::string text = fmt::format("{:02}:{:02}", hour, minute);
  return second == 0 ? text : text + past_the_hour(second);
}

template <typename Visit>
void each(std::uint64_t set, Visit visit) {
  for (auto n = next_bit(set, 0); n; n = next_bit(set, *n + 1)) visit(*n);
}

std::string few_times(const TimesOfDay& times) {
  std::vector<std::string> texts;
  each(times.hours, [&](int hour) {
    each(times.minutes,
         [&](int minute) { each(times.seconds, [&](int second) { texts.push_back(clock(hour, minute, second)); }); });
  });
  return "at " + listed(texts);
}

/// `every second`, `every 10 seconds`, `at the seconds 5, 20 and 35`
std::string repeated(std::uint64_t set, std::string_view unit) {
  if (set == all_sixty) return fmt::format("every {}", unit);
  if (const int step = step_of(set, 0, 59)) return fmt::format("every {} {}s", step, unit);
  const auto texts = ranges_of(set, 0, 59, number);
  return fmt::format("at the {}{} {}", unit, size_of(set) == 1 ? "" : "s", listed(texts));
}

/// `, from 09:00 to 17:59`, `, in the hours 9, 12 and 15`; nothing for the whole day.
std::string hours_around(std::uint64_t hours) {
  if (hours == all_hours) return {};
  const auto texts = ranges_of(hours, 0, 23, number);
  const std::size_t joint = texts.size() == 1 ? texts[0].find(" to ") : std::string::npos;
  if (joint == std::string::npos) {
    return size_of(hours) == 1 ? fmt::format(", from {0:02}:00 to {0:02}:59", lowest_bit(hours))
                               : fmt::format(", in the hours {}", listed(texts));
  }
  return fmt::format(", from {:02}:00 to {:02}:59", std::stoi(texts[0]), std::stoi(texts[0].substr(joint + 4)));
}

/// One minute and second of many hours.
std::string hourly(const TimesOfDay& times) {
  const int minute = lowest_bit(times.minutes);
  const int second = lowest_bit(times.seconds);
  const std::string at = second == 0 ? past_the_hour(minute) : past_the_hour(minute) + past_the_hour(second);
  const std::string tail = minute == 0 && second == 0 ? "" : " at " + at;
  if (times.hours == all_hours) return "every hour" + tail;
  if (const int step = step_of(times.hours, 0, 23); step > 0 && 24 % step == 0)
    return fmt::format("every {} hours{}", step, tail);
  const auto texts = ranges_of(times.hours, 0, 23, number);
  const std::size_t joint = texts.size() == 1 ? texts[0].find(" to ") : std::string::npos;
  if (joint == std::string::npos) return fmt::format("at {} of the hours {}", at, listed(texts));
  return fmt::format("every hour from {} to {}", clock(std::stoi(texts[0]), minute, second),
                     clock(std::stoi(texts[0].substr(joint + 4)), minute, second));
}

std::string time_words(const TimesOfDay& times) {
  if (size_of(times.hours) * size_of(times.minutes) * size_of(times.seconds) <= few) return few_times(times);
  if (size_of(times.seconds) > 1) {
    const bool all = times.minutes == all_sixty;
    const auto minutes = ranges_of(times.minutes, 0, 59, number);
    const std::string of =
        all ? "" : fmt::format(" of the minute{} {}", size_of(times.minutes) == 1 ? "" : "s", listed(minutes));
    return repeated(times.seconds, "second") + of + hours_around(times.hours);
  }
  if (size_of(times.minutes) == 1) return hourly(times);
  const int second = lowest_bit(times.seconds);
  const std::string at = second == 0 ? "" : fmt::format(" at second {}", second);
  const bool listable = size_of(times.minutes) <= few && step_of(times.minutes, 0, 59) == 0;
  if (!listable) return repeated(times.minutes, "minute") + at + hours_around(times.hours);
  return fmt::format("every hour at {}{}", listed(ranges_of(times.minutes, 0, 59, past_the_hour)), at) +
         hours_around(times.hours);
}

// Days.

constexpr std::uint64_t all_days = bits_from_to(1, 31);
constexpr int all_weekdays = 0x7f;

void add_counted(const NthWeekdays& counted, std::vector<std::string>& texts) {
  constexpr std::array<std::string_view, 5> which{"first", "second", "third", "fourth", "fifth"};
  for (std::size_t n = 0; n < which.size(); ++n) {
    each(counted.nth[n], [&](int day) { texts.push_back(fmt::format("the {} {}", which[n], weekday_name(day))); });
  }
  each(counted.last, [&](int day) { texts.push_back("the last " + weekday_name(day)); });
}

/// `the 1st`, `the last day`, `the workday nearest to the 15th`
std::vector<std::string> days_of_month(const MonthDays& days) {
  std::vector<std::string> texts;
  if (const int step = step_of(days.days, 1, 31, 3); step > 1) {
    texts.push_back(fmt::format("every {} day from the 1st on", ordinal(step)));
  } else {
    for (const std::string& range : ranges_of(days.days, 1, 31, ordinal)) texts.push_back("the " + range);
  }
  each(days.near, [&](int day) { texts.push_back("the workday nearest to the " + ordinal(day)); });
  for (int n = 30; n > 0; --n) {
    if (has_bit(days.from_end, n)) texts.push_back(fmt::format("the day {} before the last", n));
  }
  if (has_bit(days.from_end, 0)) texts.emplace_back("the last day");
  if (days.last_workday) texts.emplace_back("the last workday");
  add_counted(days.counted, texts);
  return texts;
}

bool any_day(const MonthDays& days) { return days.days == all_days; }
bool any_day(const Weekdays& weekdays) { return weekdays.each == all_weekdays; }

/// `Monday to Friday`, `Monday and the last Friday`
std::vector<std::string> days_of_week(const Weekdays& weekdays) {
  auto texts = ranges_of(weekdays.each, 0, 6, weekday_name);
  add_counted(weekdays.counted, texts);
  return texts;
}

bool only_ranges(const Weekdays& weekdays) { return !weekdays.counted.any() && size_of(weekdays.each) > 2; }

std::string weekday_words(const Weekdays& weekdays) {
  const std::string text = listed(days_of_week(weekdays));
  return only_ranges(weekdays) ? text : "on " + text;
}

std::string day_words(const Dates& dates) {
  const bool by_day = !any_day(dates.days);
  const bool by_weekday = !any_day(dates.weekdays);
  const bool either = dates.either_day();
  if (either && (!by_day || !by_weekday)) return {};  // one of them has every day
  if (!by_day) return by_weekday ? weekday_words(dates.weekdays) : "";
  const std::string days = "on " + listed(days_of_month(dates.days));
  if (!by_weekday) return days;
  if (either) return days + " and " + weekday_words(dates.weekdays);
  return days + " when that is " + listed(days_of_week(dates.weekdays), " or ");
}

std::string year_words(const Dates& dates) {
  std::vector<std::string> texts;
  for (int year = kFirstCronYear; year <= kLastCronYear; ++year) {
    if (!dates.years[static_cast<std::size_t>(year - kFirstCronYear)]) continue;
    int last = year;
    while (last < kLastCronYear && dates.years[static_cast<std::size_t>(last + 1 - kFirstCronYear)]) ++last;
    if (last - year < 2) last = year;
    texts.push_back(last == year ? number(year) : fmt::format("{} to {}", year, last));
    year = last;
  }
  return "in " + listed(texts);
}

std::vector<std::string> date_words(const Dates& dates) {
  std::vector<std::string> texts;
  if (std::string days = day_words(dates); !days.empty()) texts.push_back(std::move(days));
  if (dates.weeks != 0) texts.push_back("in ISO week " + listed(ranges_of(dates.weeks, 1, 53, number)));
  if (dates.months != bits_from_to(1, 12)) texts.push_back("in " + listed(ranges_of(dates.months, 1, 12, month_name)));
  if (!dates.any_year) texts.push_back(year_words(dates));
  return texts;
}

}  // namespace

std::string in_words(const Cron& cron) {
  if (cron.never()) return "never: that date does not exist";
  const std::string time = time_words(cron.times());
  const auto days = date_words(cron.dates());
  if (days.empty()) return size_of(cron.times().hours) <= few && time.starts_with("at ") ? time + ", every day" : time;
  std::string text = time;
  for (const std::string& part : days) text += ", " + part;
  return text;
}

}  // namespace rounds
