#include "selftest/vigil.h"

#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>

#include "error.h"

namespace rounds {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

Deadline in(milliseconds length) { return Clock::now() + length; }

int milliseconds_until(Deadline deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::max<milliseconds::rep>(left.count(), 0));
}

Vigil::Vigil() : signals_({SIGINT, SIGTERM, SIGHUP}) {}

std::vector<int> Vigil::wait(const std::vector<int>& fds, Deadline deadline) {
  std::vector<pollfd> entries;
  for (const int fd : fds) entries.push_back({fd, POLLIN, 0});
  entries.push_back({signals_.fd(), POLLIN, 0});
  std::vector<int> ready;
  while (ready.empty()) {
    const int n = poll(entries.data(), entries.size(), milliseconds_until(deadline));
    if (n < 0 && errno != EINTR) throw sys_error("processes", "wait");
    if (n == 0) break;
    if (const auto signals = signals_.read(); !signals.empty()) throw Interrupted{signals.front()};
    for (const pollfd& entry : entries) {
      if (n > 0 && entry.revents != 0 && entry.fd != signals_.fd()) ready.push_back(entry.fd);
    }
  }
  return ready;
}

void Vigil::pause(milliseconds length) { wait({}, in(length)); }

}  // namespace rounds
