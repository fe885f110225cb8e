#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "sys/fd.h"

namespace rounds {

/// A file that serves as a lock between processes. An fcntl record lock: a killed owner lets go, a forked child does
/// not inherit it. One object per file and process, because closing any other descriptor of the file would drop the
/// lock.
///
/// The kernel wakes the first who waits, but whoever asks before that one runs again is served before it; with more
/// processes than processors that is the rule, and the last waits for many turns. So those who wait stand in a queue
/// after Craig, Landin and Hagersten: each holds a byte of its own, its ticket, and waits for the ticket before it.
/// The queue only orders; what excludes is the lock itself, so a ticket lost or given twice does no harm.
class FileLock {
 public:
  /// Opens the file, makes it (0600) when missing; does not lock.
  explicit FileLock(const std::filesystem::path& file);

  /// Waits its turn, however long that takes. One who sleeps in the queue (a stopped process) is overtaken in time.
  void lock();
  /// Waits, but not longer than that, and overtakes the queue; zero: takes the lock only when it is free.
  bool try_lock_for(std::chrono::milliseconds patience);
  void unlock() noexcept;
  /// Changes the file's time, an event (IN_ATTRIB) for whoever watches it.
  void touch() noexcept;

 private:
  bool is_queue_empty() const;
  void wait_in_queue();
  bool draw_ticket(std::int64_t& ticket);

  std::string file_;
  Fd fd_;
};

}  // namespace rounds
