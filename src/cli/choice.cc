#include "cli/choice.h"

#include <algorithm>

#include <fmt/format.h>

#include "config/suggest.h"
#include "config/zones.h"
#include "time/stamp.h"

namespace rounds {

void refuse_choice(std::string_view kind, const std::string& value, const std::vector<std::string>& choices) {
  const std::optional<std::string> near = nearest(value, choices);
  const std::string hint =
      near ? fmt::format("did you mean \"{}\"?", *near) : fmt::format("one of: {}", fmt::join(choices, ", "));
  throw Error(Fault::usage, fmt::format("no {} \"{}\"", kind, value), hint);
}

void require_choice(std::string_view kind, const std::string& value, const std::vector<std::string>& choices) {
  if (std::find(choices.begin(), choices.end(), value) == choices.end()) refuse_choice(kind, value, choices);
}

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

Span read_length(std::string_view option, const std::string& text) {
  return value_or_refuse(option, text, parse_span(text));
}

Due read_moment(std::string_view option, const std::string& text, Due now, const Zone& zone, bool past) {
  return value_or_refuse(option, text, parse_moment(text, now, zone, past));
}

Zone read_zone(std::string_view option, const std::string& name) {
  if (const std::optional<Zone> zone = Zone::load(name)) return *zone;
  throw Error(Fault::usage, fmt::format("{} \"{}\": no such time zone on this system", option, name), zone_hint(name));
}

Assignment read_assignment(std::string_view option, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) throw Error(Fault::usage, std::string(option) + ": expected NAME=VALUE");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace rounds
