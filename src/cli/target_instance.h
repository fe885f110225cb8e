#pragma once
#include "core/target.h"
#include "inspect/engine.h"

namespace rounds {

/// The target as the engines take it, its password fetched from where it is kept. Throws Error when it cannot be had.
Instance instance_of(const Target& target);
/// The same without its password.
Instance unlocked_instance_of(const Target& target);

}  // namespace rounds
