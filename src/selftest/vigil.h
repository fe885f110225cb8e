#pragma once
#include <chrono>
#include <vector>

#include "sys/event_queue.h"

namespace rounds {

/// Somebody wants the whole test to end.
struct Interrupted {
  int signal = 0;
};

using Deadline = std::chrono::steady_clock::time_point;
Deadline in(std::chrono::milliseconds length);

/// The one place that waits. INT, TERM and HUP end every wait: they are blocked, and throw Interrupted here.
class Vigil {
 public:
  Vigil();
  /// Those of the descriptors that are readable; none when the deadline came first.
  std::vector<int> wait(const std::vector<int>& fds, Deadline deadline);
  void pause(std::chrono::milliseconds length);

 private:
  SignalQueue signals_;
};

/// Milliseconds from now, rounded up; 0 when it has passed. As poll takes them.
int milliseconds_until(Deadline deadline);

}  // namespace rounds
