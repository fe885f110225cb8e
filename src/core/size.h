#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "time/parsed.h"

namespace rounds {

/// Reads a number of bytes as people write it: `1 MiB`, `64KiB`, `10 MB`, `0B`. Units are B, kB, MB, GB, TB
/// (powers of 1000) and KiB, MiB, GiB, TiB (of 1024; K, M, G and T mean these too). A bare integer, a fraction and
/// more than 8 EiB are errors with a hint.
Parsed<std::int64_t> parse_size(std::string_view text);

/// A text that parses back: the largest binary unit that divides it, `1 MiB`, `1000 B`.
std::string size_text(std::int64_t bytes);

}  // namespace rounds
