#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "store/store.h"

namespace rounds {

/// What was last seen of a job file: only a changed one is parsed again.
struct JobFile {
  std::string path{};
  std::int64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::uint64_t inode = 0;
  std::uint64_t hash = 0;  ///< of the content
  std::string problems{};  ///< as shown to people; empty: it parses
};

std::vector<JobFile> all_files(Store& store);
void save_file(Store& store, const JobFile& file);        ///< inside Store::write
void forget_file(Store& store, const std::string& path);  ///< inside Store::write

}  // namespace rounds
