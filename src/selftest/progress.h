#pragma once
#include <chrono>
#include <string>

namespace rounds {

/// A line on standard error that says how far a long work is; only on a terminal, and only once it takes long.
class Progress {
 public:
  Progress();
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const std::string& what, int done, int all);
  void clear();

 private:
  bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point quiet_until_;
};

}  // namespace rounds
