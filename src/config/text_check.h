#pragma once
#include <cstddef>

#include "config/source.h"

namespace rounds {

/// ResourceLimits on what is read as TOML.
inline constexpr std::size_t kLargestFile = 1024 * 1024;
inline constexpr std::size_t kDeepestNesting = 32;

/// Reports what must not reach the parser: too much text, bytes that are no UTF-8, NUL, and brackets or dotted keys
/// so deep that a recursive parser would run out of stack. False when there is any of it.
bool check_text(const SourceText& source, Problems& problems);

}  // namespace rounds
