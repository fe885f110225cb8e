#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "time/now.h"
#include "time/parsed.h"
#include "time/zone.h"

namespace rounds {

/// Values that a job gives to its runs, by name: what `{{ params.NAME }}` and ROUNDS_PARAM_NAME stand for.
using Params = std::map<std::string, std::string>;

/// Why that is no name of a parameter: `[a-z][a-z0-9_]{0,63}`; empty when it is one.
std::string param_refusal(std::string_view name);

/// What templates speak of.
struct TemplateValues {
  std::string job{};
  std::int64_t run_id = 0;
  int attempt = 1;
  Due due{};
  Due window_start{};
  Due window_end{};
  Params params{};
  Zone zone = Zone::utc();  ///< in which `date` and the days of `add` are read
};

/// What is wrong with the templates `{{ NAME | FILTER:ARGUMENT | … }}` in that text; nothing when they can be filled in.
/// Null `params`: any parameter may be named.
std::optional<ParseError> template_refusal(std::string_view text, const Params* params);

/// The text with its templates filled in; what is filled in is not read again. A moment without `date`, `utc` or
/// `epoch` reads as in ROUNDS_DUE. Throws `internal` for a text that `template_refusal` refuses.
std::string fill_in(std::string_view text, const TemplateValues& values);

}  // namespace rounds
