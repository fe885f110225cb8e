#include "keeper/child.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sys/proc.h"
#include "sys/process.h"

namespace rounds {

namespace {

constexpr int kSecondsToExec = 10;
constexpr std::size_t kLongestName = 64;  ///< room for the numbers in the marker's name

/// All that the child touches, made ready before vfork: between vfork and exec it shares our memory
/// and may do nothing but system calls.
struct Plan {
  int spool;
  std::string name;    ///< of the run in the spool
  std::string output;
  const char* spare;
  const char* directory;
  mode_t file_mask;
  std::vector<char*> argv;
  std::vector<char*> environment;
  std::vector<std::string> programs;  ///< where to look for argv[0], in this order
  const message::Start& start;
  StartStep step = StartStep::session;  ///< written by the child
  int error = 0;                        ///< written by the child
  std::int64_t boot_ns = 0;             ///< written by the child
};

/// The files that `name` may mean: itself when it has a slash, else one in each folder of the job's PATH.
std::vector<std::string> candidates(const std::string& name, const std::vector<std::string>& environment) {
  if (name.find('/') != std::string::npos) return {name};
  std::string_view path = "/usr/local/bin:/usr/bin:/bin";
  for (const auto& entry : environment) {
    if (entry.starts_with("PATH=")) path = std::string_view(entry).substr(5);
  }
  std::vector<std::string> out;
  while (!path.empty()) {
    const std::string_view folder = path.substr(0, path.find(':'));
    out.push_back((folder.empty() ? std::string(".") : std::string(folder)) + "/" + name);
    path.remove_prefix(std::min(path.size(), folder.size() + 1));
  }
  return out;
}

char* write_number(char* out, std::int64_t number) {
  char digits[20];
  int n = 0;
  do digits[n++] = static_cast<char>('0' + number % 10);
  while ((number /= 10) != 0);
  while (n > 0) *out++ = digits[--n];
  return out;
}

/// Kills a child that hangs before exec, for instance in chdir to a dead server; exec removes the timer.
bool arm_timer() {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGKILL;
  itimerspec length{};
  length.it_value.tv_sec = kSecondsToExec;
  int id = 0;
  return syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id) == 0 &&
         syscall(SYS_timer_settime, id, 0, &length, nullptr) == 0;
}

/// Takes the spare by an atomic rename, or makes the file; either fails when the run has one already.
int claim_output(const Plan& plan) {
  const int flags = O_WRONLY | O_APPEND | O_NOFOLLOW;
  if (*plan.spare != '\0') {
    if (renameat2(plan.spool, plan.spare, plan.spool, plan.output.c_str(), RENAME_NOREPLACE) == 0) {
      return openat(plan.spool, plan.output.c_str(), flags);
    }
    if (errno == EEXIST) return -1;
  }
  return openat(plan.spool, plan.output.c_str(), flags | O_CREAT | O_EXCL, 0600);
}

bool open_output(const Plan& plan) {
  const int fd = claim_output(plan);
  if (fd < 0) return false;
  const bool owned = plan.start.as_user == 0 || fchown(fd, plan.start.uid, plan.start.gid) == 0;
  const bool good = owned && dup2(fd, STDOUT_FILENO) >= 0 && dup2(fd, STDERR_FILENO) >= 0;
  if (fd > STDERR_FILENO) close(fd);
  return good;
}

/// The second name of the output says which process the run has become.
bool make_marker(Plan& plan) {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  plan.boot_ns = std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
  char text[128];
  char* end = std::copy(plan.name.begin(), plan.name.end(), text);
  *end++ = '.';
  end = write_number(end, getpid());
  *end++ = '.';
  end = write_number(end, plan.boot_ns);
  *end = '\0';
  return linkat(plan.spool, plan.output.c_str(), plan.spool, text, 0) == 0;
}

void unblock_signals() {
  signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool set_limits(const message::Start& start) {
  for (const message::Limit& limit : start.limits) {
    const rlimit value{limit.soft, limit.hard};
    if (setrlimit(static_cast<__rlimit_resource>(limit.resource), &value) != 0) return false;
  }
  return true;
}

/// Where the kernel shares the CPU among sessions first, a process that is nice is so among its own session only: the
/// session as a whole is made nice too (sched(7), autogroup). Not every kernel does that.
void set_session_nice(std::int32_t nice) {
  const int fd = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  char text[8];
  char* end = text;
  if (nice < 0) *end++ = '-';
  end = write_number(end, nice < 0 ? -nice : nice);
  [[maybe_unused]] const ssize_t n = write(fd, text, static_cast<std::size_t>(end - text));
  close(fd);
}

bool set_priority(const message::Start& start) {
  constexpr int of_process = 1;  // IOPRIO_WHO_PROCESS
  if (start.nice != message::kNoNice) {
    if (setpriority(PRIO_PROCESS, 0, start.nice) != 0) return false;
    set_session_nice(start.nice);
  }
  return start.io_priority < 0 || syscall(SYS_ioprio_set, of_process, 0, start.io_priority) == 0;
}

/// By system calls alone: the library's functions would speak to threads of the keeper, whose memory this is. What was
/// set is read back; a child that is not wholly that user never executes anything.
bool become_user(const message::Start& start) {
  if (start.as_user == 0) return true;
  if (syscall(SYS_setgroups, start.groups.size(), start.groups.data()) != 0) return false;
  if (syscall(SYS_setresgid, start.gid, start.gid, start.gid) != 0) return false;
  if (syscall(SYS_setresuid, start.uid, start.uid, start.uid) != 0) return false;
  std::uint32_t uid[3], gid[3];
  if (syscall(SYS_getresuid, uid, uid + 1, uid + 2) != 0 || syscall(SYS_getresgid, gid, gid + 1, gid + 2) != 0) return false;
  bool good = syscall(SYS_getgroups, 0, nullptr) == static_cast<long>(start.groups.size());
  for (int i = 0; i < 3; ++i) good = good && uid[i] == start.uid && gid[i] == start.gid;
  if (!good) errno = EPERM;
  return good;
}

/// Tries each candidate; an unreadable one is remembered as the reason, as shells do.
void execute(Plan& plan) {
  int error = ENOENT;
  for (const auto& program : plan.programs) {
    execve(program.c_str(), plan.argv.data(), plan.environment.data());
    if (errno != ENOENT && errno != ENOTDIR) error = errno;
    if (error != ENOENT && error != EACCES) break;
  }
  errno = error;
}

/// The child's whole life before exec. Never returns.
[[noreturn]] void become(Plan& plan) {
  const auto attempt = [&plan](StartStep step, bool good) {
    if (good) return;
    plan.error = errno;
    plan.step = step;
    _exit(127);
  };
  attempt(StartStep::session, setsid() >= 0);
  unblock_signals();
  umask(plan.file_mask);
  attempt(StartStep::timer, arm_timer());
  attempt(StartStep::output, open_output(plan));
  attempt(StartStep::marker, make_marker(plan));
  attempt(StartStep::limits, set_limits(plan.start));
  attempt(StartStep::priority, set_priority(plan.start));
  attempt(StartStep::user, become_user(plan.start));
  attempt(StartStep::directory, chdir(plan.directory) == 0);
  execute(plan);
  attempt(StartStep::exec, false);
  _exit(127);
}

/// Whether a child that reported no failure has executed; its timer or anyone may have killed it before.
/// vfork returns a moment before the kernel has noted either.
bool executed(pid_t pid) {
  for (;;) {
    const auto stat = read_proc_stat(pid);
    if (!stat || !stat->never_ran()) return true;
    if (stat->state == 'Z') return false;
    sched_yield();
  }
}

}  // namespace

Birth start_child(const message::Start& start, const Fd& spool) {
  if (start.name.size() > kLongestName) return {-1, false, 0, StartStep::output, ENAMETOOLONG};
  Plan plan{spool.get(), start.name, start.name + ".out", start.spare.c_str(), start.directory.c_str(),
            static_cast<mode_t>(start.file_mask), pointers_to(start.argv), pointers_to(start.environment),
            candidates(start.argv.at(0), start.environment), start};
  // vfork returns once the child has executed or died, so that no child is ever on its way unseen.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  const pid_t pid = vfork();
#pragma GCC diagnostic pop
  if (pid == 0) become(plan);
  if (pid < 0) return {-1, false, 0, StartStep::fork, errno};
  if (plan.error != 0) return {pid, false, 0, plan.step, plan.error};
  if (!executed(pid)) return {pid, false, 0, StartStep::killed_before_exec, EINTR};
  return {pid, true, plan.boot_ns};
}

}  // namespace rounds
