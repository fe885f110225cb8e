#pragma once
#include <filesystem>
#include <optional>

#include <sys/types.h>

#include "sys/fd.h"

namespace rounds {

/// One scheduler per store: an fcntl record lock on `STORE.lock`. The file is opened once a process:
/// closing any other descriptor of it would drop the lock. Never OFD or flock: children inherit those.
class SchedulerLock {
 public:
  /// Opens the file beside the store's real path; does not lock.
  explicit SchedulerLock(const std::filesystem::path& store_file);
  /// The lock that this process held already when it renewed its program, by the descriptor that it kept.
  SchedulerLock(const std::filesystem::path& store_file, Fd kept);
  /// True when this process holds it now. Never waits, never steals, also from a stopped process.
  bool try_lock();
  /// Gives it up, and touches the file: whoever waits for its turn watches it.
  void unlock();
  /// The process that holds it, when another one does.
  std::optional<pid_t> holder() const;
  int fd() const { return fd_.get(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  Fd fd_;
};

}  // namespace rounds
