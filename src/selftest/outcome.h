#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "selftest/machine.h"
#include "selftest/trials.h"

namespace rounds {

/// A whole selftest.
struct Outcome {
  Machine machine{};
  std::uint64_t seed = 0;
  std::filesystem::path folder{};
  bool kept = false;  ///< the folder is
  std::vector<Trial> trials{};
};

/// `rounds 0.1.0 on Linux 6.1.0, 2 cores, ext4, seed 7, in /var/lib/rounds/rounds-selftest-x7Kd2a`
std::string heading(const Outcome& outcome);
/// The table and the summary, or the whole as JSON.
void print_outcome(const Outcome& outcome, const GlobalOptions& global);
/// No trial has a problem.
bool held(const Outcome& outcome);

}  // namespace rounds
