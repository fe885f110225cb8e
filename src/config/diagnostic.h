#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace rounds {

/// A problem with its place: what a compiler would show. Texts are raw; `render` makes them safe for a terminal.
struct Diagnostic {
  enum class Severity { error, warning } severity = Severity::error;
  std::string message{};    ///< "unknown key \"comand\" in job nightly-backup"
  std::string file{};       ///< as shown to people; empty: no place
  int line = 0;             ///< from 1; 0: the file as a whole
  int column = 0;           ///< from 1, in characters; 0: the line as a whole, without a caret
  std::string line_text{};  ///< the line itself, for the caret, or the part of a long one that is worth showing
  bool shows_line = true;   ///< false: nobody is to read that line
  int text_column = 1;      ///< column of the first character of `line_text`
  std::size_t length = 1;   ///< characters to underline
  std::string hint{};       ///< "did you mean \"command\"?", or empty
};

/// error: message
///   --> file:line:column
///  6 | comand = "…"
///    | ^^^^^^ did you mean "command"?
/// Every line ends in a line end. Without a column there is no caret, and the hint has a line of its own.
std::string render(const Diagnostic& diagnostic);
/// One after another.
std::string render(const std::vector<Diagnostic>& diagnostics);

}  // namespace rounds
