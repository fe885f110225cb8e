#pragma once
#include "core/run.h"

namespace rounds {

/// The exit status that an ended run stands for, as `run-now` and `wait` give it. Says why on standard error where the
/// number alone does not.
int exit_of(const Run& run);

}  // namespace rounds
