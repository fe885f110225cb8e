#include "inspect/logs/postgres.h"

#include <algorithm>
#include <memory>

#include "inspect/logs/csv.h"
#include "inspect/logs/flat_json.h"
#include "inspect/logs/known.h"
#include "inspect/logs/prefix.h"
#include "inspect/logs/severity.h"
#include "inspect/logs/stamp.h"

namespace rounds {

namespace {

bool take_written_time(std::string_view text, LogStamp& stamp) {
  if (!take_stamp(text, stamp)) return false;
  if (!stamp.offset && take_char(text, ' ')) take_zone(text, stamp);
  return true;
}

void keep_code(std::string_view code, LogEntry& entry) {
  if (code != "00000") entry.code = code;
}

/// `10.0.0.1:5432`, `[local]`
std::string_view without_port(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  return colon != std::string_view::npos && address.find_first_not_of("0123456789", colon + 1) == std::string_view::npos
             ? address.substr(0, colon)
             : address;
}

/// The severity of an entry in a language that is not known, told by its SQLSTATE: the one that is bad enough.
LineKind judged(std::string_view word, LogEntry& entry) {
  entry.severity = postgres_severity(word);
  if (entry.severity.empty() && entry.code.empty()) return LineKind::stamped;
  const bool warns = entry.code.starts_with("01");
  if (entry.severity.empty()) entry.severity = warns ? "WARNING" : entry.code.starts_with("28") ? "FATAL" : "ERROR";
  return LineKind::entry;
}

void keep_json_field(std::string_view key, std::string_view value, LogEntry& entry, std::string& word, bool& timed) {
  if (key == "timestamp") timed = take_written_time(value, entry.stamp);
  if (key == "user") entry.user = value;
  if (key == "dbname") entry.database = value;
  if (key == "remote_host") entry.host = value;
  if (key == "application_name") entry.application = value;
  if (key == "error_severity") word = value;
  if (key == "state_code") keep_code(value, entry);
  if (key == "message") entry.message = value;
}

LineKind parse_json(std::string_view line, LogEntry& entry) {
  entry.clear();
  std::string word;
  bool timed = false;
  read_flat_json(
      line, [&](std::string_view key, std::string_view value) { keep_json_field(key, value, entry, word, timed); });
  return timed ? judged(word, entry) : LineKind::other;
}

/// The columns that count, by position: later versions only added some at the end.
enum Column {
  kTime = 0,
  kUser = 1,
  kDatabase = 2,
  kHost = 4,
  kSeverity = 11,
  kCode = 12,
  kMessage = 13,
  kApplication = 22
};

LineKind parse_csv(std::string_view line, LogEntry& entry, std::vector<std::string>& fields) {
  entry.clear();
  split_csv(line, fields);
  if (!take_written_time(fields[kTime], entry.stamp)) return LineKind::other;
  if (fields.size() <= kSeverity) return LineKind::stamped;
  const auto field = [&](Column column) {
    return column < fields.size() ? std::string_view(fields[column]) : std::string_view();
  };
  entry.user = field(kUser);
  entry.database = field(kDatabase);
  entry.host = without_port(field(kHost));
  entry.message = field(kMessage);
  entry.application = field(kApplication);
  keep_code(field(kCode), entry);
  return judged(field(kSeverity), entry);
}

/// The user that a refused login names, where the prefix does not.
void fill_user(LogEntry& entry) {
  if (!entry.user.empty() || entry.severity != "FATAL") return;
  const std::string_view text = entry.message;
  for (const std::string_view word : {"user \"", "role \""}) {
    const std::size_t at = text.find(word);
    if (at == std::string_view::npos) continue;
    const std::size_t begin = at + word.size();
    entry.user = text.substr(begin, text.find('"', begin) - begin);
    return;
  }
}

/// csvlog and jsonlog have the position of an error in a field of its own.
void cut_position(std::string& message) {
  const std::size_t at = message.rfind(" at character ");
  if (at != std::string::npos && message.find_first_not_of("0123456789", at + 14) == std::string::npos)
    message.resize(at);
}

/// The prefixes to try: the server's own comes first.
LineKind parse_stderr(std::string_view line, LogEntry& entry, const std::vector<LogPrefix>& prefixes) {
  const auto fits = [&](const LogPrefix& prefix) { return prefix.parse_entry(line, entry); };
  if (line.starts_with('\t')) return LineKind::other;
  if (std::none_of(prefixes.begin(), prefixes.end(), fits)) return prefixes.front().parse(line, entry);
  fill_user(entry);
  cut_position(entry.message);
  return LineKind::entry;
}

LogFormat noticing_starts(LogFormat format) {
  format.parse = [parse = std::move(format.parse)](std::string_view line, LogEntry& entry) {
    const LineKind kind = parse(line, entry);
    if (kind == LineKind::entry && entry.severity == "LOG") entry.starts_server = tells_start(entry.message);
    return kind;
  };
  return format;
}

bool looks_like_csv(std::string_view head) {
  const std::string_view line = head.substr(0, head.find('\n'));
  std::vector<std::string> fields;
  split_csv(line, fields);
  LogStamp stamp;
  return fields.size() >= kMessage && take_written_time(fields[kTime], stamp) && fields[kSeverity].size() < 30;
}

}  // namespace

LogFormat postgres_jsonlog() { return noticing_starts({.name = "jsonlog", .parse = parse_json}); }

LogFormat postgres_csvlog() {
  return noticing_starts(
      {.name = "csvlog",
       .quoted = true,
       .parse = [fields = std::vector<std::string>()](std::string_view line, LogEntry& entry) mutable {
         return parse_csv(line, entry, fields);
       }});
}

LogFormat postgres_stderr(const std::string& prefix) {
  std::vector<LogPrefix> prefixes{LogPrefix(prefix)};
  for (const char* usual : {"%m [%p] %q%u@%d ", "%m [%p] ", "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
                            "%t [%p]: user=%u,db=%d,app=%a,client=%h ", "%t:%r:%u@%d:[%p]:", "%m "}) {
    if (prefix != usual) prefixes.emplace_back(usual);
  }
  return noticing_starts({.name = "stderr", .parse = [prefixes](std::string_view line, LogEntry& entry) {
                            return parse_stderr(line, entry, prefixes);
                          }});
}

LogFormat postgres_format(const std::string& name, std::string_view head, const std::string& prefix) {
  const auto named = [&](std::string_view ending) {
    return name.ends_with(ending) || name.find(std::string(ending) + ".") != std::string::npos;
  };
  if (head.starts_with("{\"timestamp\"") || (head.empty() && named(".json"))) return postgres_jsonlog();
  if (named(".csv") || looks_like_csv(head)) return postgres_csvlog();
  return named(".json") ? postgres_jsonlog() : postgres_stderr(prefix);
}

}  // namespace rounds
