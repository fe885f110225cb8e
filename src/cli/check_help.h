#pragma once
#include <string>

#include "cli/options.h"

namespace rounds {

/// `checks`: a table of all; `check ID` or `ID`: what that check asks, why, and what to do. Returns the exit status.
int help_on_checks(const std::string& topic, const GlobalOptions& global);

}  // namespace rounds
