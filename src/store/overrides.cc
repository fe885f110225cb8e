#include "store/overrides.h"

#include <nlohmann/json.hpp>

namespace rounds {

std::string overrides_text(const Overrides& overrides) {
  nlohmann::json json = nlohmann::json::object();
  if (overrides.timeout) json["timeout_s"] = overrides.timeout->count();
  if (overrides.retry) json["retry"] = true;
  if (!overrides.extra.empty()) json["extra"] = overrides.extra;
  return json.empty() ? std::string() : json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Overrides overrides_from_text(const std::string& text) {
  Overrides overrides;
  if (text.empty()) return overrides;
  const auto json = nlohmann::json::parse(text);
  if (json.contains("timeout_s")) overrides.timeout = std::chrono::seconds(json["timeout_s"].get<std::int64_t>());
  overrides.retry = json.value("retry", false);
  overrides.extra = json.value("extra", std::vector<std::string>());
  return overrides;
}

}  // namespace rounds
