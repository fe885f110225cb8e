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

/// `21/Nov/2026:03:04:05 +0000`
bool take_web_stamp(std::string_view text, LogStamp& stamp) {
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  int day = 0, year = 0;
  if (!take_number(text, day, 2, 2) || !take_char(text, '/') || text.size() < 3) return false;
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(0, 3)) - kMonths.begin();
  text.remove_prefix(3);
  if (month == 12 || !take_char(text, '/') || !take_number(text, year, 4, 4) || !take_char(text, ':')) return false;
  const std::string iso = std::to_string(year) + (month < 9 ? "-0" : "-") + std::to_string(month + 1) +
                          (day < 10 ? "-0" : "-") + std::to_string(day) + " " + std::string(text.substr(0, 8));
  std::string_view rest = iso;
  if (!take_stamp(rest, stamp)) return false;
  text.remove_prefix(std::min<std::size_t>(text.size(), 8));
  if (take_char(text, ' ')) take_zone(text, stamp);
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

bool find_time(std::string_view line, LogStamp& stamp) {
  const std::string_view front = line.substr(0, kTimeIsWithin);
  for (std::size_t i = 0; i < front.size(); ++i) {
    const bool begins_number = is_digit(front[i]) && (i == 0 || !is_digit(front[i - 1]));
    if (begins_number && take_any_time(line.substr(i), stamp)) return true;
  }
  return false;
}

}  // namespace

LogFormat application_log() {
  return {.name = "application",
          .parse = [lowered = std::string(), last = LogStamp(), known = false](std::string_view line,
                                                                               LogEntry& entry) mutable {
            entry.clear();
            const bool timed = find_time(line, entry.stamp);
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
