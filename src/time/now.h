#pragma once
#include <chrono>

namespace rounds {

/// A due moment: whole seconds, UTC.
using Due = std::chrono::sys_seconds;
/// A measured moment: milliseconds, UTC.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// Both clocks, read once a turn and handed down: due times go by `wall`, timeouts by `boot`.
struct Now {
  Instant wall;
  std::chrono::nanoseconds boot{};  ///< CLOCK_BOOTTIME: goes on during suspend, never steps

  Due due() const { return std::chrono::floor<std::chrono::seconds>(wall); }
};

}  // namespace rounds
