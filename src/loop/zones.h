#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "loop/state.h"

namespace rounds {

/// Notices that the zone database was updated under the loop, which reads a zone only once.
class ZoneWatch {
 public:
  ZoneWatch();
  /// Changes come here; watch it for reading.
  int fd() const { return watch_.fd(); }
  void note_changes(Now now);
  /// HUP: look whatever the file system said.
  void note_all(Now now) { look_at_ = now.boot; }
  /// When to look: an update touches many files; the boot clock.
  std::optional<std::chrono::nanoseconds> next_look() const { return look_at_; }
  /// True once it is time and the database is another than this process knows.
  bool outdated(Now now);

 private:
  FileWatch watch_;
  std::string folder_;
  std::string version_;
  std::optional<std::chrono::nanoseconds> look_at_;
};

/// Inside Store::write, at start: when the zone database or the default timezone is another than at the start before,
/// the dues that lie elsewhere by now are moved, each with an event.
void follow_zones(LoopState& state);

}  // namespace rounds
