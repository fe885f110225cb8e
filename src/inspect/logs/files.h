#pragma once
#include <cstdint>
#include <ctime>
#include <string>
#include <vector>

#include "time/now.h"

namespace rounds {

/// A log file as it lies in its folder.
struct LogFile {
  std::string path{};
  std::uint64_t bytes = 0;
  std::uint64_t begin =
      0;                   ///< of its data: a file that was cut to nothing while a server writes on has a hole in front
  Due written{};           ///< for the last time
  std::string obstacle{};  ///< why it cannot be read; empty: it can
  enum class Packing { none, gzip, other } packing = Packing::none;
};

/// The regular files that the patterns and folders name, the newest first. A pattern without a file, or a file that we
/// may not see, is there with its obstacle.
std::vector<LogFile> find_logs(const std::vector<std::string>& patterns);

/// The name without the ending of a compressed file.
std::string unpacked_name(const std::string& path);

}  // namespace rounds
