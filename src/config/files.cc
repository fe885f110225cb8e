#include "config/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "config/text_check.h"
#include "sys/fd.h"
#include "sys/trust.h"
#include "time/hash.h"

namespace rounds {

namespace {

namespace fs = std::filesystem;

struct stat status_of(const Fd& fd, const std::string& path) {
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) throw sys_error(path, "stat");
  return status;
}

void require_trust(const struct stat& status, const std::string& path, Fault blame) {
  if (::geteuid() != 0) return;
  const std::string reason = distrust(status);
  if (reason.empty()) return;
  throw Error(blame, fmt::format("{}: {}; root runs nothing from there", path, reason),
              fmt::format("chown root {0} && chmod go-w {0}", path));
}

Fd open_folder_of(const std::string& path, Fault blame) {
  const std::string folder = fs::absolute(path).parent_path().string();
  Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) throw sys_error(folder, "open");
  require_trust(status_of(fd, folder), folder, blame);
  return fd;
}

/// Opened within the folder that was judged, whatever its name leads to by now.
Fd open_file(const Fd& folder, const std::string& path, Fault blame) {
  const std::string name = fs::path(path).filename().string();
  Fd fd(::openat(folder.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (fd) return fd;
  if (errno == ELOOP) throw Error(blame, path + ": is a symbolic link; these are not followed");
  throw sys_error(path, "open");
}

std::string read_bounded(const Fd& fd, const std::string& path, Fault blame) {
  std::string text(kLargestFile + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(fd.get(), text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw sys_error(path, "read");
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > kLargestFile) throw Error(blame, fmt::format("{}: is larger than 1 MiB", path));
  text.resize(size);
  return text;
}

FileIdentity identity_of(const struct stat& status) {
  constexpr std::int64_t ns_per_s = 1'000'000'000;
  return FileIdentity{.size = status.st_size,
                      .mtime_ns = status.st_mtim.tv_sec * ns_per_s + status.st_mtim.tv_nsec,
                      .inode = status.st_ino};
}

}  // namespace

FileText read_trusted_file(const std::string& path, Fault blame) {
  const Fd fd = open_file(open_folder_of(path, blame), path, blame);
  const struct stat status = status_of(fd, path);
  if (!S_ISREG(status.st_mode)) throw Error(blame, path + ": is not a regular file");
  require_trust(status, path, blame);
  FileText file{.text = read_bounded(fd, path, blame), .identity = identity_of(status)};
  file.hash = stable_hash(file.text);  // the same in every build, as it is kept in the store
  return file;
}

FileText read_job_file(const std::string& path) { return read_trusted_file(path, Fault::bad_data); }

std::vector<std::string> list_job_files(const std::string& dir) {
  std::vector<std::string> paths;
  std::error_code failed;
  fs::directory_iterator it(dir, failed);
  for (; !failed && it != fs::directory_iterator(); it.increment(failed)) {
    const std::string name = it->path().filename().string();
    if (name.front() != '.' && it->path().extension() == ".toml") paths.push_back(it->path().string());
  }
  if (failed) throw sys_error(dir, "read the folder", failed.value());
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace rounds
