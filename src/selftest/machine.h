#pragma once
#include <filesystem>
#include <string>

namespace rounds {

/// What the figures of a test depend on.
struct Machine {
  std::string kernel;  ///< "Linux 6.1.0-18-amd64"
  unsigned cores = 0;
  std::string file_system;  ///< of the folder: "ext4"; "?" where the system does not tell
};

Machine look_at_machine(const std::filesystem::path& folder);

}  // namespace rounds
