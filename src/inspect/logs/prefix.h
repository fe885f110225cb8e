#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "inspect/logs/entry.h"

namespace rounds {

/// A log_line_prefix, taken apart: what stands between literal text, and where %q ends it for processes without a
/// session.
class LogPrefix {
 public:
  explicit LogPrefix(std::string_view format);
  const std::string& format() const { return format_; }
  /// It says the time: without one no line can be placed.
  bool has_time() const { return has_time_; }
  /// Reads a line's prefix, severity and message.
  bool parse_entry(std::string_view line, LogEntry& entry) const;
  /// The same; `stamped` for DETAIL and its like, and for severities in a language that is not known.
  LineKind parse(std::string_view line, LogEntry& entry) const;

 private:
  struct Piece {
    char escape = 0;  ///< the letter; 0: literal text
    std::string literal{};
  };
  /// A line that is being read.
  struct Attempt {
    LogEntry& entry;
    bool any_label;  ///< also one that is no severity
    int tries;
  };
  bool match(std::size_t piece, std::string_view rest, Attempt& attempt) const;
  bool match_text(std::size_t piece, std::string_view rest, Attempt& attempt) const;
  bool match_line(std::string_view line, LogEntry& entry, bool any_label) const;
  std::string format_;
  std::vector<Piece> pieces_{};
  bool has_time_ = false;
};

}  // namespace rounds
