#include "core/size.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace rounds {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t bytes;
};
constexpr std::int64_t kKibi = 1024;
constexpr std::array<Unit, 13> kUnits{{{"TiB", kKibi * kKibi * kKibi * kKibi},
                                       {"GiB", kKibi* kKibi* kKibi},
                                       {"MiB", kKibi* kKibi},
                                       {"KiB", kKibi},
                                       {"B", 1},
                                       {"T", kKibi* kKibi* kKibi* kKibi},
                                       {"G", kKibi* kKibi* kKibi},
                                       {"M", kKibi* kKibi},
                                       {"K", kKibi},
                                       {"kB", 1000},
                                       {"MB", 1000 * 1000},
                                       {"GB", 1000 * 1000 * 1000},
                                       {"TB", 1000LL * 1000 * 1000 * 1000}}};

ParseError not_a_size(std::string_view text) {
  return {fmt::format("\"{}\" is no size", text), 0, std::max<std::size_t>(1, text.size()), "for example \"1 MiB\" or \"64 KiB\""};
}

}  // namespace

Parsed<std::int64_t> parse_size(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc::result_out_of_range) return ParseError{"that size is too large", 0, text.size(), ""};
  if (error != std::errc() || number < 0) return not_a_size(text);
  std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  const auto at = text.size() - unit.size();
  if (unit.empty()) return ParseError{"a size needs a unit", 0, text.size(), fmt::format("for example \"{} KiB\"", text)};
  if (unit.front() == ' ') unit.remove_prefix(1);
  const auto found = std::find_if(kUnits.begin(), kUnits.end(), [unit](const Unit& u) { return u.name == unit; });
  if (found == kUnits.end()) {
    if (unit.empty() || unit.front() == '.') return not_a_size(text);
    return ParseError{fmt::format("\"{}\" is no unit of size", unit), at, text.size() - at, "B, kB, MB, GB, TB, KiB, MiB, GiB or TiB"};
  }
  std::int64_t bytes = 0;
  if (__builtin_mul_overflow(number, found->bytes, &bytes)) return ParseError{"that size is too large", 0, text.size(), ""};
  return bytes;
}

std::string size_text(std::int64_t bytes) {
  const auto found = std::find_if(kUnits.begin(), kUnits.end(), [bytes](const Unit& u) { return bytes != 0 && bytes % u.bytes == 0; });
  return bytes == 0 ? "0 B" : fmt::format("{} {}", bytes / found->bytes, found->name);
}

}  // namespace rounds
