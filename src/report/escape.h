#pragma once
#include <string>
#include <string_view>

namespace rounds {

// Texts that came from inspected databases, for each format. In all of them controls and marks of writing direction
// become visible, such as \x1b, and bytes that are no text \xff.

/// For an element or a quoted attribute; ends of lines and tabs stay.
std::string escape_html(std::string_view text);
/// For a paragraph or a cell of a table, in one line: nothing is markup, a link or a mention.
std::string escape_markdown(std::string_view text);
/// A cell of RFC 4180. What a spreadsheet would take for a formula begins with an apostrophe.
std::string escape_csv(std::string_view text);
/// One line of plain text: ends of lines and tabs become blanks.
std::string escape_line(std::string_view text);

}  // namespace rounds
