#pragma once
#include <chrono>
#include <optional>

#include "sys/fd.h"
#include "time/now.h"

namespace rounds {

/// A timer by the wall clock that also goes off when the clock is set.
class WallTimer {
 public:
  WallTimer();
  int fd() const { return fd_.get(); }
  /// Goes off at that instant, at once when it has passed; never when there is none. Being set still wakes.
  void arm(std::optional<Instant> at);
  /// Swallows what went off; true when the clock was set.
  bool read();

 private:
  Fd fd_;
  std::optional<std::optional<Instant>> armed_;  ///< as it stands now: setting a timer is not free
};

/// A timer by the boot clock, for lengths: unmoved by steps of the wall clock, running on in suspend.
class BootTimer {
 public:
  BootTimer();
  int fd() const { return fd_.get(); }
  void arm(std::optional<std::chrono::nanoseconds> at);
  void read();

 private:
  Fd fd_;
  std::optional<std::chrono::nanoseconds> armed_;
};

}  // namespace rounds
