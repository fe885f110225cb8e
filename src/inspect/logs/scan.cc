#include "inspect/logs/scan.h"

#include <algorithm>

#include "error.h"
#include "inspect/logs/csv.h"
#include "inspect/logs/lines.h"

namespace rounds {

namespace {

constexpr std::uint64_t kSmall = 4 << 20;        // read whole rather than searched
constexpr std::uint64_t kFarEnough = 256 << 10;  // the search ends
constexpr std::uint64_t kMostLooked = 1 << 20;   // for a line with a time
constexpr std::uint64_t kTail = 128 << 10;
constexpr int kFirstEntries = 10;            // among them a server says that it starts
constexpr std::chrono::minutes kMargin{70};  // the hour that is shown twice, and some disorder
constexpr std::int64_t kLinesBetweenLooksAtTime = 4096;

/// Calls `each(record, offset)` for the records of the bytes until it says false.
template <typename Each>
void for_each_record(LogBytes& bytes, bool quoted, Each each) {
  LineReader lines(bytes);
  CsvRecords records;
  LogLine line;
  while (lines.next(line)) {
    std::string_view record = line.text;
    if (quoted && !records.take(line, record)) {
      if (!each(std::string_view(), lines.consumed())) return;
      continue;
    }
    if (!each(record, lines.consumed())) return;
  }
}

/// Reading may have begun within a CSV record, whose text may look like the beginning of another: that needs a
/// severity.
bool has_time(const LogFormat& format, std::string_view record, LogEntry& entry) {
  const LineKind kind = format.parse(record, entry);
  return kind == LineKind::entry || (kind == LineKind::stamped && !format.quoted);
}

/// Always false: reading ends.
bool cap(LogSource& source, const std::string& reason) {
  source.state = LogSource::State::capped;
  source.reason = reason;
  return false;
}

void widen(LogSource& source, Due at) {
  source.oldest = source.oldest ? std::min(*source.oldest, at) : at;
  source.newest = source.newest ? std::max(*source.newest, at) : at;
}

}  // namespace

std::string to_text(LogSource::State state) {
  switch (state) {
    case LogSource::State::read: return "read";
    case LogSource::State::capped: return "capped";
    case LogSource::State::outside: return "outside";
    case LogSource::State::empty: return "empty";
    case LogSource::State::unreadable: return "unreadable";
    case LogSource::State::missing: return "missing";
  }
  return {};
}

LogScan::LogScan(LogFile file, MakeFormat make_format, Zone zone)
    : file_(std::move(file)), make_format_(std::move(make_format)), zone_(std::move(zone)) {}

std::unique_ptr<LogBytes> LogScan::open(std::uint64_t begin, std::uint64_t end) const {
  return file_.packing == LogFile::Packing::gzip ? open_gzip(file_.path) : open_plain(file_.path, begin, end);
}

/// The first line with a time that begins at `begin` or behind it.
std::optional<LogScan::Place> LogScan::first_time(std::uint64_t begin) const {
  const auto bytes = open(begin, begin + kMostLooked);
  const LogFormat format = make_format_();
  LogClock clock(zone_);
  LineReader lines(*bytes);
  LogLine line;
  LogEntry entry;
  bool whole = begin == file_.begin;  // what lies at `begin` may be the rest of a line
  while (lines.next(line)) {
    if (std::exchange(whole, true) && has_time(format, line.text, entry)) {
      return Place{begin + line.offset, clock.instant(entry.stamp)};
    }
  }
  return std::nullopt;
}

/// Two offsets close to each other: what lies before the first is earlier than `at`, what lies behind the second is
/// not, as long as times ascend. `unknown` says what a stretch without times counts as: late for a beginning, early for
/// an end.
LogScan::Stretch LogScan::find(Due at, Unknown unknown) const {
  std::uint64_t low = file_.begin, high = file_.bytes;
  while (high - low > kFarEnough) {
    const std::uint64_t middle = low + (high - low) / 2;
    const auto place = first_time(middle);
    const bool known = place && place->offset < high;
    const bool early = known ? place->at < at : unknown == Unknown::early;
    if (early) {
      low = known ? place->offset : middle;
    } else {
      high = middle;
    }
  }
  return {low, high};
}

void LogScan::look_at_end(LogSource& source) const {
  if (file_.packing != LogFile::Packing::none) return;
  const std::uint64_t begin = std::max(file_.begin, file_.bytes > kTail ? file_.bytes - kTail : 0);
  const auto bytes = open(begin, file_.bytes);
  const LogFormat format = make_format_();
  LogClock clock(zone_);
  LogEntry entry;
  bool whole = begin == file_.begin;
  for_each_record(*bytes, format.quoted && whole, [&](std::string_view record, std::uint64_t) {
    if (std::exchange(whole, true) && has_time(format, record, entry)) {
      source.newest = std::max(source.newest, std::optional(clock.instant(entry.stamp)));
    }
    return true;
  });
}

void LogScan::look(LogSource& source) const {
  const auto bytes = open(file_.begin, file_.begin + kMostLooked);
  const LogFormat format = make_format_();
  LogClock clock(zone_);
  LogEntry entry;
  int entries = 0, stamped = 0;
  for_each_record(*bytes, format.quoted, [&](std::string_view record, std::uint64_t consumed) {
    const LineKind kind = format.parse(record, entry);
    if (kind != LineKind::other) widen(source, clock.instant(entry.stamp));
    if (kind == LineKind::entry && entry.starts_server) source.begins_with_start = true;
    if (kind == LineKind::entry) ++entries;
    if (kind == LineKind::stamped) ++stamped;
    return entries < kFirstEntries && consumed < kMostLooked;
  });
  if (!bytes->trouble().empty()) throw Error(Fault::bad_data, bytes->trouble());
  if (format.name == "stderr" && entries == 0 && stamped > 1) {
    throw Error(Fault::bad_data, "its severities are in a language that is not known");
  }
  look_at_end(source);
}

/// Where to read; says so in `source` when not all of it may be.
LogScan::Stretch LogScan::stretch_of(const LogWindow& window, const LogBudget& budget, LogSource& source) const {
  Stretch stretch{file_.begin, file_.bytes};
  if (file_.packing != LogFile::Packing::none) return stretch;
  if (file_.bytes - file_.begin > kSmall) {
    stretch.begin = find(window.from - kMargin, Unknown::late).begin;
    stretch.end = std::min(find(window.to + kMargin, Unknown::early).end + kFarEnough, file_.bytes);
  }
  if (stretch.end - std::min(stretch.begin, stretch.end) > budget.bytes) {
    stretch.begin = stretch.end - budget.bytes;
    cap(source, "more bytes lie in the window than may be read; the newest were");
  }
  return stretch;
}

void LogScan::read(const LogWindow& window, const std::string& own, LogBudget& budget, LogGroups& groups,
                   LogSource& source) const {
  const Stretch stretch = stretch_of(window, budget, source);
  const auto bytes = open(stretch.begin, stretch.end);
  const LogFormat format = make_format_();
  LogClock clock(zone_);
  LogEntry entry;
  std::uint64_t used = 0;
  for_each_record(*bytes, format.quoted, [&](std::string_view record, std::uint64_t consumed) {
    used = consumed;
    if (++source.lines % kLinesBetweenLooksAtTime == 0 && std::chrono::steady_clock::now() > budget.deadline) {
      return cap(source, "the time for reading logs was over");
    }
    if (used > budget.bytes) return cap(source, "more bytes lie in the window than may be read; the oldest were");
    const LineKind kind = format.parse(record, entry);
    if (kind == LineKind::other) return true;
    const Due at = clock.instant(entry.stamp);
    widen(source, at);
    const bool inside = at >= window.from && at < window.to;
    if (kind == LineKind::entry && inside && entry.application != own) groups.add(entry, at);
    return at < window.to + kMargin;
  });
  budget.bytes -= std::min(used, budget.bytes);
  if (!bytes->trouble().empty()) throw Error(Fault::bad_data, bytes->trouble());
}

}  // namespace rounds
