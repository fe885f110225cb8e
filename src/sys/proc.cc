#include "sys/proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "error.h"
#include "sys/fd.h"

namespace rounds {

namespace {

/// The first `size - 1` bytes of a small file, ended by NUL; false when it cannot be read.
bool read_small(const char* path, char* buffer, std::size_t size) {
  const Fd fd(open(path, O_RDONLY | O_CLOEXEC));
  if (!fd) return false;
  const ssize_t n = read(fd.get(), buffer, size - 1);
  if (n <= 0) return false;
  buffer[n] = '\0';
  return true;
}

}  // namespace

std::optional<ProcStat> read_proc_stat(pid_t pid) {
  char path[32];
  char text[512];
  std::snprintf(path, sizeof path, "/proc/%d/stat", pid);
  if (!read_small(path, text, sizeof text)) return std::nullopt;
  const char* after_name = std::strrchr(text, ')');  // the name may hold spaces and brackets
  if (after_name == nullptr) return std::nullopt;
  ProcStat stat;
  unsigned long long ticks = 0;
  const int got = std::sscanf(after_name + 1, " %c %d %*d %d %*d %*d %u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
                              &stat.state, &stat.parent, &stat.session, &stat.flags, &ticks);
  if (got != 5) return std::nullopt;
  static const long per_second = sysconf(_SC_CLK_TCK);
  stat.started = std::chrono::nanoseconds(static_cast<std::int64_t>(ticks) * (1'000'000'000 / per_second));
  return stat;
}

std::vector<pid_t> all_pids() {
  std::vector<pid_t> pids;
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(opendir("/proc"), closedir);
  if (!dir) throw sys_error("/proc", "open");
  while (const dirent* entry = readdir(dir.get())) {
    const char* name = entry->d_name;
    pid_t pid = 0;
    const auto [end, err] = std::from_chars(name, name + std::strlen(name), pid);
    if (err == std::errc() && *end == '\0') pids.push_back(pid);
  }
  return pids;
}

std::string read_boot_id() {
  char text[64];
  if (!read_small("/proc/sys/kernel/random/boot_id", text, sizeof text)) {
    throw sys_error("/proc/sys/kernel/random/boot_id", "read");
  }
  text[std::strcspn(text, "\n")] = '\0';
  return text;
}

std::uint64_t read_pid_namespace() {
  struct stat info {};
  if (stat("/proc/self/ns/pid", &info) != 0) throw sys_error("/proc/self/ns/pid", "stat");
  return info.st_ino;
}

}  // namespace rounds
