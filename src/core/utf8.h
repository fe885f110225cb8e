#pragma once
#include <cstddef>
#include <string_view>

namespace rounds {

/// Bytes of the well-formed UTF-8 character that `text` begins with; 0 when it begins with none: a stray
/// byte, an overlong form, a surrogate, something above U+10FFFF, or nothing at all.
std::size_t utf8_length(std::string_view text);

}  // namespace rounds
