#pragma once
#include <string>
#include <vector>

#include "cli/commands.h"

namespace rounds {

enum class Health { ok, warning, problem };

/// One thing that `doctor` looked at.
struct Finding {
  std::string what;
  Health health = Health::ok;
  std::string text;
  std::string hint{};  ///< what to do about it
};

/// All that keeps rounds from its work, or will. Reads only.
std::vector<Finding> examine(const Context& context);

}  // namespace rounds
