#include "time/exceptions.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "time/bits.h"
#include "time/stamp.h"

namespace rounds {

namespace chr = std::chrono;

namespace {

using chr::days;
using chr::seconds;

constexpr std::array<std::string_view, 7> day_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr std::array<std::string_view, 7> full_names{"sunday",   "monday", "tuesday", "wednesday",
                                                     "thursday", "friday", "saturday"};

std::optional<int> weekday_of(std::string_view name) {
  for (std::size_t i = 0; i < day_names.size(); ++i) {
    if (name == day_names[i] || name == full_names[i]) return static_cast<int>(i);
  }
  return std::nullopt;
}

struct Halves {
  std::string_view left;
  std::string_view right;
};

std::optional<Halves> split_at(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == text.npos) return std::nullopt;
  return Halves{text.substr(0, at), text.substr(at + mark.size())};
}

std::optional<chr::local_days> day_of(std::string_view text) {
  const auto wall = parse_civil(text);
  if (!wall || text.size() != std::string_view("2026-12-25").size()) return std::nullopt;
  return chr::floor<days>(*wall);
}

std::optional<DayRange> days_of(std::string_view text) {
  const auto halves = split_at(text, "..").value_or(Halves{text, text});
  const auto first = day_of(halves.left);
  const auto last = day_of(halves.right);
  if (!first || !last || *last < *first) return std::nullopt;
  return DayRange{*first, *last};
}

std::optional<ClockRange> times_of(std::string_view text) {
  const auto halves = split_at(text, "-");
  if (!halves) return std::nullopt;
  const auto from = parse_time_of_day(halves->left);
  const auto to = parse_time_of_day(halves->right);
  if (!from || !to || *from == *to) return std::nullopt;
  return ClockRange{*from, *to};
}

std::optional<std::uint8_t> weekdays_of(std::string_view text) {
  const auto halves = split_at(text, "-").value_or(Halves{text, text});
  const auto first = weekday_of(halves.left);
  const auto last = weekday_of(halves.right);
  if (!first || !last) return std::nullopt;
  std::uint8_t found = 0;
  for (int day = *first;; day = (day + 1) % 7) {
    found |= static_cast<std::uint8_t>(1 << day);
    if (day == *last) return found;
  }
}

bool within(const ClockRange& range, seconds time) {
  const bool over_midnight = range.to < range.from;
  return over_midnight ? time >= range.from || time < range.to : time >= range.from && time < range.to;
}

bool has_day(const std::vector<DayRange>& list, chr::local_days day) {
  return std::any_of(list.begin(), list.end(),
                     [day](const auto& range) { return range.first <= day && day <= range.last; });
}

std::string clock_text(seconds time) {
  const chr::hh_mm_ss clock{time};
  const std::string text = fmt::format("{:02}:{:02}", clock.hours().count(), clock.minutes().count());
  return clock.seconds().count() == 0 ? text : text + fmt::format(":{:02}", clock.seconds().count());
}

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t begin = std::min(line.find_first_not_of(blanks), line.size());
  return line.substr(begin, line.find_last_not_of(blanks) + 1 - begin);
}

}  // namespace

bool Exceptions::cover(Civil wall) const {
  const auto day = chr::floor<chr::days>(wall);
  if (has_bit(weekdays, static_cast<int>(chr::weekday{day}.c_encoding())) || has_day(days, day)) return true;
  const auto lists_it = [day](const File& file) { return has_day(file.days, day); };
  if (std::any_of(files.begin(), files.end(), lists_it)) return true;
  return std::any_of(times.begin(), times.end(), [&](const auto& range) { return within(range, wall - day); });
}

Civil Exceptions::next_edge(Civil wall) const {
  const auto day = chr::floor<chr::days>(wall);
  Civil edge = day + chr::days{1};
  for (const ClockRange& range : times) {
    for (const seconds time : {range.from, range.to}) {
      if (day + time > wall) edge = std::min<Civil>(edge, day + time);
    }
  }
  return edge;
}

std::optional<ParseError> add_exception(Exceptions& to, std::string_view text) {
  if (const auto weekdays = weekdays_of(text)) {
    to.weekdays |= *weekdays;
  } else if (const auto found = days_of(text)) {
    to.days.push_back(*found);
  } else if (const auto times = times_of(text)) {
    to.times.push_back(*times);
  } else {
    return ParseError{fmt::format("\"{}\" is no exception", text), 0, std::max<std::size_t>(text.size(), 1),
                      "an exception is a weekday (sat, mon-fri), a date (2026-12-25), a range of dates "
                      "(2026-12-24..2026-12-26) or of times (22:00-06:00)"};
  }
  return std::nullopt;
}

Parsed<std::vector<DayRange>> parse_days(std::string_view text, int& line) {
  std::vector<DayRange> found;
  line = 0;
  while (!text.empty()) {
    ++line;
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view entry = trimmed(text.substr(0, std::min(text.find('#'), end)));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (entry.empty()) continue;
    const auto range = days_of(entry);
    if (!range)
      return ParseError{fmt::format("\"{}\" is no date", entry), 0, entry.size(), "one date a line: 2026-12-25"};
    found.push_back(*range);
  }
  return found;
}

std::vector<std::string> to_texts(const Exceptions& exceptions) {
  std::vector<std::string> texts;
  for (std::size_t day = 0; day < day_names.size(); ++day) {
    if (has_bit(exceptions.weekdays, static_cast<int>(day))) texts.emplace_back(day_names[day]);
  }
  for (const DayRange& range : exceptions.days) texts.push_back(to_text(range));
  for (const ClockRange& range : exceptions.times) texts.push_back(clock_text(range.from) + "-" + clock_text(range.to));
  return texts;
}

std::string to_text(const DayRange& range) {
  const auto text = [](chr::local_days day) { return utc_text(Due{day.time_since_epoch()}).substr(0, 10); };
  return range.first == range.last ? text(range.first) : text(range.first) + ".." + text(range.last);
}

}  // namespace rounds
