#pragma once
#include <optional>

#include "time/now.h"

namespace rounds {

/// What a process hands to itself when it renews its program.
struct Renewal {
  int lock = -1;     ///< the descriptor that holds the scheduler lock
  Due awake_since{};
};

/// Starts this process's program anew with its arguments: same pid, same children, same locks. Throws Error when the
/// program cannot be started; nothing has changed then.
[[noreturn]] void renew_program(const Renewal& renewal);

/// What this process was given by itself, once; nothing when it began as others do.
std::optional<Renewal> take_renewal();

}  // namespace rounds
