#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "sys/fd.h"

namespace rounds {

/// How a process ended, as `waitid` tells.
struct ExitInfo {
  pid_t pid = 0;
  bool signaled = false;
  int status = 0;  ///< exit code, or the signal
  std::chrono::microseconds cpu{};
  std::int64_t max_rss_kib = 0;
};

/// A descriptor that becomes readable when the process ends; nothing when there is no such process.
std::optional<Fd> open_pidfd(pid_t pid);
/// False when it has ended already.
bool send_signal(const Fd& pidfd, int signal);

/// Looks at the end of a child and leaves it a zombie; nothing while it lives or is no child of ours.
std::optional<ExitInfo> peek_child(pid_t pid);
/// Any child that has ended, left a zombie.
std::optional<ExitInfo> peek_any_child();
/// True when `pid` is a child of this process, alive or not.
bool is_child(pid_t pid);
/// Reaps a child that has ended; does nothing else.
void reap_child(pid_t pid);

/// Orphans below this process become its children.
void become_subreaper();

/// The private executable of that name: installed beside `bin`, or in the build tree.
std::filesystem::path private_executable(const std::string& name);

/// As exec wants them, with the null at the end; they live as long as the texts.
std::vector<char*> pointers_to(const std::vector<std::string>& texts);

/// Starts `argv` in a session of its own with /dev/null on 0, 1, 2, the given descriptors from 3 on, no
/// signal blocked and all at their defaults. Throws Error.
pid_t spawn_daemon(const std::filesystem::path& program, const std::vector<std::string>& argv,
                   const std::vector<int>& descriptors);

/// Starts `argv` (found by our PATH) in a session of its own, with /dev/null as input and errors, `output` as its
/// output and nothing else open. Throws Error.
pid_t spawn_writer(const std::vector<std::string>& argv, const std::vector<std::string>& environment, int output);

}  // namespace rounds
