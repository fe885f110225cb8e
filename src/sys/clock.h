#pragma once
#include "time/now.h"

namespace rounds {

/// Reads both clocks.
Now read_clock();

}  // namespace rounds
