#include <nlohmann/json.hpp>

#include "core/json.h"
#include "store/columns.h"

namespace rounds {

std::string json_list(const std::vector<std::string>& words) {
  JsonWriter json;
  json.begin_array();
  for (const std::string& word : words) json.value(word);
  return json.end_array().text();
}

std::vector<std::string> words_of_json_list(const std::string& json) {
  return nlohmann::json::parse(json).get<std::vector<std::string>>();
}

}  // namespace rounds
