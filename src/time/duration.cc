#include "time/duration.h"

#include <fmt/format.h>
#include <array>
#include <cstdint>

namespace rounds {

namespace {

using std::chrono::days;
using std::chrono::seconds;

struct Unit {
  char letter;
  std::int64_t seconds;
};
constexpr std::array<Unit, 5> units{{{'w', 604800}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};

// Those of the parts of a span: weeks and days, and what lies below.
constexpr std::size_t first_elapsed_unit = 2;
constexpr seconds longest = days{36525};

constexpr const char* example = "a length is written like 90s, 45m, 2h30m, 3d or 1w";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

ParseError wrong(std::string_view text, std::string message, std::size_t at, std::size_t length,
                 std::string hint = example) {
  return {fmt::format("length \"{}\" {}", text, message), at, length, std::move(hint)};
}

std::size_t unit_index(char letter) {
  std::size_t i = 0;
  while (i < units.size() && units[i].letter != letter) ++i;
  return i;
}

/// False when the sum leaves the allowed lengths.
bool add(Span& span, std::string_view digits, std::size_t unit) {
  std::int64_t number = 0;
  for (const char digit : digits) {
    number = number * 10 + (digit - '0');
    if (number > longest.count()) return false;
  }
  const seconds length{number * units[unit].seconds};
  if (unit < first_elapsed_unit) span.days += std::chrono::duration_cast<days>(length);
  else span.elapsed += length;
  return span.flat() <= longest;
}

std::string bare_number_hint(std::string_view number) { return fmt::format("write {0}s, {0}m or {0}h", number); }

/// Writes `count` seconds in units from `units[first]` on; nothing for zero.
std::string in_units(std::int64_t count, std::size_t first) {
  constexpr std::int64_t most_of_one_unit = 99;
  for (std::size_t i = first; count != 0 && i < units.size(); ++i) {
    const std::int64_t whole = count / units[i].seconds;
    if (count % units[i].seconds == 0 && whole <= most_of_one_unit) return fmt::format("{}{}", whole, units[i].letter);
  }
  std::string text;
  for (std::size_t i = first; i < units.size(); ++i) {
    if (const auto whole = count / units[i].seconds) text += fmt::format("{}{}", whole, units[i].letter);
    count %= units[i].seconds;
  }
  return text;
}

}  // namespace

Parsed<Span> parse_span(std::string_view text) {
  if (text.empty()) return wrong(text, "is empty", 0, 1);
  Span span;
  std::size_t lowest_unit = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    const std::string_view digits = text.substr(begin, at - begin);
    if (digits.empty()) return wrong(text, "needs a number here", at, 1);
    if (at == text.size()) return wrong(text, "has no unit", begin, digits.size(), bare_number_hint(digits));
    const std::size_t unit = unit_index(text[at]);
    if (unit == units.size()) return wrong(text, "has an unknown unit", at, 1, "the units are w d h m s");
    if (unit < lowest_unit)
      return wrong(text, "has its units out of order", at, 1, "the order is w d h m s, each once");
    if (!add(span, digits, unit)) return wrong(text, "is above 100 years", begin, digits.size() + 1);
    lowest_unit = unit + 1;
  }
  if (span.flat() == seconds{0}) return wrong(text, "is zero", 0, text.size());
  return span;
}

std::string to_text(const Span& span) {
  return in_units(seconds{span.days}.count(), 0) + in_units(span.elapsed.count(), first_elapsed_unit);
}

std::string to_text(seconds length) {
  if (length < seconds{0}) return "-" + to_text(-length);
  return length == seconds{0} ? "0s" : in_units(length.count(), 0);
}

}  // namespace rounds
