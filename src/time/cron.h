#pragma once
#include <array>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

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

/// The day-of-month field. Sets of days have bit d for day d, as has what `in` answers.
struct MonthDays {
  bool open = false;          ///< begins with `*` or `?`
  bool last_workday = false;  ///< LW
  std::uint32_t days = 0;
  std::uint32_t from_end = 0;  ///< bit n: n days before the last one; L is bit 0
  std::uint32_t near = 0;      ///< dW

  /// Its days in a month of that length whose first day is that weekday (0: Sunday).
  std::uint32_t in(unsigned length, unsigned first_weekday) const;
  bool operator==(const MonthDays&) const = default;
};

/// The day-of-week field. Sets of weekdays have bit 0 for Sunday.
struct Weekdays {
  bool open = false;  ///< begins with `*` or `?`
  std::uint8_t each = 0;
  std::uint8_t last = 0;              ///< dL
  std::array<std::uint8_t, 5> nth{};  ///< d#n in nth[n-1]

  std::uint32_t in(unsigned length, unsigned first_weekday) const;
  bool operator==(const Weekdays&) const = default;
};

inline constexpr int first_cron_year = 1970;
inline constexpr int last_cron_year = 2099;

/// Days of the calendar: the two day fields, months and years.
struct Dates {
  MonthDays days;
  Weekdays weekdays;
  std::uint16_t months = 0;  ///< bit m: month m
  bool any_year = true;      ///< no year field, or a `*` in it: no end
  std::bitset<last_cron_year - first_cron_year + 1> years;

  /// The days of that month, bit d for day d.
  std::uint32_t in(std::chrono::year_month month) const;
  /// The first day at or after `from` up to the end of `last_year`.
  std::optional<std::chrono::local_days> next(std::chrono::local_days from, int last_year) const;
  /// The last day at or before `to` down to the start of `first_year`.
  std::optional<std::chrono::local_days> previous(std::chrono::local_days to, int first_year) const;
  /// How many lie in [first, end).
  std::int64_t count(std::chrono::local_days first, std::chrono::local_days end) const;
  bool has(std::chrono::local_days day) const;
  bool operator==(const Dates&) const = default;

 private:
  bool has_year(std::chrono::year year) const;
  bool has_month(std::chrono::year_month month) const;
};

/// A parsed cron expression of 5, 6 or 7 fields; the language is that of rounds-schedules(7).
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
  bool operator==(const Cron&) const = default;

 private:
  TimesOfDay times_;
  Dates dates_;
  bool never_;
};

/// Reads an expression or a macro such as `@daily`.
Parsed<Cron> parse_cron(std::string_view text);

}  // namespace rounds
