#include "sys/timer.h"

#include <sys/timerfd.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "error.h"

namespace rounds {

namespace {

Fd make_timer(clockid_t clock) {
  Fd fd(timerfd_create(clock, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!fd) throw sys_error("timer", "make");
  return fd;
}

itimerspec absolute(std::chrono::nanoseconds at) {
  const auto positive = std::max(at, std::chrono::nanoseconds(1));  // 0 would disarm
  const auto whole = std::chrono::floor<std::chrono::seconds>(positive);
  itimerspec spec{};
  spec.it_value.tv_sec = whole.count();
  spec.it_value.tv_nsec = (positive - whole).count();
  return spec;
}

}  // namespace

WallTimer::WallTimer() : fd_(make_timer(CLOCK_REALTIME)) {}

void WallTimer::arm(std::optional<Instant> at) {
  if (armed_ && *armed_ == at) return;
  armed_ = at;
  // Far away rather than disarmed: only an armed timer tells that the clock was set.
  constexpr std::chrono::hours kFar{24 * 365 * 200};
  const itimerspec spec = absolute(at ? at->time_since_epoch() : kFar);
  if (timerfd_settime(fd_.get(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &spec, nullptr) != 0 && errno != ECANCELED) {
    throw sys_error("timer", "arm");
  }
}

bool WallTimer::read() {
  armed_.reset();
  std::uint64_t times = 0;
  return ::read(fd_.get(), &times, sizeof times) < 0 && errno == ECANCELED;
}

BootTimer::BootTimer() : fd_(make_timer(CLOCK_BOOTTIME)) {}

void BootTimer::arm(std::optional<std::chrono::nanoseconds> at) {
  if (at == armed_) return;
  armed_ = at;
  const itimerspec spec = at ? absolute(*at) : itimerspec{};
  if (timerfd_settime(fd_.get(), TFD_TIMER_ABSTIME, &spec, nullptr) != 0) throw sys_error("timer", "arm");
}

void BootTimer::read() {
  armed_.reset();
  std::uint64_t times = 0;
  while (::read(fd_.get(), &times, sizeof times) > 0) {
  }
}

}  // namespace rounds
