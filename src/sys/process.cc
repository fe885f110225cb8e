#include "sys/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"

namespace rounds {

namespace {

/// waitid as the kernel has it, with the usage that glibc's leaves out.
std::optional<ExitInfo> wait_raw(idtype_t type, id_t id, int options) {
  siginfo_t info{};
  rusage usage{};
  long result;
  do {
    result = syscall(SYS_waitid, type, id, &info, options | WEXITED | WNOHANG, &usage);
  } while (result < 0 && errno == EINTR);
  if (result < 0 || info.si_pid == 0) return std::nullopt;
  const auto micros = [](const timeval& t) {
    return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
  };
  return ExitInfo{info.si_pid, info.si_code != CLD_EXITED, info.si_status,
                  micros(usage.ru_utime) + micros(usage.ru_stime), usage.ru_maxrss};
}

/// File actions of posix_spawn, freed at the end.
class SpawnActions {
 public:
  SpawnActions() { posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  void null_device(int fd) { posix_spawn_file_actions_addopen(&actions_, fd, "/dev/null", O_RDWR, 0); }
  void give(int from, int to) { posix_spawn_file_actions_adddup2(&actions_, from, to); }
  void close_from(int fd) { posix_spawn_file_actions_addclosefrom_np(&actions_, fd); }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// Own session, no signal blocked, all at their defaults.
class SpawnAttributes {
 public:
  SpawnAttributes() {
    posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnAttributes() { posix_spawnattr_destroy(&attributes_); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

}  // namespace

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::optional<Fd> open_pidfd(pid_t pid) {
  Fd fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!fd) return std::nullopt;
  return fd;
}

bool send_signal(const Fd& pidfd, int signal) {
  return syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0;
}

std::optional<ExitInfo> peek_child(pid_t pid) { return wait_raw(P_PID, static_cast<id_t>(pid), WNOWAIT); }

std::optional<ExitInfo> peek_any_child() { return wait_raw(P_ALL, 0, WNOWAIT); }

bool is_child(pid_t pid) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

void reap_child(pid_t pid) { wait_raw(P_PID, static_cast<id_t>(pid), 0); }

void become_subreaper() {
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) throw sys_error("rounds", "become subreaper");
}

std::filesystem::path private_executable(const std::string& name) {
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  for (const char* place : {"../libexec/rounds", "libexec/rounds"}) {
    const auto candidate = (self.parent_path() / place / name).lexically_normal();
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  throw Error(Fault::internal, "the private executable \"" + name + "\" is missing",
              "reinstall rounds: it belongs into libexec/rounds beside the folder of the program");
}

pid_t spawn_daemon(const std::filesystem::path& program, const std::vector<std::string>& argv,
                   const std::vector<int>& descriptors) {
  SpawnActions actions;
  for (const int fd : {0, 1, 2}) actions.null_device(fd);
  // Copies above all targets first, so that no target overwrites a source.
  std::vector<Fd> copies;
  for (const int fd : descriptors) {
    copies.emplace_back(fcntl(fd, F_DUPFD_CLOEXEC, 64));
    if (!copies.back()) throw sys_error(program, "duplicate a descriptor");
  }
  for (std::size_t i = 0; i < copies.size(); ++i) actions.give(copies[i].get(), static_cast<int>(3 + i));
  // Also what whoever started us left open, else jobs would inherit it.
  actions.close_from(static_cast<int>(3 + copies.size()));
  auto args = pointers_to(argv);
  char* empty_environment[] = {nullptr};
  pid_t pid = 0;
  const SpawnAttributes attributes;
  const int err = posix_spawn(&pid, program.c_str(), actions.get(), attributes.get(), args.data(), empty_environment);
  if (err != 0) throw sys_error(program, "start", err);
  return pid;
}

pid_t spawn_writer(const std::vector<std::string>& argv, const std::vector<std::string>& environment, int output) {
  SpawnActions actions;
  for (const int fd : {0, 2}) actions.null_device(fd);
  actions.give(output, 1);
  actions.close_from(3);
  auto args = pointers_to(argv);
  auto variables = pointers_to(environment);
  pid_t pid = 0;
  const SpawnAttributes attributes;
  const int err = posix_spawnp(&pid, args[0], actions.get(), attributes.get(), args.data(), variables.data());
  if (err != 0) throw sys_error(argv.front(), "start", err);
  return pid;
}

}  // namespace rounds
