#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/toml.h"
#include "time/duration.h"

namespace rounds {

/// A value on its way into a job, with what an error about it needs. The readers below return nothing after they
/// have reported why.
struct Field {
  std::string name;  ///< of its key: "timeout"
  const Node& node;
  Problems& problems;

  void error(std::string message, std::string hint = {}) const;
  /// A problem with a part of a string's content, in bytes.
  void error_inside(const ParseError& error, std::string_view content) const;
  /// `"timeout" takes a length such as "90s", got the integer 90`
  void wrong_type(std::string_view allowed, std::string hint = {}) const;
};

std::optional<std::string> read_text(const Field& field, std::string_view allowed = "a string");
std::optional<bool> read_bool(const Field& field);
std::optional<int> read_integer(const Field& field, int lowest, int highest);
std::optional<Span> read_span(const Field& field);
std::optional<std::chrono::seconds> read_seconds(const Field& field);
/// Bytes.
std::optional<std::int64_t> read_size(const Field& field);
/// A size from 64 KiB on: less is kept of no output.
std::optional<std::int64_t> read_output_max(const Field& field);
/// One of the words; a near miss gets a suggestion.
std::optional<std::string> read_choice(const Field& field, const std::vector<std::string>& words);
std::optional<Table> read_table(const Field& field, std::string_view allowed = "a table");
/// Each item of an array by that reader; nothing when one of them is wrong.
template <typename T>
std::optional<std::vector<T>> read_array(const Field& field, std::string_view allowed,
                                         const std::function<std::optional<T>(const Field&)>& read_item) {
  const auto* array = std::get_if<Array>(&field.node.value);
  if (!array) {
    field.wrong_type(allowed);
    return std::nullopt;
  }
  std::vector<T> items;
  for (const Node& node : *array) {
    if (auto item = read_item(Field{field.name, node, field.problems})) items.push_back(std::move(*item));
  }
  return items.size() == array->size() ? std::optional(std::move(items)) : std::nullopt;
}
/// Strings, none of them empty.
std::optional<std::vector<std::string>> read_words(const Field& field);
/// Exit codes, 0 to 255.
std::optional<std::vector<int>> read_codes(const Field& field);

/// Moves what was read into its place; what was refused leaves the place as it is.
template <typename To, typename From>
bool assign(To& to, std::optional<From>&& from) {
  if (from) to = std::move(*from);
  return from.has_value();
}

}  // namespace rounds
