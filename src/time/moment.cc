// Reading instants: RFC 3339, and what people type.
#include <fmt/format.h>
#include <algorithm>

#include "time/duration.h"
#include "time/stamp.h"
#include "time/trigger.h"

namespace rounds {

namespace chr = std::chrono;

namespace {

/// Takes a text from its front; any failure sticks.
class Scan {
 public:
  explicit Scan(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int number = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const char c = take();
      if (c < '0' || c > '9') ok_ = false;
      number = number * 10 + (c - '0');
    }
    return number;
  }
  /// Takes the next character when it is one of these, and says which; 0 otherwise.
  char try_any(std::string_view set) {
    if (rest_.empty() || set.find(rest_.front()) == set.npos) return 0;
    return take();
  }
  void expect(std::string_view set) {
    if (try_any(set) == 0) ok_ = false;
  }
  void check(bool condition) { ok_ = ok_ && condition; }
  bool done() const { return ok_ && rest_.empty(); }
  bool ok() const { return ok_; }
  bool empty() const { return rest_.empty(); }

 private:
  char take() {
    if (rest_.empty()) {
      ok_ = false;
      return '0';
    }
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string_view rest_;
  bool ok_ = true;
};

chr::local_days scan_date(Scan& scan) {
  const int year = scan.digits(4);
  scan.expect("-");
  const int month = scan.digits(2);
  scan.expect("-");
  const int day = scan.digits(2);
  const auto date = chr::year{year} / month / day;
  scan.check(year >= 1 && date.ok());
  return scan.ok() ? chr::local_days{date} : chr::local_days{};
}

chr::seconds scan_hour_and_minute(Scan& scan) {
  const int hour = scan.digits(2);
  scan.expect(":");
  const int minute = scan.digits(2);
  scan.check(hour <= 23 && minute <= 59);
  return chr::hours{hour} + chr::minutes{minute};
}

chr::seconds scan_second(Scan& scan) {
  const int second = scan.digits(2);
  scan.check(second <= 59);
  return chr::seconds{second};
}

chr::seconds scan_offset(Scan& scan) {
  if (scan.try_any("Zz") != 0) return {};
  const char sign = scan.try_any("+-");
  scan.check(sign != 0);
  const chr::seconds offset = scan_hour_and_minute(scan);
  return sign == '-' ? -offset : offset;
}

std::optional<Due> parse_word(std::string_view text, Due now, const Zone& zone) {
  const auto today = chr::floor<chr::days>(zone.local(now));
  if (text == "now") return now;
  if (text == "today") return zone.first_instant(today);
  if (text == "yesterday") return zone.first_instant(today - chr::days{1});
  if (text == "tomorrow") return zone.first_instant(today + chr::days{1});
  return std::nullopt;
}

}  // namespace

std::optional<Due> parse_utc(std::string_view text) {
  Scan scan(text);
  Civil wall = scan_date(scan);
  scan.expect("Tt");
  wall += scan_hour_and_minute(scan);
  scan.expect(":");
  wall += scan_second(scan);
  if (scan.try_any(".") != 0) {
    scan.digits(1);
    while (scan.try_any("0123456789") != 0) continue;
  }
  const chr::seconds offset = scan_offset(scan);
  if (!scan.done()) return std::nullopt;
  return Due{wall.time_since_epoch() - offset};
}

std::optional<Civil> parse_civil(std::string_view text) {
  Scan scan(text);
  Civil wall = scan_date(scan);
  if (scan.ok() && !scan.empty()) {
    scan.expect("Tt ");
    wall += scan_hour_and_minute(scan);
    if (scan.try_any(":") != 0) wall += scan_second(scan);
  }
  if (!scan.done()) return std::nullopt;
  return wall;
}

std::optional<chr::seconds> parse_time_of_day(std::string_view text) {
  const std::string padded = text.find(':') == 1 ? "0" + std::string(text) : std::string(text);
  Scan scan(padded);
  chr::seconds time = scan_hour_and_minute(scan);
  if (scan.try_any(":") != 0) time += scan_second(scan);
  if (!scan.done()) return std::nullopt;
  return time;
}

Parsed<Due> parse_moment(std::string_view text, Due now, const Zone& zone, bool past) {
  if (const auto due = parse_utc(text)) return *due;
  if (const auto wall = parse_civil(text)) return zone.first_instant(*wall);
  if (const auto due = parse_word(text, now, zone)) return *due;
  const bool minus = !text.empty() && text.front() == '-';
  const auto span = parse_span(text.substr(minus ? 1 : 0));
  if (const auto* length = std::get_if<Span>(&span)) {
    return step_back(now, minus || past ? *length : Span{-length->days, -length->elapsed}, zone);
  }
  return ParseError{fmt::format("\"{}\" is no time", text), 0, std::max<std::size_t>(text.size(), 1),
                    "write 2026-11-22T09:30:00Z, 2026-11-22, \"2026-11-22 09:30\", now, today, -2h or 3d"};
}

}  // namespace rounds
