#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/options.h"
#include "cli/terminal.h"
#include "time/now.h"

namespace rounds {

/// Text that is JSON already.
struct Json {
  std::string text;
};
/// What a program reads in a cell; the empty one is null.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::string>, Json>;

/// `YYYY-MM-DDTHH:MM:SSZ`, with `.mmm` for measured instants; null when absent.
Value value_of(Due due);
Value value_of(Instant instant);
Value value_of(const std::optional<Due>& due);
Value value_of(const std::optional<Instant>& instant);
template <typename T>
Value value_of(const std::optional<T>& v) {
  return v ? Value(*v) : Value();
}

struct Cell {
  Value value;
  std::string shown{};  ///< what people read; empty: the value as text, `-` for null
  Tone tone = Tone::plain;
};

struct Column {
  std::string key;     ///< its name in --columns, CSV and JSON
  std::string title;   ///< heading for people; empty: only in data, or when asked for
  bool right = false;  ///< numbers stand at the right
};

/// Rows that print in every --format. Each row has one cell a column.
struct Listing {
  std::string name;  ///< key of the rows in JSON: "jobs"
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  bool titled = true;  ///< people see the headings
};

/// Prints in the format asked for. `--columns a,b` chooses and orders, `--columns help` lists the columns; an
/// unknown one throws Error `usage` with a suggestion. On a terminal the widest columns are shortened to fit.
void print_table(const Listing& table, const GlobalOptions& global);
/// The values alone, tab-separated, no heading: `--plain`.
void print_plain(const Listing& table, const GlobalOptions& global);
/// True where a person reads a table: the only place for summaries and hints.
bool for_people(const GlobalOptions& global);

/// A value as plain text: lists joined by commas, null empty.
std::string to_text(const Value& value);

}  // namespace rounds
