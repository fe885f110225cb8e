#include "store/overrides.h"

#include <nlohmann/json.hpp>

#include "core/utf8.h"
#include "error.h"

namespace rounds {

namespace {

/// JSON holds text only, and another argument than the one that was asked for would be worse than none.
void require_text(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (!is_utf8(argument)) throw Error(Fault::usage, "argument \"" + escape_text(argument) + "\" is not valid UTF-8");
  }
}

}  // namespace

std::string overrides_text(const Overrides& overrides) {
  require_text(overrides.extra);
  for (const auto& [name, value] : overrides.params) require_text({value});
  nlohmann::json json = nlohmann::json::object();
  if (overrides.timeout) json["timeout_s"] = overrides.timeout->count();
  if (overrides.retry) json["retry"] = true;
  if (overrides.parallel != 0) json["parallel"] = overrides.parallel;
  if (!overrides.extra.empty()) json["extra"] = overrides.extra;
  if (!overrides.params.empty()) json["params"] = overrides.params;
  if (!overrides.hook.empty()) json["hook"] = overrides.hook;
  if (overrides.about != 0) json["about"] = overrides.about;
  return json.empty() ? std::string() : json.dump();
}

Overrides overrides_from_text(const std::string& text) {
  Overrides overrides;
  if (text.empty()) return overrides;
  const auto json = nlohmann::json::parse(text);
  if (json.contains("timeout_s")) overrides.timeout = std::chrono::seconds(json["timeout_s"].get<std::int64_t>());
  overrides.retry = json.value("retry", false);
  overrides.parallel = json.value("parallel", 0);
  overrides.extra = json.value("extra", std::vector<std::string>());
  overrides.params = json.value("params", overrides.params);
  overrides.hook = json.value("hook", std::string());
  overrides.about = json.value("about", std::int64_t{0});
  return overrides;
}

}  // namespace rounds
