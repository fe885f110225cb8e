#pragma once
#include <chrono>
#include <filesystem>
#include <string>

#include "sys/fd.h"

namespace rounds {

/// A file that serves as a lock between processes, passed on in the order in which they asked. An fcntl
/// record lock: a killed owner lets go, a forked child does not inherit it. One object per file and
/// process, because closing any other descriptor of the file would drop the lock.
class FileLock {
 public:
  /// Opens the file, makes it (0600) when missing; does not lock.
  explicit FileLock(const std::filesystem::path& file);

  /// Waits its turn, however long that takes.
  void lock();
  /// Waits its turn, but not longer than that; zero: takes the lock only when it is free.
  bool try_lock_for(std::chrono::milliseconds patience);
  void unlock() noexcept;
  /// Changes the file's time, an event (IN_ATTRIB) for whoever watches it.
  void touch() noexcept;

 private:
  std::string file_;
  Fd fd_;
};

}  // namespace rounds
