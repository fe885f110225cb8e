#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace rounds {

/// Bytes of the well-formed UTF-8 character that `text` begins with; 0 when it begins with none: a stray
/// byte, an overlong form, a surrogate, something above U+10FFFF, or nothing at all.
std::size_t utf8_length(std::string_view text);

/// True when all of it is well-formed.
bool is_utf8(std::string_view text);

/// The character that `text` begins with, as bytes of it; a byte that begins none stands for itself. Empty only
/// where the text is.
std::string_view first_character(std::string_view text);
/// How many characters the text has, counted so.
std::size_t character_count(std::string_view text);

/// Cells that one such character takes on a terminal: 0 for marks that combine, 2 for wide ones, else 1.
int cell_width(std::string_view character);
/// One such character as a terminal may safely be given it: controls and bidirectional overrides as `\x1b` and
/// `\u202e`, bytes that are no text as `\xff`.
std::string escaped(std::string_view character);
/// The whole text so, tabs and line ends included.
std::string escape_text(std::string_view text);

}  // namespace rounds
