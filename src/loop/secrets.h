#pragma once
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "core/job.h"
#include "sys/capture.h"

namespace rounds {

/// Values by the names of their variables. They go into the Start message and nowhere else.
using SecretValues = std::map<std::string, std::string>;

/// The secrets of one run on their way from where they are kept: files, credentials and variables are read at once, the
/// programs that print the others run meanwhile, as rounds itself.
class SecretReader {
 public:
  /// Throws StartRefused: the text says which secret cannot be had and why, never anything of it.
  SecretReader(const std::map<std::string, Secret>& secrets, std::chrono::nanoseconds now);

  /// Whether all are there. Throws StartRefused, also when a program takes too long.
  bool complete(std::chrono::nanoseconds now);
  const SecretValues& values() const { return values_; }

  /// Become readable when a program has ended.
  std::vector<int> fds() const;
  bool has_child(pid_t pid) const;
  /// By the boot clock.
  std::chrono::nanoseconds deadline() const { return deadline_; }

 private:
  void take(const std::string& name, std::string value);

  std::chrono::nanoseconds deadline_;
  SecretValues values_;
  std::map<std::string, Capture> running_;
};

}  // namespace rounds
