#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "inspect/logs/lines.h"

namespace rounds {

/// Puts the lines of a CSV log together to records: an end of line inside quotes belongs to a field. A record that was
/// never finished (the server died, the disk was full) does not swallow what follows: where quotes cannot be as they
/// stand, and the line begins with a date, a new record begins.
class CsvRecords {
 public:
  /// Takes the next line; true when a record is whole: then `record` is it, valid until the next call.
  bool take(const LogLine& line, std::string_view& record);

 private:
  enum class State { plain, quoted, quote_in_quoted, broken };
  static State scan(State state, std::string_view text);
  std::string held_{};
  State state_ = State::plain;
};

/// The fields of a record, unquoted; `text` beyond an unfinished quotation is the last one.
void split_csv(std::string_view record, std::vector<std::string>& fields);

}  // namespace rounds
