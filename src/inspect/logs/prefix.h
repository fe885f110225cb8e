#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "inspect/logs/entry.h"

namespace rounds {

/// A log_line_prefix, taken apart: what stands between literal text, and where %q ends it for processes without a session.
class LogPrefix {
 public:
  explicit LogPrefix(std::string_view format);
  const std::string& format() const { return format_; }
  /// It says the time: without one no line can be placed.
  bool has_time() const;
  /// Reads a line's prefix, severity and message; `stamped` for DETAIL and its like, and for severities in a language that
  /// is not known.
  LineKind parse(std::string_view line, LogEntry& entry) const;

 private:
  struct Piece {
    char escape = 0;  ///< the letter; 0: literal text
    std::string literal{};
  };
  bool match(std::size_t piece, std::string_view rest, LogEntry& entry, int& tries) const;
  bool match_text(std::size_t piece, std::string_view rest, LogEntry& entry, int& tries) const;
  std::string format_;
  std::vector<Piece> pieces_{};
};

}  // namespace rounds
