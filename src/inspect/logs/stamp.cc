#include "inspect/logs/stamp.h"

#include <algorithm>
#include <charconv>

namespace rounds {

namespace {

constexpr std::size_t kMostEpochDigits = 11;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool take_date(std::string_view& text, std::chrono::year_month_day& date) {
  int year = 0, month = 0, day = 0;
  if (!take_number(text, year, 4, 4) || !take_char(text, '-') || !take_number(text, month, 2, 2) ||
      !take_char(text, '-') || !take_number(text, day, 2, 2)) {
    return false;
  }
  date = std::chrono::year(year) / month / day;
  return date.ok() && year > 0;
}

bool take_time(std::string_view& text, std::chrono::seconds& time) {
  int hour = 0, minute = 0, second = 0;
  if (!take_number(text, hour, 1, 2) || !take_char(text, ':') || !take_number(text, minute, 2, 2) ||
      !take_char(text, ':') || !take_number(text, second, 2, 2)) {
    return false;
  }
  time = std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  return hour < 24 && minute < 60 && second <= 60;
}

void skip_fraction(std::string_view& text) {
  if (text.size() < 2 || (text[0] != '.' && text[0] != ',') || !is_digit(text[1])) return;
  text.remove_prefix(1);
  while (!text.empty() && is_digit(text[0])) text.remove_prefix(1);
}

/// `+08`, `+0530`, `+05:30`
bool take_offset(std::string_view& text, std::chrono::seconds& offset) {
  std::string_view rest = text;
  if (rest.empty() || (rest[0] != '+' && rest[0] != '-')) return false;
  const int sign = rest[0] == '-' ? -1 : 1;
  rest.remove_prefix(1);
  int hours = 0, minutes = 0;
  if (!take_number(rest, hours, 2, 2)) return false;
  std::string_view more = rest;
  take_char(more, ':');
  if (take_number(more, minutes, 2, 2)) rest = more;
  text = rest;
  offset = sign * (std::chrono::hours(hours) + std::chrono::minutes(minutes));
  return hours <= 24 && minutes < 60;
}

}  // namespace

bool take_number(std::string_view& text, int& number, std::size_t least, std::size_t most) {
  std::size_t digits = 0;
  number = 0;
  while (digits < most && digits < text.size() && is_digit(text[digits])) number = number * 10 + (text[digits++] - '0');
  text.remove_prefix(digits);
  return digits >= least;
}

bool take_char(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

bool take_stamp(std::string_view& text, LogStamp& stamp) {
  std::chrono::year_month_day date;
  std::chrono::seconds time{};
  if (!take_date(text, date)) return false;
  if (!take_char(text, 'T')) {
    if (!take_char(text, ' ')) return false;
    while (take_char(text, ' ')) {
    }
  }
  if (!take_time(text, time)) return false;
  skip_fraction(text);
  stamp.wall = Civil{std::chrono::local_days{date}} + time;
  stamp.offset.reset();
  stamp.abbreviation.clear();
  std::chrono::seconds offset{};
  if (text.starts_with('Z') && (text.size() == 1 || !is_letter(text[1]))) {
    text.remove_prefix(1);
    stamp.offset = offset;
  } else if (take_offset(text, offset)) {
    stamp.offset = offset;
  }
  return true;
}

bool take_zone(std::string_view& text, LogStamp& stamp) {
  std::chrono::seconds offset{};
  if (take_offset(text, offset)) {
    stamp.offset = offset;
    return true;
  }
  const std::size_t size =
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_letter) - text.begin());
  if (size == 0 || size > 10) return false;
  stamp.abbreviation.assign(text.substr(0, size));
  text.remove_prefix(size);
  if (stamp.abbreviation == "UTC" || stamp.abbreviation == "GMT") stamp.offset = offset;
  return true;
}

bool take_epoch(std::string_view& text, LogStamp& stamp) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto digits = static_cast<std::size_t>(end - text.begin());
  std::int64_t seconds = 0;
  if (digits < 9 || digits > kMostEpochDigits) return false;
  std::from_chars(text.data(), text.data() + digits, seconds);
  text.remove_prefix(digits);
  skip_fraction(text);
  stamp.wall = Civil{std::chrono::seconds{seconds}};
  stamp.offset = std::chrono::seconds{0};
  stamp.abbreviation.clear();
  return true;
}

}  // namespace rounds
