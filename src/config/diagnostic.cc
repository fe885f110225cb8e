#include "config/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "core/utf8.h"

namespace rounds {

namespace {

constexpr std::string_view kTab = "\t";

std::string_view word_of(Diagnostic::Severity severity) {
  switch (severity) {
    case Diagnostic::Severity::error: return "error";
    case Diagnostic::Severity::warning: return "warning";
  }
  return {};
}

/// A character of the quoted line: tabs stay, so that the caret below can be led by the same ones.
std::string shown(std::string_view character) { return character == kTab ? std::string(kTab) : escaped(character); }

int cells_shown(std::string_view character) {
  const std::string text = escaped(character);
  return text == character ? cell_width(character) : static_cast<int>(text.size());
}

std::string quoted_line(std::string_view line) {
  std::string out;
  while (!line.empty()) {
    const std::string_view character = first_character(line);
    out += shown(character);
    line.remove_prefix(character.size());
  }
  return out;
}

/// Blanks as wide as what stands before the place, then one caret a cell of the place itself.
std::string caret_line(const Diagnostic& diagnostic) {
  std::string_view rest = diagnostic.line_text;
  std::string out;
  int column = diagnostic.text_column;
  for (; column < diagnostic.column && !rest.empty(); ++column) {
    const std::string_view character = first_character(rest);
    out += character == kTab ? std::string(kTab) : std::string(static_cast<std::size_t>(cells_shown(character)), ' ');
    rest.remove_prefix(character.size());
  }
  int carets = 0;
  for (std::size_t i = 0; i < diagnostic.length && !rest.empty(); ++i) {
    const std::string_view character = first_character(rest);
    carets += character == kTab ? 1 : cells_shown(character);
    rest.remove_prefix(character.size());
  }
  return out + std::string(static_cast<std::size_t>(std::max(carets, 1)), '^');
}

std::string quotation(const Diagnostic& diagnostic) {
  const std::string number = std::to_string(diagnostic.line);
  std::string out = fmt::format(" {} | {}\n {:{}} | {}", number, quoted_line(diagnostic.line_text), "", number.size(),
                                caret_line(diagnostic));
  if (!diagnostic.hint.empty()) out += " " + escape_text(diagnostic.hint);
  return out + "\n";
}

}  // namespace

std::string render(const Diagnostic& diagnostic) {
  std::string out = fmt::format("{}: {}\n", word_of(diagnostic.severity), escape_text(diagnostic.message));
  if (!diagnostic.file.empty()) {
    out += "  --> " + escape_text(diagnostic.file);
    if (diagnostic.line > 0) out += fmt::format(":{}", diagnostic.line);
    if (diagnostic.column > 0) out += fmt::format(":{}", diagnostic.column);
    out += "\n";
  }
  if (diagnostic.column > 0 && diagnostic.shows_line) return out + quotation(diagnostic);
  if (!diagnostic.hint.empty()) out += "hint: " + escape_text(diagnostic.hint) + "\n";
  return out;
}

std::string render(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) out += render(diagnostic);
  return out;
}

}  // namespace rounds
