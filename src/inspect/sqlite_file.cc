#include "inspect/sqlite_file.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
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
    " hot_journal, free_bytes, disk_bytes, mode, owner, links, directory_mode, directory_owner, change_counter,"
    " schema_format, encoding, user_version, largest_root, incremental_vacuum, writer_version, written_s, now_s,"
    " file_system, network, wal_mode)";
constexpr const char* kFillFile =
    "INSERT INTO file VALUES(:path, :size, :magic, :page_size, :page_count, :count_valid, :wal_bytes, :journal_bytes,"
    " :journal_live, :hot_journal, :free_bytes, :disk_bytes, :mode, :owner, :links, :directory_mode,"
    " :directory_owner, :change_counter, :schema_format, :encoding, :user_version, :largest_root, :incremental_vacuum,"
    " :writer_version, :written_s, :now_s, :file_system, :network, :wal_mode)";

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
  file.change_counter = big_endian(header, 24, 4);
  file.schema_format = big_endian(header, 44, 4);
  file.largest_root = big_endian(header, 52, 4);
  file.encoding = big_endian(header, 56, 4);
  file.user_version = big_endian(header, 60, 4);
  file.incremental_vacuum = big_endian(header, 64, 4) != 0;
  file.writer_version = big_endian(header, 96, 4);
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

/// Who holds the lock for writing, in the file itself or, in WAL mode, in the memory that its users share; 0: nobody.
pid_t writer_of(int database, int shared_memory) {
  constexpr off_t kWalWriteLock = 120;
  struct flock lock {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = kFirstLockByte;
  lock.l_len = kLockBytes;
  if (::fcntl(database, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) return lock.l_pid;
  lock = {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = kWalWriteLock;
  lock.l_len = 1;
  if (shared_memory >= 0 && ::fcntl(shared_memory, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) return lock.l_pid;
  return 0;
}

/// In a process of its own; between fork and _exit only system calls.
[[noreturn]] void watch(const char* database_path, const char* shared_path, int out) {
  constexpr int kLooks = 21;
  constexpr useconds_t kPause = 100'000;
  const int database = ::open(database_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  const int shared = ::open(shared_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  std::int64_t seen[2] = {database < 0 ? 0 : writer_of(database, shared), 0};
  for (int look = 1; look < kLooks && seen[0] != 0; ++look) {
    ::usleep(kPause);
    if (writer_of(database, shared) != seen[0]) seen[0] = 0;
    seen[1] = look * std::int64_t{kPause} / 1000;
  }
  [[maybe_unused]] const auto told = ::write(out, seen, sizeof seen);
  ::_exit(0);
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
  if (const auto status = status_of(file.path + "-wal")) {
    file.wal_bytes = status->st_size;
    if (file.wal_bytes > 0) file.written_s = std::max<std::int64_t>(file.written_s, status->st_mtime);
  }
  file.shm_exists = status_of(file.path + "-shm").has_value();
}

void look_at_disk(const Fd& fd, SqliteFile& file) {
  struct statvfs disk {};
  if (::fstatvfs(fd.get(), &disk) != 0) throw sys_error(file.path, "fstatvfs");
  const auto bytes = [&](fsblkcnt_t blocks) { return static_cast<std::int64_t>(blocks * disk.f_frsize); };
  file.free_bytes = bytes(disk.f_bavail);
  file.disk_bytes = bytes(disk.f_blocks - disk.f_bfree + disk.f_bavail);
}

/// Kinds of file systems that other machines may write to as well, by the numbers of statfs(2).
constexpr struct {
  std::uint64_t number;
  const char* name;
} kNetworks[] = {{0x6969, "nfs"},        {0xFF534D42, "cifs"},   {0xFE534D42, "smb2"}, {0x517B, "smb"},
                 {0x65735546, "fuse"},   {0x564C, "ncp"},        {0x73757245, "coda"}, {0x5346414F, "afs"},
                 {0x6B414653, "kafs"},   {0x00C36400, "ceph"},   {0x01021997, "9p"},   {0x7461636F, "ocfs2"},
                 {0x01161970, "gfs2"},   {0x0BD00BD0, "lustre"}, {0x47504653, "gpfs"}, {0xAAD7AAEA, "panfs"},
                 {0x786F4256, "vboxsf"}, {0xBACBACBC, "vmhgfs"}};

void look_at_kind(const Fd& fd, SqliteFile& file) {
  struct statfs disk {};
  if (::fstatfs(fd.get(), &disk) != 0) return;
  const auto number = static_cast<std::uint64_t>(disk.f_type) & 0xFFFFFFFF;
  for (const auto& network : kNetworks) {
    if (network.number != number) continue;
    file.file_system = network.name;
    file.network = true;
  }
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
  file.written_s = status.st_mtime;
  read_header(fd, file);
  look_at_log(file);
  look_at_journal(fd, file);
  look_at_disk(fd, file);
  look_at_kind(fd, file);
  look_at_modes(status, file);
  return file;
}

SqliteWriter watch_sqlite_writer(const std::string& path) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw sys_error(path, "pipe");
  const Fd reader(ends[0]);
  Fd writer(ends[1]);
  const std::string database = real_path(path), shared = database + "-shm";
  const pid_t pid = ::fork();
  if (pid < 0) throw sys_error(path, "fork");
  if (pid == 0) watch(database.c_str(), shared.c_str(), writer.get());
  writer.reset();
  std::int64_t seen[2] = {0, 0};
  pollfd wanted{reader.get(), POLLIN, 0};
  const bool told = ::poll(&wanted, 1, 4000) > 0 && ::read(reader.get(), seen, sizeof seen) == sizeof seen;
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  if (!told) throw Error(Fault::temporary, path + ": its locks could not be watched");
  return {seen[0], seen[1]};
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
      {"change_counter", file.change_counter},
      {"schema_format", file.schema_format},
      {"encoding", file.encoding},
      {"user_version", file.user_version},
      {"largest_root", file.largest_root},
      {"incremental_vacuum", flag(file.incremental_vacuum)},
      {"writer_version", file.writer_version},
      {"written_s", file.written_s},
      {"now_s", std::int64_t{std::time(nullptr)}},
      {"file_system", file.file_system},
      {"network", flag(file.network)},
      {"wal_mode", flag(file.wal_mode)},
  };
  facts.fill(kMakeFile, {});
  facts.fill(kFillFile, row);
}

}  // namespace rounds
