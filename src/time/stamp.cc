#include "time/stamp.h"

#include <fmt/format.h>
#include <array>

namespace rounds {

namespace chr = std::chrono;

namespace {

std::string date_text(chr::year_month_day date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string time_text(chr::seconds time) {
  const chr::hh_mm_ss clock{time};
  return fmt::format("{:02}:{:02}:{:02}", clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

/// `YYYY-MM-DDTHH:MM:SS`
std::string plain_text(Due due) {
  const auto day = chr::floor<chr::days>(due);
  return date_text(day) + "T" + time_text(due - day);
}

// Months and years of a distance are means; below them it is exact.
constexpr std::int64_t a_minute = 60;
constexpr std::int64_t an_hour = 3600;
constexpr std::int64_t a_day = 86400;
constexpr std::int64_t a_month = 2629746;
constexpr std::int64_t a_year = 12 * a_month;

std::string two_units(std::int64_t length, std::int64_t large, const char* large_unit, std::int64_t small,
                      const char* small_unit) {
  const std::int64_t rest = length % large / small;
  const std::string text = fmt::format("{}{}", length / large, large_unit);
  return rest == 0 ? text : text + fmt::format(" {}{}", rest, small_unit);
}

std::string distance_text(std::int64_t length) {
  if (length < a_minute) return fmt::format("{}s", length);
  if (length < an_hour) return fmt::format("{}m", length / a_minute);
  if (length < a_day) return two_units(length, an_hour, "h", a_minute, "m");
  if (length < 10 * a_day) return two_units(length, a_day, "d", an_hour, "h");
  if (length < 60 * a_day) return fmt::format("{}d", length / a_day);
  if (length < 2 * a_year) return fmt::format("{}mo", length / a_month);
  return fmt::format("{}y", length / a_year);
}

}  // namespace

std::string utc_text(Due due) { return plain_text(due) + "Z"; }

std::string utc_text(Instant instant) {
  const Due due = chr::floor<chr::seconds>(instant);
  return fmt::format("{}.{:03}Z", plain_text(due), (instant - due).count());
}

std::string local_text(Due due, const Zone& zone) {
  constexpr std::array<const char*, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  const Civil wall = zone.local(due);
  const auto day = chr::floor<chr::days>(wall);
  const std::string time = time_text(wall - day);
  const bool whole_minute = time.back() == '0' && time[time.size() - 2] == '0';
  return fmt::format("{} {} {} {}", weekdays[chr::weekday{day}.c_encoding()], date_text(chr::year_month_day{day}),
                     whole_minute ? time.substr(0, 5) : time, zone.abbreviation(due));
}

std::string relative_text(Due due, Due now) {
  const std::int64_t seconds = (due - now).count();
  if (seconds == 0) return "now";
  return seconds > 0 ? "in " + distance_text(seconds) : distance_text(-seconds) + " ago";
}

}  // namespace rounds
