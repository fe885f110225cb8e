#include "inspect/sql_text.h"

#include <fmt/format.h>

#include <cctype>

namespace rounds {

namespace {

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// The end of what begins at `at` and goes on until `close`, that included.
std::size_t end_of(std::string_view sql, std::size_t at, std::string_view close) {
  const std::size_t end = sql.find(close, at);
  return end == std::string_view::npos ? sql.size() : end + close.size();
}

/// The end of a piece that no parameter can stand in; `at` when none begins there.
std::size_t skip(std::string_view sql, std::size_t at) {
  const std::string_view rest = sql.substr(at);
  if (rest.starts_with("'") || rest.starts_with("\"") || rest.starts_with("`"))
    return end_of(sql, at + 1, rest.substr(0, 1));
  if (rest.starts_with("--")) return end_of(sql, at, "\n");
  if (rest.starts_with("/*")) return end_of(sql, at, "*/");
  if (rest.starts_with("::")) return at + 2;
  if (rest.starts_with(":=")) return at + 2;
  return at;
}

std::string literal(const SqlValue& value, const std::function<std::string(const std::string&)>& quote) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  if (const auto* text = std::get_if<std::string>(&value)) return quote(*text);
  return "NULL";
}

}  // namespace

std::string with_literals(std::string_view sql, const Parameters& parameters,
                          const std::function<std::string(const std::string&)>& quote) {
  std::string text;
  std::size_t at = 0;
  while (at < sql.size()) {
    if (const std::size_t end = skip(sql, at); end > at) {
      text += sql.substr(at, end - at);
      at = end;
      continue;
    }
    std::size_t end = at + 1;
    const bool begins_name = sql[at] == ':' && end < sql.size() && is_name(sql[end]) &&
                             std::isdigit(static_cast<unsigned char>(sql[end])) == 0;
    if (!begins_name) {
      text += sql[at++];
      continue;
    }
    while (end < sql.size() && is_name(sql[end])) ++end;
    const auto found = parameters.find(std::string(sql.substr(at + 1, end - at - 1)));
    text += found == parameters.end() ? "NULL" : literal(found->second, quote);
    at = end;
  }
  return text;
}

}  // namespace rounds
