#include "inspect/sqlite_naive_copy.h"

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>

#include <filesystem>
#include <map>

#include "error.h"
#include "inspect/backup/formats.h"

namespace rounds {

namespace {

using backup::Bytes;

constexpr std::size_t kHeader = 32, kFrameHeader = 24;
constexpr std::size_t kMostFrames = 20'000, kMostPages = 256;

std::uint64_t big_endian(const std::string& bytes, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number * 256 + static_cast<unsigned char>(bytes[at + i]);
  return number;
}

/// The last committed frame of each page, by its offset in the log.
std::map<std::uint64_t, std::int64_t> committed_frames(const Bytes& log, std::size_t page_size) {
  std::map<std::uint64_t, std::int64_t> committed, open;
  const std::string header = log.at(0, kHeader);
  if (header.size() < kHeader) return committed;
  const std::string salts = header.substr(16, 8);
  std::int64_t at = kHeader;
  for (std::size_t i = 0; i < kMostFrames; ++i) {
    const std::string frame = log.at(at, kFrameHeader);
    if (frame.size() < kFrameHeader || frame.substr(8, 8) != salts) break;
    open[big_endian(frame, 0)] = at + static_cast<std::int64_t>(kFrameHeader);
    if (big_endian(frame, 4) != 0) {
      for (const auto& [page, offset] : open) committed[page] = offset;
      open.clear();
    }
    at += static_cast<std::int64_t>(kFrameHeader + page_size);
  }
  return committed;
}

std::time_t written(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mtime : 0;
}

NaiveCopy compare(const std::string& database, const std::string& copy) {
  const Bytes main(database), log(database + "-wal"), other(copy);
  const std::string header = log.at(0, kHeader);
  if (header.size() < kHeader) return {};
  const std::size_t page_size = big_endian(header, 8);
  if (page_size < 512 || page_size > 65536) return {};
  NaiveCopy result;
  long long lacking = 0;
  for (const auto& [page, offset] : committed_frames(log, page_size)) {
    const auto place = static_cast<std::int64_t>((page - 1) * page_size);
    const std::string in_log = log.at(offset, page_size), in_main = main.at(place, page_size);
    if (in_log == in_main) continue;  // brought in already
    ++result.pages;
    if (other.at(place, page_size) == in_main) ++lacking;
    if (result.pages >= static_cast<long long>(kMostPages)) break;
  }
  if (lacking == 0) return result;
  const bool log_is_older = written(database + "-wal") <= written(copy);
  result.verdict = log_is_older ? NaiveCopy::Verdict::yes : NaiveCopy::Verdict::unknown;
  return result;
}

}  // namespace

/// Closing a descriptor of the main file would drop the locks that SQLite holds in this process, so a child reads.
NaiveCopy compare_with_log(const std::string& database, const std::string& copy) {
  std::error_code ignored;
  const auto log_bytes = std::filesystem::file_size(database + "-wal", ignored);
  if (ignored || log_bytes <= kHeader) return {};
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw sys_error(database, "pipe");
  const Fd reader(ends[0]);
  Fd writer(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0) throw sys_error(database, "fork");
  if (pid == 0) {
    try {
      const NaiveCopy result = compare(database, copy);
      [[maybe_unused]] const auto told = ::write(writer.get(), &result, sizeof result);
    } catch (...) {  // the parent hears nothing, which says it all
    }
    ::_exit(0);
  }
  writer.reset();
  NaiveCopy result;
  pollfd wanted{reader.get(), POLLIN, 0};
  const bool told = ::poll(&wanted, 1, 5000) > 0 && ::read(reader.get(), &result, sizeof result) == sizeof result;
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  if (!told) throw Error(Fault::temporary, copy + ": could not be compared with the write-ahead log");
  return result;
}

}  // namespace rounds
