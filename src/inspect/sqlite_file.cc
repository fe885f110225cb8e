#include "inspect/sqlite_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <array>
#include <filesystem>
#include <optional>

#include "error.h"
#include "sys/fd.h"

namespace rounds {

namespace {

constexpr std::size_t kHeaderBytes = 100;
constexpr std::string_view kMagic("SQLite format 3\0", 16);
/// SQLite keeps its locks on bytes that no page uses: pending, reserved, then 510 for readers.
constexpr off_t kFirstLockByte = 0x40000000;
constexpr off_t kLockBytes = 512;

constexpr const char* kMakeFile =
    "CREATE TABLE file(path, size, magic, page_size, page_count, count_valid, wal_bytes, journal_bytes, journal_live,"
    " hot_journal, free_bytes, disk_bytes, mode, owner, links, directory_mode, directory_owner)";
constexpr const char* kFillFile =
    "INSERT INTO file VALUES(:path, :size, :magic, :page_size, :page_count, :count_valid, :wal_bytes, :journal_bytes,"
    " :journal_live, :hot_journal, :free_bytes, :disk_bytes, :mode, :owner, :links, :directory_mode,"
    " :directory_owner)";

using Header = std::array<unsigned char, kHeaderBytes>;

std::int64_t big_endian(const Header& header, std::size_t at, std::size_t bytes) {
  std::int64_t number = 0;
  for (std::size_t i = 0; i < bytes; ++i) number = number * 256 + header[at + i];
  return number;
}

std::int64_t page_size_of(const Header& header) {
  const std::int64_t stored = big_endian(header, 16, 2);
  if (stored == 1) return 65536;
  const bool power_of_two = (stored & (stored - 1)) == 0;
  return stored >= 512 && power_of_two ? stored : 0;
}

void read_header(const Fd& fd, SqliteFile& file) {
  Header header{};
  const ssize_t got = ::pread(fd.get(), header.data(), header.size(), 0);
  if (got < 0) throw sys_error(file.path, "read");
  if (static_cast<std::size_t>(got) < header.size()) return;
  file.magic = std::string_view(reinterpret_cast<const char*>(header.data()), kMagic.size()) == kMagic;
  file.page_size = page_size_of(header);
  file.page_count = big_endian(header, 28, 4);
  file.count_valid = file.page_count > 0 && big_endian(header, 24, 4) == big_endian(header, 92, 4);
  file.wal_mode = header[18] == 2 && header[19] == 2;
}

/// Read locks do not answer this question, locks for writing do.
bool locked_for_writing(const Fd& fd) {
  struct flock lock {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = kFirstLockByte;
  lock.l_len = kLockBytes;
  return ::fcntl(fd.get(), F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

std::optional<struct stat> status_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return status;
}

/// A finished transaction leaves no journal, an empty one, or one whose header is zeroed.
bool holds_transaction(const std::string& journal) {
  const Fd fd(::open(journal.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  unsigned char first = 0;
  return fd && ::pread(fd.get(), &first, 1, 0) == 1 && first != 0;
}

/// A writer may come or go between two looks, so a journal without a writer is looked at again.
void look_at_journal(const Fd& fd, SqliteFile& file) {
  const std::string journal = file.path + "-journal";
  if (const auto status = status_of(journal)) file.journal_bytes = status->st_size;
  file.journal_live = holds_transaction(journal);
  file.writer = locked_for_writing(fd);
  if (!file.hot_journal()) return;
  file.journal_live = holds_transaction(journal);
  file.writer = locked_for_writing(fd);
}

void look_at_log(SqliteFile& file) {
  if (const auto status = status_of(file.path + "-wal")) file.wal_bytes = status->st_size;
  file.shm_exists = status_of(file.path + "-shm").has_value();
}

void look_at_disk(const Fd& fd, SqliteFile& file) {
  struct statvfs disk {};
  if (::fstatvfs(fd.get(), &disk) != 0) throw sys_error(file.path, "fstatvfs");
  const auto bytes = [&](fsblkcnt_t blocks) { return static_cast<std::int64_t>(blocks * disk.f_frsize); };
  file.free_bytes = bytes(disk.f_bavail);
  file.disk_bytes = bytes(disk.f_blocks - disk.f_bfree + disk.f_bavail);
}

void look_at_modes(const struct stat& status, SqliteFile& file) {
  file.mode = status.st_mode & 07777;
  file.owner = status.st_uid;
  file.links = static_cast<std::int64_t>(status.st_nlink);
  const auto directory = status_of(std::filesystem::path(file.path).parent_path());
  if (!directory) return;
  file.directory_mode = directory->st_mode & 07777;
  file.directory_owner = directory->st_uid;
}

std::string real_path(const std::string& path) {
  std::error_code error;
  const auto real = std::filesystem::canonical(path, error);
  if (error) throw sys_error(path, "open", error.value());
  return real;
}

}  // namespace

SqliteFile look_at_sqlite_file(const std::string& path) {
  SqliteFile file;
  file.path = real_path(path);
  const Fd fd(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) throw sys_error(path, "open");
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) throw sys_error(path, "stat");
  if (S_ISDIR(status.st_mode)) throw Error(Fault::unreachable, path + ": is a directory");
  if (!S_ISREG(status.st_mode)) throw Error(Fault::unreachable, path + ": is not a regular file");
  file.size = status.st_size;
  read_header(fd, file);
  look_at_log(file);
  look_at_journal(fd, file);
  look_at_disk(fd, file);
  look_at_modes(status, file);
  return file;
}

void fill_file_facts(SqlSession& facts, const SqliteFile& file) {
  const auto flag = [](bool b) { return std::int64_t{b}; };
  const Parameters row{
      {"path", file.path},
      {"size", file.size},
      {"magic", flag(file.magic)},
      {"page_size", file.page_size},
      {"page_count", file.page_count},
      {"count_valid", flag(file.count_valid)},
      {"wal_bytes", file.wal_bytes},
      {"journal_bytes", file.journal_bytes},
      {"journal_live", flag(file.journal_live)},
      {"hot_journal", flag(file.hot_journal())},
      {"free_bytes", file.free_bytes},
      {"disk_bytes", file.disk_bytes},
      {"mode", file.mode},
      {"owner", file.owner},
      {"links", file.links},
      {"directory_mode", file.directory_mode},
      {"directory_owner", file.directory_owner},
  };
  facts.fill(kMakeFile, {});
  facts.fill(kFillFile, row);
}

}  // namespace rounds
