#include "sys/members.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>

#include "sys/proc.h"
#include "sys/process.h"

namespace rounds {

namespace {

std::string read_environment(pid_t pid) {
  char path[32];
  std::snprintf(path, sizeof path, "/proc/%d/environ", pid);
  const Fd fd(open(path, O_RDONLY | O_CLOEXEC));
  std::string text(1, '\0');  // so that the first entry, too, stands between two NULs
  char buffer[16384];
  ssize_t n;
  while (fd && (n = read(fd.get(), buffer, sizeof buffer)) > 0) text.append(buffer, static_cast<std::size_t>(n));
  text.push_back('\0');
  return text;
}

bool has_entry(const std::string& environment, const std::string& entry) {
  std::string framed(1, '\0');
  framed.append(entry).push_back('\0');
  return environment.find(framed) != std::string::npos;
}

/// The files a process holds open for writing.
std::vector<struct stat> written_files(pid_t pid) {
  char path[32];
  std::snprintf(path, sizeof path, "/proc/%d/fd", pid);
  std::vector<struct stat> files;
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(opendir(path), closedir);
  if (!dir) return files;
  while (const dirent* entry = readdir(dir.get())) {
    struct stat link {}, file {};
    // The link's own mode tells how the file was opened.
    if (fstatat(dirfd(dir.get()), entry->d_name, &link, AT_SYMLINK_NOFOLLOW) != 0 || (link.st_mode & S_IWUSR) == 0) continue;
    if (fstatat(dirfd(dir.get()), entry->d_name, &file, 0) == 0 && S_ISREG(file.st_mode)) files.push_back(file);
  }
  return files;
}

std::optional<std::size_t> run_of(pid_t pid, const ProcStat& stat, const std::vector<Traits>& runs) {
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].session != 0 && stat.session == runs[i].session) return i;
  }
  const std::string environment = read_environment(pid);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i].environment.empty() && has_entry(environment, runs[i].environment)) return i;
  }
  const auto files = written_files(pid);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto writes = [&](const struct stat& file) {
      return file.st_ino == runs[i].output_inode && file.st_dev == runs[i].output_device;
    };
    if (runs[i].output_inode != 0 && std::any_of(files.begin(), files.end(), writes)) return i;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Member> find_members(const std::vector<Traits>& runs) {
  std::vector<Member> members;
  for (const pid_t pid : all_pids()) {
    if (pid == getpid() || pid == 1) continue;
    // Held first, looked at afterwards: if the number changes hands meanwhile, the signal goes nowhere.
    auto pidfd = open_pidfd(pid);
    const auto stat = read_proc_stat(pid);
    if (!pidfd || !stat || stat->state == 'Z' || stat->state == 'X') continue;
    if (const auto run = run_of(pid, *stat, runs)) members.push_back({*run, pid, std::move(*pidfd)});
  }
  return members;
}

}  // namespace rounds
