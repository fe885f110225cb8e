#include "selftest/progress.h"

#include <unistd.h>

#include <cstdio>

namespace rounds {

namespace {

constexpr std::chrono::milliseconds kPatience{300};

}  // namespace

Progress::Progress()
    : terminal_(isatty(STDERR_FILENO) == 1), quiet_until_(std::chrono::steady_clock::now() + kPatience) {}

void Progress::show(const std::string& what, int done, int all) {
  if (!terminal_ || std::chrono::steady_clock::now() < quiet_until_) return;
  std::fprintf(stderr, "\r\x1b[K%s: %d of %d", what.c_str(), done, all);
  shown_ = true;
}

void Progress::clear() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

}  // namespace rounds
