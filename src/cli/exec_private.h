#pragma once
#include <string>
#include <vector>

#include "cli/commands.h"

namespace rounds {

/// Becomes the private executable of that name, with these words of a command line and the context's global options.
/// Throws Error when it cannot be started.
[[noreturn]] void exec_private(const std::string& name, std::vector<std::string> words, const Context& context);

}  // namespace rounds
