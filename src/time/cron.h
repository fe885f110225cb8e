#pragma once
#include <array>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "time/parsed.h"
#include "time/zone.h"

namespace rounds {

/// Times within a day: every combination of its hours, minutes and seconds. No set is empty.
struct TimesOfDay {
  std::uint64_t seconds = 0;  ///< bit n: second n; the others alike
  std::uint64_t minutes = 0;
  std::uint32_t hours = 0;

  /// The first time at or after `from`, the last at or before `to`.
  std::optional<std::chrono::seconds> next(std::chrono::seconds from) const;
  std::optional<std::chrono::seconds> previous(std::chrono::seconds to) const;
  /// How many lie before `end`; all of them for 24 h.
  std::int64_t count_before(std::chrono::seconds end) const;
  bool operator==(const TimesOfDay&) const = default;
};

// Sets of days have bit d for day d, as has what `in` answers: the days of a month of that length whose first day is
// that weekday (0: Sunday). Sets of weekdays have bit 0 for Sunday.

/// The third Friday, the last Monday and their like.
struct NthWeekdays {
  std::uint8_t last = 0;
  std::array<std::uint8_t, 5> nth{};  ///< the n-th ones in nth[n-1]

  bool any() const { return (last | nth[0] | nth[1] | nth[2] | nth[3] | nth[4]) != 0; }
  std::uint32_t in(unsigned length, unsigned first_weekday) const;
  bool operator==(const NthWeekdays&) const = default;
};

/// The day-of-month field.
struct MonthDays {
  bool open = false;          ///< begins with `*` or `?`
  bool last_workday = false;  ///< LW
  std::uint32_t days = 0;
  std::uint32_t from_end = 0;  ///< bit n: n days before the last one; L is bit 0
  std::uint32_t near = 0;      ///< dW
  NthWeekdays counted{};       ///< `3rd fri`, `last fri`: in the table form only

  std::uint32_t in(unsigned length, unsigned first_weekday) const;
  bool operator==(const MonthDays&) const = default;
};

/// The day-of-week field.
struct Weekdays {
  bool open = false;  ///< begins with `*` or `?`
  std::uint8_t each = 0;
  NthWeekdays counted{};  ///< dL, d#n

  std::uint32_t in(unsigned length, unsigned first_weekday) const;
  bool operator==(const Weekdays&) const = default;
};

inline constexpr int kFirstCronYear = 1970;
inline constexpr int kLastCronYear = 2099;

/// Days of the calendar: the two day fields, ISO weeks, months and years.
struct Dates {
  MonthDays days;
  Weekdays weekdays;
  bool all_match = false;    ///< the table form: both day fields, also when both are restricted
  std::uint64_t weeks = 0;   ///< bit w: ISO week w; 0: every week
  std::uint16_t months = 0;  ///< bit m: month m
  bool any_year = true;      ///< no year field, or a `*` in it: no end
  std::bitset<kLastCronYear - kFirstCronYear + 1> years;

  /// The days of that month, bit d for day d.
  std::uint32_t in(std::chrono::year_month month) const;
  /// The first day at or after `from` up to the end of `last_year`.
  std::optional<std::chrono::local_days> next(std::chrono::local_days from, int last_year) const;
  /// The last day at or before `to` down to the start of `first_year`.
  std::optional<std::chrono::local_days> previous(std::chrono::local_days to, int first_year) const;
  /// How many lie in [first, end).
  std::int64_t count(std::chrono::local_days first, std::chrono::local_days end) const;
  bool has(std::chrono::local_days day) const;
  bool has_year(std::chrono::year year) const;
  /// Either of the two day fields is enough.
  bool either_day() const { return !days.open && !weekdays.open && !all_match; }
  bool operator==(const Dates&) const = default;

 private:
  bool has_month(std::chrono::year_month month) const;
};

/// A parsed cron expression of 5, 6 or 7 fields, or a table; the language is that of rounds-schedules(7).
/// On the plain calendar only: zones and clock changes are `trigger.h`'s. Holds no heap memory.
class Cron {
 public:
  Cron(const TimesOfDay& times, const Dates& dates);

  /// True when its dates do not exist, as 30 February: it is never due.
  bool never() const { return never_; }
  /// The first due at or after `from`, the last at or before `to`.
  std::optional<Civil> next(Civil from) const;
  std::optional<Civil> previous(Civil to) const;
  /// Whether one lies in [first, end), and how many do.
  bool any(Civil first, Civil end) const;
  std::int64_t count(Civil first, Civil end) const;
  const TimesOfDay& times() const { return times_; }
  const Dates& dates() const { return dates_; }
  bool operator==(const Cron&) const = default;

 private:
  TimesOfDay times_;
  Dates dates_;
  bool never_;
};

int iso_week(std::chrono::local_days day);

/// In the order of an expression of seven fields; the week is the table's alone.
enum class CronField { second, minute, hour, day, month, weekday, year, week };
/// `second`, `minute`, …
std::string_view to_text(CronField field);
std::optional<CronField> cron_field_from_text(std::string_view text);

/// One field of the table form: `day = "3rd fri"`.
struct CronTableField {
  CronField field;
  std::string text;
  bool operator==(const CronTableField&) const = default;
};
using CronTable = std::vector<CronTableField>;

/// Reads an expression or a macro such as `@daily`. `job` decides what H stands for; without one H is an error.
Parsed<Cron> parse_cron(std::string_view text, std::string_view job = {});
/// Reads a table, whose fields must all match. Those below the smallest given one are at their minimum (of a week:
/// its Monday), the others open. An error is in the text of `table[wrong]`.
Parsed<Cron> parse_cron(const CronTable& table, std::string_view job, std::size_t& wrong);
/// `{ month = "6-8,11-12", hour = 3 }`
std::string to_text(const CronTable& table);

}  // namespace rounds
