#pragma once
#include <string_view>
#include <vector>

namespace rounds {

struct HelpTopic {
  std::string_view name;
  std::string_view summary;
  std::string_view text;
};
/// What `rounds help TOPIC` explains beside commands.
const std::vector<HelpTopic>& help_topics();

}  // namespace rounds
