#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sys/fd.h"

namespace rounds {

/// The one place that waits: descriptors in, those that are ready out.
class EventQueue {
 public:
  EventQueue();
  /// Readable, and writable too when `write` is set; again with another `write` changes it.
  void watch(int fd, bool write = false);
  /// Of a watched one, only the end of its connection counts until it is watched again.
  void mute(int fd);
  /// Before the descriptor is closed by its owner.
  void forget(int fd);
  /// Blocks until something is ready, or `block` is false; the ready descriptors.
  std::vector<int> wait(bool block);

 private:
  Fd epoll_;
};

/// Signals as events: blocked for the process, read from a descriptor.
class SignalQueue {
 public:
  explicit SignalQueue(const std::vector<int>& signals);
  int fd() const { return fd_.get(); }
  std::vector<int> read();

 private:
  Fd fd_;
};

/// Changes below watched paths (inotify).
class FileWatch {
 public:
  struct Change {
    int watch = -1;
    std::uint32_t mask = 0;  ///< IN_…; IN_Q_OVERFLOW: some were lost
    std::string name;        ///< inside a watched directory
  };

  FileWatch();
  int fd() const { return fd_.get(); }
  /// The watch's number, or nothing when there is no such path.
  std::optional<int> add(const std::string& path, std::uint32_t mask);
  /// Also one that ended by itself, because its path went.
  void remove(int watch);
  std::vector<Change> read();

 private:
  Fd fd_;
};

}  // namespace rounds
