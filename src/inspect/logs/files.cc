#include "inspect/logs/files.h"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <set>

#include "sys/fd.h"

namespace rounds {

namespace {

constexpr std::size_t kMostFiles = 5000;
constexpr std::array<std::string_view, 5> kPacked{".xz", ".bz2", ".zst", ".lz4", ".lzo"};

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// The paths that fit, or in `obstacle` why none was found.
std::vector<std::string> paths_of(const std::string& pattern, std::string& obstacle) {
  glob_t found{};
  std::vector<std::string> paths;
  const std::string inside = is_folder(pattern) ? pattern + "/*" : pattern;
  errno = 0;
  const int code = ::glob(inside.c_str(), GLOB_NOSORT | GLOB_ERR, nullptr, &found);
  if (code == GLOB_ABORTED) obstacle = inside + ": " + std::strerror(errno != 0 ? errno : EACCES);
  if (code == GLOB_NOMATCH) obstacle = "no file has this name";
  for (std::size_t i = 0; i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
  ::globfree(&found);
  return paths;
}

LogFile::Packing packing_of(const std::string& path) {
  if (path.ends_with(".gz")) return LogFile::Packing::gzip;
  const bool packed =
      std::any_of(kPacked.begin(), kPacked.end(), [&](std::string_view end) { return path.ends_with(end); });
  return packed ? LogFile::Packing::other : LogFile::Packing::none;
}

LogFile look_at(const std::string& path, const struct stat& status) {
  LogFile file{.path = path, .bytes = static_cast<std::uint64_t>(status.st_size), .packing = packing_of(path)};
  file.written = Due{std::chrono::seconds{status.st_mtime}};
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) file.obstacle = std::string("it cannot be opened: ") + std::strerror(errno);
  const off_t data = fd && file.packing == LogFile::Packing::none ? ::lseek(fd.get(), 0, SEEK_DATA) : 0;
  file.begin = data < 0 ? file.bytes : static_cast<std::uint64_t>(data);
  if (file.packing == LogFile::Packing::other) {
    file.obstacle = "it is compressed with " + path.substr(path.rfind('.') + 1) + "; only plain and gzip logs are read";
  }
  return file;
}

}  // namespace

std::vector<LogFile> find_logs(const std::vector<std::string>& patterns) {
  std::vector<LogFile> files;
  std::set<std::pair<dev_t, ino_t>> seen;  // two patterns, or a link, may name the same file
  for (const std::string& pattern : patterns) {
    std::string obstacle;
    for (const std::string& path : paths_of(pattern, obstacle)) {
      struct stat status {};
      if (::stat(path.c_str(), &status) != 0) {
        files.push_back({.path = path, .obstacle = std::strerror(errno)});
      } else if (S_ISREG(status.st_mode) && seen.insert({status.st_dev, status.st_ino}).second) {
        files.push_back(look_at(path, status));
      }
    }
    if (!obstacle.empty()) files.push_back({.path = pattern, .obstacle = obstacle});
  }
  std::stable_sort(files.begin(), files.end(),
                   [](const LogFile& a, const LogFile& b) { return a.written > b.written; });
  if (files.size() > kMostFiles) files.resize(kMostFiles);
  return files;
}

std::string unpacked_name(const std::string& path) {
  return path.ends_with(".gz") ? path.substr(0, path.size() - 3) : path;
}

}  // namespace rounds
