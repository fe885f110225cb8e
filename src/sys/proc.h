#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace rounds {

/// Fields of /proc/PID/stat, readable of a zombie too; see proc(5).
struct ProcStat {
  char state = '?';
  pid_t parent = 0;
  pid_t session = 0;
  unsigned flags = 0;
  std::chrono::nanoseconds started{};  ///< since boot, in clock ticks

  /// PF_FORKNOEXEC: it never got as far as exec. Kernel-internal, so `tests/sys` checks that it holds.
  bool never_ran() const { return (flags & 0x40) != 0; }
};

std::optional<ProcStat> read_proc_stat(pid_t pid);
/// All process numbers there are now.
std::vector<pid_t> all_pids();

/// Differs after each boot.
std::string read_boot_id();
/// Inode number of our pid namespace.
std::uint64_t read_pid_namespace();

}  // namespace rounds
