#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "inspect/backup.h"
#include "sys/fd.h"

namespace rounds::backup {

using Until = std::chrono::steady_clock::time_point;
inline bool is_over(Until until) { return std::chrono::steady_clock::now() >= until; }

/// A file that is read here and there. Throws Error when it cannot be opened or read.
class Bytes {
 public:
  explicit Bytes(const std::string& path);
  const std::string& path() const { return path_; }
  std::int64_t size() const { return size_; }
  /// Fewer bytes at the end of the file.
  std::string at(std::int64_t offset, std::size_t count) const;
  std::string last(std::size_t count) const;

 private:
  std::string path_;
  Fd fd_;
  std::int64_t size_ = 0;
};

/// Reads a file from front to back through a window.
class Cursor {
 public:
  struct AtEnd {};  ///< thrown when the file ends too early
  explicit Cursor(const Bytes& bytes, std::int64_t at = 0) : bytes_(bytes), at_(at) {}
  std::int64_t where() const { return at_; }
  bool done() const { return at_ >= bytes_.size(); }
  void go(std::int64_t at) { at_ = at; }
  unsigned byte();
  std::string text(std::size_t count);
  /// A little-endian number of so many bytes.
  std::uint64_t number(int count);
  void skip(std::int64_t count);

 private:
  const Bytes& bytes_;
  std::int64_t at_;
  std::string window_{};
  std::int64_t window_at_ = 0;
};

/// Both ends of what was uncompressed, or of a file.
struct Ends {
  static constexpr std::size_t kMost = 16 * 1024;
  std::string head{}, tail{};
  std::int64_t total = 0;
  void add(std::string_view bytes);
};
Ends ends_of(const Bytes& bytes);

/// Judges by the ends: plain dumps, tar, SQLite.
BackupContent judge_ends(const Ends& ends);
/// What the header of an SQLite database counts and the file has not; empty when nothing is missing.
std::string lack_of_pages(const std::string& head, std::int64_t total);

bool is_pg_dump(const Bytes& bytes);
BackupContent look_into_pg_dump(const Bytes& bytes, Until until);
/// Of a folder that pg_dump made: what its table of contents lists and is not there.
BackupContent look_into_pg_dump_folder(const std::string& folder, Until until);

bool is_tar(std::string_view head);
BackupContent look_into_tar(const Bytes& bytes, Until until);

bool is_xbstream(std::string_view head);
/// The last chunk is the end of a file, as it is of a whole stream.
bool ends_xbstream(std::string_view tail);
/// A backup of mariadb-backup or xtrabackup as one stream.
BackupContent look_into_xbstream(const Bytes& bytes, Until until);

/// Empty when the bytes begin like no compressed file that we know.
std::string compression_of(std::string_view head);
BackupContent look_into_compressed(const Bytes& bytes, const std::string& compression, Until until);

bool is_backup_folder(const std::string& path);
BackupContent look_into_folder(const std::string& path, Until until);

/// A file that is no SQLite database.
BackupContent look_into_file(const std::string& path, Until until);

}  // namespace rounds::backup
