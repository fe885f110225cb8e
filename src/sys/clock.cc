#include "sys/clock.h"

#include <time.h>

namespace rounds {

namespace {

std::chrono::nanoseconds read(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

}  // namespace

Now read_clock() {
  return {Instant(std::chrono::duration_cast<std::chrono::milliseconds>(read(CLOCK_REALTIME))), read(CLOCK_BOOTTIME)};
}

}  // namespace rounds
