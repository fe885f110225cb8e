#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "store/store.h"
#include "sys/event_queue.h"
#include "sys/timer.h"

namespace rounds {

/// Sleeps until a commit of any process, or a change of a file, may mean news. Make it before the first look, so that
/// nothing falls in between.
class StoreWatch {
 public:
  explicit StoreWatch(const Store& store);
  /// Further writes to that file are news too; false when it is not there.
  bool add_file(const std::string& path);
  /// False when `deadline` (boot clock) came first. Throws `temporary` when the store was moved away or replaced.
  bool wait(std::optional<std::chrono::nanoseconds> deadline = std::nullopt);

 private:
  const Store& store_;
  FileWatch files_;
  BootTimer timer_;
  EventQueue events_;
};

}  // namespace rounds
