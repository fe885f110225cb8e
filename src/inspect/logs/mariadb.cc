#include "inspect/logs/mariadb.h"

#include <algorithm>

#include "inspect/logs/flat_json.h"
#include "inspect/logs/severity.h"
#include "inspect/logs/stamp.h"

namespace rounds {

namespace {

constexpr std::string_view kLastWords = " UTC - mysqld got ";
constexpr std::string_view kUnclean =
    "the server starts without having been shut down: it was killed, or the machine stopped";

bool is_number(char c) { return c >= '0' && c <= '9'; }
bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// The text between the quotes that follow `mark`.
std::string_view quoted_after(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + mark.size();
  return text.substr(begin, text.find('\'', begin) - begin);
}

std::string_view digits_after(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + mark.size());
  return rest.substr(0, std::min(rest.find_first_not_of("0123456789"), rest.size()));
}

/// Who was refused or cut off, and the error's number.
void fill_from_message(LogEntry& entry) {
  const std::string_view text = entry.message;
  if (has(text, "Access denied for user '")) {
    entry.user = quoted_after(text, "user '");
    entry.host = quoted_after(text, "'@'");
    if (entry.code.empty()) entry.code = "1045";
  } else if (text.starts_with("Aborted connection")) {
    entry.user = quoted_after(text, "user: '");
    entry.host = quoted_after(text, "host: '");
    entry.database = quoted_after(text, "db: '");
  }
  for (const std::string_view mark : {"error code: ", "Error_code: ", "error_code: ", "MY-", "rrno: "}) {
    if (entry.code.empty()) entry.code = digits_after(text, mark);
  }
}

/// `[ERROR] `, `[Note] `, and of MySQL `[MY-010119] [Server] `. False when there is no level.
bool take_level(std::string_view& text, LogEntry& entry) {
  if (!take_char(text, '[')) return false;
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) return false;
  entry.severity = mariadb_severity(text.substr(0, end));
  text.remove_prefix(end + 1);
  while (take_char(text, ' ')) {
  }
  while (text.starts_with("[MY-") || text.starts_with("[Server]") || text.starts_with("[InnoDB]") ||
         text.starts_with("[Repl]")) {
    if (text.starts_with("[MY-")) entry.code = digits_after(text, "[MY-");
    text.remove_prefix(std::min(text.find(']'), text.size() - 1) + 1);
    while (take_char(text, ' ')) {
    }
  }
  return !entry.severity.empty();
}

void skip_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find(' '), text.size()));
  while (take_char(text, ' ')) {
  }
}

/// `261121  3:04:05`, written by the handler of signals and by mysqld_safe.
bool take_short_stamp(std::string_view& text, LogStamp& stamp) {
  int number = 0, hour = 0, minute = 0, second = 0;
  if (!take_number(text, number, 6, 6) || !take_char(text, ' ')) return false;
  while (take_char(text, ' ')) {
  }
  if (!take_number(text, hour, 1, 2) || !take_char(text, ':') || !take_number(text, minute, 2, 2) ||
      !take_char(text, ':') || !take_number(text, second, 2, 2)) {
    return false;
  }
  const auto date = std::chrono::year(2000 + number / 10000) / (number / 100 % 100) / (number % 100);
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return false;
  stamp.wall = Civil{std::chrono::local_days{date}} + std::chrono::hours(hour) + std::chrono::minutes(minute) +
               std::chrono::seconds(second);
  return true;
}

/// What follows a time where no level is written: last words, and the supervisor's. The log of statements, should it be
/// taken for this one, looks similar, so the words must stand in front.
LineKind take_without_level(std::string_view text, LogEntry& entry) {
  if (!text.empty() && is_number(text[0])) skip_word(text);  // the thread
  const bool dies = text.starts_with("InnoDB: Assertion failure") || text.starts_with(kLastWords.substr(1));
  if (!dies && !text.starts_with("mysqld_safe ")) return LineKind::stamped;
  entry.severity = dies ? "ERROR" : "NOTE";
  entry.message = text;
  return LineKind::entry;
}

/// `03:04:05 UTC - mysqld got signal 11 ;`: MySQL leaves out the date, so it is that of the entry before.
LineKind take_last_words(std::string_view line, const LogStamp& last, LogEntry& entry) {
  if (line.find(kLastWords) > 30) return LineKind::other;
  entry.stamp = last;
  entry.severity = "ERROR";
  entry.message = line.substr(line.find(kLastWords) + 1);
  return LineKind::entry;
}

LineKind parse_text(std::string_view line, LogEntry& entry) {
  if (line.empty() || !is_number(line[0])) return LineKind::other;
  std::string_view text = line;
  if (!take_stamp(text, entry.stamp)) {
    text = line;
    if (!take_short_stamp(text, entry.stamp)) return LineKind::other;
  }
  while (take_char(text, ' ')) {
  }
  std::string_view level = text;
  if (!level.starts_with('[')) {  // the thread; 0 before there are any
    entry.of_session = !level.starts_with("0 ") && !level.starts_with("0x") && level.find(' ') < 12;
    skip_word(level);
  }
  if (!take_level(level, entry)) return take_without_level(text, entry);
  entry.message = level;
  return LineKind::entry;
}

/// A key of MySQL's log_sink_json.
void keep_json_field(std::string_view key, std::string_view value, LogEntry& entry, bool& timed) {
  if (key == "time") timed = take_stamp(value, entry.stamp);
  if (key == "err_code" && value != "0") entry.code = value;
  if (key == "msg") entry.message = value;
  if (key == "label") entry.severity = mariadb_severity(value);
  if (key == "prio" && entry.severity.empty())
    entry.severity = value == "1" ? "ERROR" : value == "2" ? "WARNING" : "NOTE";
}

LineKind parse_json(std::string_view line, LogEntry& entry) {
  bool timed = false;
  read_flat_json(line,
                 [&](std::string_view key, std::string_view value) { keep_json_field(key, value, entry, timed); });
  return !timed ? LineKind::other : entry.severity.empty() ? LineKind::stamped : LineKind::entry;
}

/// Whether the server runs, as far as its log tells.
enum class Life { unknown, runs, stops };

bool tells_start(std::string_view text) {
  return (text.starts_with("Starting M") || has(text, " starting as process")) && has(text, "process");
}

void follow_life(LogEntry& entry, Life& life) {
  const std::string_view text = entry.message;
  entry.starts_server = tells_start(text);
  if (entry.starts_server) {
    if (life == Life::runs) {
      entry.severity = "ERROR";
      entry.message = kUnclean;
    }
    life = Life::stops;  // until it is ready: a start that fails ends by itself
  } else if (has(text, "ready for connections")) {
    life = Life::runs;
  } else if (has(text, "Normal shutdown") || has(text, "Shutdown complete") || has(text, "Received SHUTDOWN")) {
    life = Life::stops;
  } else if (life == Life::unknown && entry.of_session) {
    life = Life::runs;  // since before this file began
  }
}

}  // namespace

LogFormat mariadb_error_log() {
  return {.name = "mariadb",
          .parse = [life = Life::unknown, last = LogStamp()](std::string_view line, LogEntry& entry) mutable {
            entry.clear();
            LineKind kind = line.starts_with('{') ? parse_json(line, entry) : parse_text(line, entry);
            if (kind == LineKind::other && last.wall != Civil{}) kind = take_last_words(line, last, entry);
            if (kind != LineKind::other) last = entry.stamp;
            if (kind != LineKind::entry) return kind;
            fill_from_message(entry);
            follow_life(entry, life);
            return kind;
          }};
}

}  // namespace rounds
