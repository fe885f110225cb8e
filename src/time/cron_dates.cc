#include <algorithm>

#include "time/bits.h"
#include "time/cron.h"

namespace rounds {

namespace chr = std::chrono;

namespace {

constexpr int longest_month = 31;
constexpr std::uint8_t workdays = 0b0111110;

/// All days of a month that fall on one of these weekdays, whatever the month's length.
std::uint64_t days_on(std::uint8_t weekdays, unsigned first_weekday) {
  const std::uint64_t twice = weekdays | std::uint64_t{weekdays} << 7;
  const std::uint64_t week = twice >> first_weekday & 0x7f;
  constexpr std::uint64_t five_weeks = 1 | 1 << 7 | 1 << 14 | 1 << 21 | 1 << 28;
  return week * five_weeks << 1;
}

/// The workday nearest to `day` within its month.
int nearest_workday(int day, int length, std::uint64_t working) {
  for (const int near : {day, day - 1, day + 1, day + 2, day - 2}) {
    if (near >= 1 && near <= length && has_bit(working, near)) return near;
  }
  return day;
}

/// The days of a month that lie in these ISO weeks.
std::uint32_t days_in_weeks(std::uint64_t weeks, chr::year_month month) {
  const chr::local_days first{month / 1};
  const int length = static_cast<int>(unsigned{(month / chr::last).day()});
  std::uint64_t found = 0;
  const auto begin = first - (chr::weekday{first} - chr::Monday);
  for (auto monday = begin; monday < first + chr::days{length}; monday += chr::days{7}) {
    if (!has_bit(weeks, iso_week(monday))) continue;
    const int day = static_cast<int>((monday - first).count()) + 1;
    found |= bits_from_to(std::max(day, 1), std::min(day + 6, length));
  }
  return static_cast<std::uint32_t>(found);
}

}  // namespace

/// That of the Thursday of the same week, counted from the first of January.
int iso_week(chr::local_days day) {
  const auto thursday = day - (chr::weekday{day} - chr::Monday) + chr::days{3};
  const chr::local_days new_year{chr::year_month_day{thursday}.year() / 1 / 1};
  return static_cast<int>((thursday - new_year).count()) / 7 + 1;
}

std::uint32_t MonthDays::in(unsigned length, unsigned first_weekday) const {
  const int last = static_cast<int>(length);
  const std::uint64_t month = bits_from_to(1, last);
  std::uint64_t found = days;
  for (auto n = next_bit(from_end, 0); n && *n < last; n = next_bit(from_end, *n + 1)) {
    found |= std::uint64_t{1} << (last - *n);
  }
  if (near != 0 || last_workday) {
    const std::uint64_t working = days_on(workdays, first_weekday) & month;
    for (auto day = next_bit(near, 1); day && *day <= last; day = next_bit(near, *day + 1)) {
      found |= std::uint64_t{1} << nearest_workday(*day, last, working);
    }
    if (last_workday) found |= std::uint64_t{1} << highest_bit(working);
  }
  if (counted.any()) found |= counted.in(length, first_weekday);
  return static_cast<std::uint32_t>(found & month);
}

std::uint32_t NthWeekdays::in(unsigned length, unsigned first_weekday) const {
  const int last_day = static_cast<int>(length);
  std::uint64_t found = days_on(last, first_weekday) & bits_from_to(last_day - 6, last_day);
  for (int week = 0; week < 5; ++week) {
    found |= days_on(nth[week], first_weekday) & bits_from_to(week * 7 + 1, week * 7 + 7);
  }
  return static_cast<std::uint32_t>(found & bits_from_to(1, last_day));
}

std::uint32_t Weekdays::in(unsigned length, unsigned first_weekday) const {
  std::uint64_t found = days_on(each, first_weekday);
  if (counted.any()) found |= counted.in(length, first_weekday);
  return static_cast<std::uint32_t>(found & bits_from_to(1, static_cast<int>(length)));
}

bool Dates::has_year(chr::year year) const {
  const int number = static_cast<int>(year);
  return any_year || (number >= kFirstCronYear && number <= kLastCronYear && years[number - kFirstCronYear]);
}

bool Dates::has_month(chr::year_month month) const {
  return has_bit(months, static_cast<int>(static_cast<unsigned>(month.month())));
}

std::uint32_t Dates::in(chr::year_month month) const {
  const unsigned length{(month / chr::last).day()};
  const unsigned first_weekday = chr::weekday{chr::local_days{month / 1}}.c_encoding();
  const std::uint32_t by_day = days.in(length, first_weekday);
  const std::uint32_t by_weekday = weekdays.in(length, first_weekday);
  const std::uint32_t found = either_day() ? by_day | by_weekday : by_day & by_weekday;
  return weeks == 0 ? found : found & days_in_weeks(weeks, month);
}

bool Dates::has(chr::local_days day) const {
  const chr::year_month_day date{day};
  const chr::year_month month = date.year() / date.month();
  return has_year(month.year()) && has_month(month) &&
         has_bit(in(month), static_cast<int>(static_cast<unsigned>(date.day())));
}

std::optional<chr::local_days> Dates::next(chr::local_days from, int last_year) const {
  const chr::year_month_day date{from};
  int first_day = static_cast<int>(static_cast<unsigned>(date.day()));
  for (chr::year_month month = date.year() / date.month(); static_cast<int>(month.year()) <= last_year;
       month += chr::months{1}, first_day = 1) {
    if (!has_year(month.year())) month = month.year() / chr::December;
    else if (has_month(month)) {
      if (const auto day = next_bit(in(month), first_day)) return chr::local_days{month / *day};
    }
  }
  return std::nullopt;
}

std::optional<chr::local_days> Dates::previous(chr::local_days to, int first_year) const {
  const chr::year_month_day date{to};
  int last_day = static_cast<int>(static_cast<unsigned>(date.day()));
  for (chr::year_month month = date.year() / date.month(); static_cast<int>(month.year()) >= first_year;
       month -= chr::months{1}, last_day = longest_month) {
    if (!has_year(month.year())) month = month.year() / chr::January;
    else if (has_month(month)) {
      if (const auto day = previous_bit(in(month), last_day)) return chr::local_days{month / *day};
    }
  }
  return std::nullopt;
}

std::int64_t Dates::count(chr::local_days first, chr::local_days end) const {
  std::int64_t count = 0;
  while (first < end) {
    const chr::year_month_day date{first};
    const chr::year_month month = date.year() / date.month();
    const chr::local_days next_month{(month + chr::months{1}) / 1};
    if (has_year(month.year()) && has_month(month)) {
      const int first_day = static_cast<int>(static_cast<unsigned>(date.day()));
      const int days_left = static_cast<int>((std::min(next_month, end) - first).count());
      count += std::popcount(in(month)&bits_from_to(first_day, first_day + days_left - 1));
    }
    first = next_month;
  }
  return count;
}

}  // namespace rounds
