#include "config/field.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/suggest.h"
#include "core/size.h"

namespace rounds {

namespace {

constexpr std::size_t kQuotedBytes = 40;  ///< longer strings are not repeated in a message

std::string describe_date_time(const DateTime& value) {
  return value.date && value.time ? "a date with a time" : value.date ? "a date" : "a time of day";
}

/// "the integer 90": what stands in the file.
std::string describe(const Node& node) {
  struct Describe {
    std::string operator()(const std::string& s) const {
      return s.size() <= kQuotedBytes ? fmt::format("the string \"{}\"", s) : "a string";
    }
    std::string operator()(std::int64_t i) const { return fmt::format("the integer {}", i); }
    std::string operator()(double d) const { return fmt::format("the number {}", d); }
    std::string operator()(bool b) const { return fmt::format("the boolean {}", b); }
    std::string operator()(const DateTime& d) const { return describe_date_time(d); }
    std::string operator()(const Array&) const { return "an array"; }
    std::string operator()(const Table&) const { return "a table"; }
  };
  return std::visit(Describe{}, node.value);
}

/// Strings where something else is due, and the other way round, are mostly a matter of quotes.
std::string unquoted_hint(const Field& field) {
  const auto* text = std::get_if<std::string>(&field.node.value);
  return text && text->size() <= kQuotedBytes ? fmt::format("without quotes: {} = {}", field.name, *text) : "";
}

}  // namespace

void Field::error(std::string message, std::string hint) const {
  problems.error(node.place, std::move(message), std::move(hint));
}

void Field::error_inside(const ParseError& error, std::string_view content) const {
  problems.error(problems.source().inside(node.place, content, error.at, error.length), error.message, error.hint);
}

void Field::wrong_type(std::string_view allowed, std::string hint) const {
  const std::string got = problems.discreet() ? std::string() : ", got " + describe(node);
  error(fmt::format("\"{}\" takes {}{}", name, allowed, got), std::move(hint));
}

std::optional<std::string> read_text(const Field& field, std::string_view allowed) {
  const auto* text = std::get_if<std::string>(&field.node.value);
  if (!text) {
    field.wrong_type(allowed);
    return std::nullopt;
  }
  if (text->find('\0') != std::string::npos) {
    field.error(fmt::format("\"{}\" cannot contain a NUL byte", field.name));
    return std::nullopt;
  }
  return *text;
}

std::optional<bool> read_bool(const Field& field) {
  const auto* value = std::get_if<bool>(&field.node.value);
  if (value) return *value;
  field.wrong_type("true or false", unquoted_hint(field));
  return std::nullopt;
}

std::optional<int> read_integer(const Field& field, int lowest, int highest) {
  const auto* value = std::get_if<std::int64_t>(&field.node.value);
  if (!value) {
    field.wrong_type("an integer", unquoted_hint(field));
    return std::nullopt;
  }
  if (*value < lowest || *value > highest) {
    field.error(fmt::format("\"{}\" is {} to {}, got {}", field.name, lowest, highest, *value));
    return std::nullopt;
  }
  return static_cast<int>(*value);
}

std::optional<Span> read_span(const Field& field) {
  constexpr std::string_view allowed = "a length such as \"90s\" or \"2h30m\"";
  if (const auto* bare = std::get_if<std::int64_t>(&field.node.value)) {
    field.wrong_type(allowed, fmt::format("with a unit: {} = \"{}s\"", field.name, *bare));
    return std::nullopt;
  }
  const auto text = read_text(field, allowed);
  if (!text) return std::nullopt;
  const Parsed<Span> parsed = parse_span(*text);
  if (const auto* span = std::get_if<Span>(&parsed)) return *span;
  field.error_inside(std::get<ParseError>(parsed), *text);
  return std::nullopt;
}

std::optional<std::chrono::seconds> read_seconds(const Field& field) {
  const auto span = read_span(field);
  return span ? std::optional(span->flat()) : std::nullopt;
}

std::optional<std::int64_t> read_size(const Field& field) {
  constexpr std::string_view allowed = "a size such as \"1 MiB\"";
  if (const auto* bare = std::get_if<std::int64_t>(&field.node.value)) {
    field.wrong_type(allowed, fmt::format("with a unit: {} = \"{} B\"", field.name, *bare));
    return std::nullopt;
  }
  const auto text = read_text(field, allowed);
  if (!text) return std::nullopt;
  const Parsed<std::int64_t> parsed = parse_size(*text);
  if (const auto* bytes = std::get_if<std::int64_t>(&parsed)) return *bytes;
  field.error_inside(std::get<ParseError>(parsed), *text);
  return std::nullopt;
}

std::optional<std::int64_t> read_output_max(const Field& field) {
  constexpr std::int64_t least = 64 * 1024;
  const auto size = read_size(field);
  if (!size || *size >= least) return size;
  field.error(fmt::format("\"{}\" is at least {}, got {}", field.name, size_text(least), size_text(*size)));
  return std::nullopt;
}

std::optional<std::string> read_choice(const Field& field, const std::vector<std::string>& words) {
  const std::string allowed = fmt::format("one of {}", fmt::join(words, ", "));
  const auto text = read_text(field, allowed);
  if (!text) return std::nullopt;
  for (const std::string& word : words) {
    if (word == *text) return word;
  }
  const auto near = nearest(*text, words);
  field.error(fmt::format("\"{}\" is {}, got \"{}\"", field.name, allowed, *text),
              near ? fmt::format("did you mean \"{}\"?", *near) : "");
  return std::nullopt;
}

std::optional<Table> read_table(const Field& field, std::string_view allowed) {
  const auto* table = std::get_if<Table>(&field.node.value);
  if (table) return *table;
  field.wrong_type(allowed);
  return std::nullopt;
}

std::optional<std::vector<std::string>> read_words(const Field& field) {
  constexpr std::string_view allowed = "an array of strings";
  return read_array<std::string>(field, allowed, [allowed](const Field& item) -> std::optional<std::string> {
    auto word = read_text(item, allowed);
    if (!word || !word->empty()) return word;
    item.error(fmt::format("\"{}\" cannot contain an empty string", item.name));
    return std::nullopt;
  });
}

std::optional<std::vector<int>> read_codes(const Field& field) {
  constexpr int highest = 255;
  return read_array<int>(field, "an array of exit codes",
                         [](const Field& item) { return read_integer(item, 0, highest); });
}

}  // namespace rounds
