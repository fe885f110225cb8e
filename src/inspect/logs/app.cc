#include "inspect/logs/app.h"

#include <algorithm>
#include <array>

#include "inspect/logs/stamp.h"

namespace rounds {

namespace {

constexpr std::size_t kTimeIsWithin = 160;

struct Sign {
  std::string_view text;  ///< in lower case
  std::string_view code;
};

constexpr std::array kSigns{
    Sign{"sqlite_corrupt", "SQLITE_CORRUPT"},
    Sign{"database disk image is malformed", "SQLITE_CORRUPT"},
    Sign{"sqlite_notadb", "SQLITE_NOTADB"},
    Sign{"file is not a database", "SQLITE_NOTADB"},
    Sign{"file is encrypted or is not a database", "SQLITE_NOTADB"},
    Sign{"sqlite_full", "SQLITE_FULL"},
    Sign{"database or disk is full", "SQLITE_FULL"},
    Sign{"sqlite_ioerr", "SQLITE_IOERR"},
    Sign{"sqlite_busy", "SQLITE_BUSY"},
    Sign{"database is locked", "SQLITE_BUSY"},
    Sign{"sqlite_locked", "SQLITE_LOCKED"},
    Sign{"database table is locked", "SQLITE_LOCKED"},
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Also `SQLiteBusy`-like spellings would be guesses: only the names that SQLite itself uses count.
std::string_view sign_in(std::string_view line, std::string& lowered) {
  lowered.resize(line.size());
  std::transform(line.begin(), line.end(), lowered.begin(), lower);
  if (lowered.find("sqlite_") == std::string::npos && lowered.find("database") == std::string::npos) return {};
  for (const Sign& sign : kSigns) {
    if (lowered.find(sign.text) != std::string::npos) return sign.code;
  }
  return {};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// `Nov`: 1 to 12, or 0 where there is none.
unsigned take_month(std::string_view& text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::size_t at = text.size() < 3 ? std::string_view::npos : kMonths.find(text.substr(0, 3));
  if (at == std::string_view::npos || at % 3 != 0) return 0;
  text.remove_prefix(3);
  return static_cast<unsigned>(at / 3 + 1);
}

/// `03:04:05`
bool take_time_of_day(std::string_view& text, std::chrono::seconds& time) {
  int hour = 0, minute = 0, second = 0;
  const bool whole = take_number(text, hour, 2, 2) && take_char(text, ':') && take_number(text, minute, 2, 2) &&
                     take_char(text, ':') && take_number(text, second, 2, 2);
  time = std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  return whole && hour < 24 && minute < 60 && second <= 60;
}

/// `21/Nov/2026:03:04:05 +0000`
bool take_web_stamp(std::string_view text, LogStamp& stamp) {
  int day = 0, year = 0;
  std::chrono::seconds time{};
  if (!take_number(text, day, 2, 2) || !take_char(text, '/')) return false;
  const unsigned month = take_month(text);
  if (!take_char(text, '/') || !take_number(text, year, 4, 4) || !take_char(text, ':')) return false;
  const auto date = std::chrono::year(year) / static_cast<int>(month) / day;
  if (!date.ok() || !take_time_of_day(text, time)) return false;
  stamp.wall = Civil{std::chrono::local_days{date}} + time;
  if (take_char(text, ' ')) take_zone(text, stamp);
  return true;
}

/// `Nov 21 03:04:05`, at the front of a line
bool take_syslog_stamp(std::string_view text, Due latest, LogStamp& stamp) {
  const unsigned month = take_month(text);
  int day = 0;
  std::chrono::seconds time{};
  if (month == 0 || !take_char(text, ' ')) return false;
  take_char(text, ' ');
  if (!take_number(text, day, 1, 2) || !take_char(text, ' ') || !take_time_of_day(text, time)) return false;
  const std::chrono::year_month_day tomorrow(std::chrono::floor<std::chrono::days>(latest) + std::chrono::days{1});
  auto date = tomorrow.year() / static_cast<int>(month) / day;
  if (!date.ok() || date > tomorrow) date = (tomorrow.year() - std::chrono::years{1}) / static_cast<int>(month) / day;
  if (!date.ok()) return false;
  stamp = {.wall = Civil{std::chrono::local_days{date}} + time};
  return true;
}

/// Seconds or milliseconds since 1970, of about our time.
bool take_unix_time(std::string_view text, LogStamp& stamp) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if ((digits != 10 && digits != 13) || text[0] != '1') return false;
  std::string_view seconds = text.substr(0, 10);
  return take_epoch(seconds, stamp);
}

bool take_any_time(std::string_view text, LogStamp& stamp) {
  std::string_view rest = text;
  if (take_stamp(rest, stamp)) {
    if (!stamp.offset && take_char(rest, ' ')) take_zone(rest, stamp);
    if (stamp.abbreviation.size() > 4) stamp.abbreviation.clear();  // INFO, a name: not a zone's
    return true;
  }
  return take_web_stamp(text, stamp) || take_unix_time(text, stamp);
}

bool find_time(std::string_view line, Due latest, LogStamp& stamp) {
  if (take_syslog_stamp(line, latest, stamp)) return true;
  const std::string_view front = line.substr(0, kTimeIsWithin);
  for (std::size_t i = 0; i < front.size(); ++i) {
    const bool begins_number = is_digit(front[i]) && (i == 0 || !is_digit(front[i - 1]));
    if (begins_number && take_any_time(line.substr(i), stamp)) return true;
  }
  return false;
}

}  // namespace

LogFormat application_log(Due latest) {
  return {.name = "application",
          .parse = [latest, lowered = std::string(), last = LogStamp(), known = false](std::string_view line,
                                                                                       LogEntry& entry) mutable {
            entry.clear();
            const bool timed = find_time(line, latest, entry.stamp);
            if (timed) known = true;
            if (timed) last = entry.stamp;
            const std::string_view code = sign_in(line, lowered);
            if (code.empty() || !known) return timed ? LineKind::stamped : LineKind::other;
            entry.stamp = last;
            entry.severity = "ERROR";
            entry.code = code;
            entry.message = line;
            return LineKind::entry;
          }};
}

}  // namespace rounds
