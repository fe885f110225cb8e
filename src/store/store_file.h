#pragma once
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace rounds {

// The store as a file among files: where it really lies, whether it may lie there.

/// Which file a path names.
struct FileId {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const FileId&) const = default;
};

/// The absolute path with all symbolic links resolved; the file itself may be missing.
std::filesystem::path real_path(const std::filesystem::path& file);

/// Has the folder remember its names through a power cut.
void sync_folder(const std::filesystem::path& folder);
/// Makes the folder and those above it, each 0700.
void make_private_folders(const std::filesystem::path& folder);
/// Makes an empty file (0600) unless there is one, and has the folder remember it through a power cut.
void make_private_file(const std::filesystem::path& file);

/// The kind of network file system with that number of statfs(2); empty: a local one.
std::string network_file_system(std::uint32_t type);
/// Throws `config` when the folder lies on another machine: locks and shared memory do not reach there.
void require_local(const std::filesystem::path& folder);

/// Identifies the file. Throws `not_found`, or `config` when it is no regular file or has a second name:
/// SQLite's log belongs to one name.
FileId identify(const std::filesystem::path& file);

/// As root, throws `permission` when anybody else may write the file or folder, or owns it: whoever can change a store
/// decides what is run.
void require_trust(const std::filesystem::path& path);

}  // namespace rounds
