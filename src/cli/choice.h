#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "error.h"
#include "time/duration.h"
#include "time/now.h"
#include "time/parsed.h"
#include "time/zone.h"

namespace rounds {

// Values of options: each throws Error `usage` that names the option, what it got and what it takes.

/// "no KIND "value"" with the nearest choice, or all of them, as hint: enum values, columns, topics.
[[noreturn]] void refuse_choice(std::string_view kind, const std::string& value,
                                const std::vector<std::string>& choices);
void require_choice(std::string_view kind, const std::string& value, const std::vector<std::string>& choices);

/// `a,b` as its parts; empty ones are left out.
std::vector<std::string> split_at_commas(const std::string& text);

/// `NAME=VALUE`
struct Assignment {
  std::string name, value;
};
/// The error does not repeat the value: it may be a secret.
Assignment read_assignment(std::string_view option, const std::string& text);

/// A length such as 2h30m.
Span read_length(std::string_view option, const std::string& text);
/// A moment as parse_moment reads it; `past`: lengths count back from now.
Due read_moment(std::string_view option, const std::string& text, Due now, const Zone& zone, bool past);
Zone read_zone(std::string_view option, const std::string& name);

/// The value, or the ParseError as Error `usage` that begins with the option and the text it got.
template <typename T>
T value_or_refuse(std::string_view option, const std::string& text, Parsed<T> parsed) {
  if (const auto* error = std::get_if<ParseError>(&parsed)) {
    throw Error(Fault::usage, std::string(option) + " \"" + text + "\": " + error->message, error->hint);
  }
  return std::get<T>(std::move(parsed));
}

}  // namespace rounds
