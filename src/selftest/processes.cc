#include "selftest/processes.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <map>

#include "error.h"
#include "sys/proc.h"

namespace rounds {

namespace {

constexpr int kNotStarted = 127;
constexpr int kPatienceMs = 10'000;

[[noreturn]] void become(char* const* argv, int output, pid_t parent) {
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(kNotStarted);  // it died before that
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (dup2(nothing, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) _exit(kNotStarted);
  execv(argv[0], argv);
  _exit(kNotStarted);
}

using Table = std::map<pid_t, ProcStat>;

Table process_table() {
  Table table;
  for (const pid_t pid : all_pids()) {
    if (const auto stat = read_proc_stat(pid)) table[pid] = *stat;
  }
  return table;
}

bool is_below(const Table& table, pid_t pid, pid_t ancestor) {
  for (auto at = table.find(pid); at != table.end(); at = table.find(at->second.parent)) {
    if (at->second.parent == ancestor) return true;
  }
  return false;
}

bool is_dead(const ProcStat& stat) { return stat.state == 'Z' || stat.state == 'X'; }

/// Kills one process that is still below us, and waits for its end.
void end(pid_t pid) {
  const auto pidfd = open_pidfd(pid);
  if (!pidfd || !is_below(process_table(), pid, getpid())) return;
  send_signal(*pidfd, SIGKILL);
  pollfd entry{pidfd->get(), POLLIN, 0};
  poll(&entry, 1, kPatienceMs);
}

}  // namespace

pid_t launch(const std::vector<std::string>& argv, const std::filesystem::path& output) {
  const Fd out(open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!out) throw sys_error(output, "open");
  const auto args = pointers_to(argv);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) throw sys_error(argv[0], "start");
  if (child == 0) become(args.data(), out.get(), parent);
  return child;
}

int bury(pid_t child) {
  const auto info = peek_child(child);
  if (!info) throw Error(Fault::internal, "process " + std::to_string(child) + " is no child that has ended");
  reap_child(child);
  return info->signaled ? 128 + info->status : info->status;
}

std::vector<pid_t> descendants() {
  const Table table = process_table();
  std::vector<pid_t> found;
  for (const auto& [pid, stat] : table) {
    if (!is_dead(stat) && is_below(table, pid, getpid())) found.push_back(pid);
  }
  return found;
}

void bury_orphans(pid_t but) {
  for (const auto& [pid, stat] : process_table()) {
    if (stat.parent == getpid() && pid != but && is_dead(stat)) reap_child(pid);
  }
}

void end_descendants() {
  for (auto left = descendants(); !left.empty(); left = descendants()) {
    for (const pid_t pid : left) end(pid);
  }
  bury_orphans(0);
}

std::filesystem::path program_of(pid_t pid) {
  std::error_code gone;
  return std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", gone);
}

}  // namespace rounds
