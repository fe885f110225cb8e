#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "cli/options.h"

namespace rounds {

/// What standard output is, as far as printing cares.
struct Terminal {
  bool interactive = false;  ///< a terminal: relative times, truncation, escapes
  bool color = false;
  std::size_t width = 0;  ///< in cells; 0: no bound
};

/// Looks at standard output: --color, then NO_COLOR, FORCE_COLOR, TERM=dumb, then whether it is a terminal.
Terminal look_at_terminal(Color wish);

/// What a piece of text means to the reader; its colour where colours are allowed, never its only sign.
enum class Tone { plain, good, warning, bad, faint, heading };
std::string paint(std::string_view text, Tone tone, const Terminal& terminal);

/// Cells that UTF-8 text takes on a terminal.
std::size_t display_width(std::string_view text);
/// At most `width` cells of it, `…` in place of the rest.
std::string shorten(std::string_view text, std::size_t width);
/// Control characters and broken UTF-8 as `\x1b`; line ends and tabs stay when `keep_lines`.
std::string escape_controls(std::string_view text, bool keep_lines = false);

/// Writes to standard output. A reader that left ends the program quietly; a full disk or a closed output
/// is an Error.
void print(std::string_view text);
void print_line(std::string_view text);
/// Hands everything printed to the system; call before leaving.
void finish_printing();
/// `hint: …` on standard error, so that it never mixes with data.
void print_hint(std::string_view text);

/// Asks on the terminal, default No. Without a terminal on standard input and error throws Error `usage` that
/// names `flag`, the option which answers yes.
bool confirm(const std::string& question, const std::string& flag);

}  // namespace rounds
