#pragma once
#include <stdexcept>
#include <string>

#include "core/run.h"

namespace rounds {

/// A start that cannot be: the run's verdict is `not_started`, with this reason and text.
struct StartRefused : std::runtime_error {
  StartRefused(Reason why, const std::string& text) : std::runtime_error(text), reason(why) {}
  Reason reason;
};

}  // namespace rounds
