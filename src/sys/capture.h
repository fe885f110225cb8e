#pragma once
#include <string>
#include <vector>

#include "sys/process.h"

namespace rounds {

/// A program of which only what it prints and how it ends is wanted. It is killed with all of its process group when it is
/// no longer waited for; then whoever reaps our strays reaps it, for a disk may keep it from dying at once. It may print
/// as much as a pipe holds (64 KiB): more of it blocks.
class Capture {
 public:
  /// `argv` is found by our PATH. Throws Error when it cannot be started.
  Capture(const std::vector<std::string>& argv, const std::vector<std::string>& environment);
  Capture(Capture&& other) noexcept;
  Capture& operator=(Capture&& other) = delete;
  ~Capture();

  /// Readable once it has ended.
  int fd() const { return pidfd_.get(); }
  pid_t pid() const { return pid_; }
  /// How it ended; nothing while it lives. Reaps it the first time.
  const std::optional<ExitInfo>& end();
  /// What it printed, once it has ended.
  std::string output();

 private:
  Fd reader_;
  pid_t pid_ = 0;
  Fd pidfd_;
  std::optional<ExitInfo> end_;
};

}  // namespace rounds
