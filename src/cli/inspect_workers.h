#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace rounds {

/// A piece of work for a process of its own; returns what it has to say.
struct Work {
  std::string host{};  ///< at most two of the same host at once; empty: of no host
  std::function<std::string()> run{};
};

/// Does each in a forked process, so many at once, and gives back what each said, in their order. Nothing for one that
/// crashed or was not done at the end of the time: it was killed. This process must have one thread.
std::vector<std::optional<std::string>> do_in_processes(const std::vector<Work>& works, int parallel,
                                                        std::chrono::milliseconds time);

}  // namespace rounds
