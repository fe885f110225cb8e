#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rounds::host {

/// What a program printed and how it ended.
struct ProgramResult {
  int status = 0;  ///< exit code; 128 and the signal when one ended it
  std::string output{};
};

/// Runs the program, found by our PATH, and waits for it as long as allowed. Nothing when it could not be started, took
/// too long or printed more than `most_bytes`; then all of its process group is killed.
std::optional<ProgramResult> run_program(const std::vector<std::string>& argv, std::chrono::milliseconds limit,
                                         std::size_t most_bytes = 64 << 20);
/// The same, with the output handed over as it comes, in any amount; returns the status.
std::optional<int> stream_program(const std::vector<std::string>& argv, std::chrono::milliseconds limit,
                                  const std::function<void(std::string_view)>& sink);
/// True when PATH has a program of that name.
bool has_program(const std::string& name);

}  // namespace rounds::host
