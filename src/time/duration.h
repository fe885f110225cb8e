#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "time/parsed.h"

namespace rounds {

/// A length as people write it: `90m`, `2h30m`, `3d`, `1w`. Days are civil where TIME says so
/// (`every`, `window`, `until`) and 86,400 s elsewhere; the caller chooses by `flat()`.
struct Span {
  std::chrono::days days{};        ///< from d and w
  std::chrono::seconds elapsed{};  ///< from h, m and s

  std::chrono::seconds flat() const { return days + elapsed; }
  auto operator<=>(const Span&) const = default;
};

/// Reads `2h30m`: units w d h m s, each at most once, in falling order. A bare integer, zero and
/// anything above 100 years are errors with a hint.
Parsed<Span> parse_span(std::string_view text);

/// A text that parses back: `3d`, `90m`, `2h30m`. One unit while two digits are enough for it, else several.
std::string to_text(const Span& span);
/// The same for flat seconds, days included; `0s` for zero.
std::string to_text(std::chrono::seconds length);

}  // namespace rounds
