#pragma once
#include <cstddef>
#include <string>
#include <variant>

namespace rounds {

/// Why a text could not be read, with its place inside that text for the caret.
struct ParseError {
  std::string message;     ///< "cron field \"hour\" is 0-23, got 25"
  std::size_t at = 0;      ///< offset in bytes from the start of the text
  std::size_t length = 1;  ///< bytes to underline
  std::string hint;        ///< "did you mean …", or empty
};

/// A value or the reason why there is none.
template <typename T>
using Parsed = std::variant<T, ParseError>;

}  // namespace rounds
