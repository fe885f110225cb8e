#pragma once
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>

#include "sys/packet_socket.h"
#include "sys/process.h"

// What tests of processes need: a directory, a forked child, and ways to wait without sleeping.
namespace rounds::scratch {

/// A directory that is gone at the end of the test.
class Directory {
 public:
  Directory() {
    std::string name = std::filesystem::temp_directory_path() / "rounds-test-XXXXXX";
    path_ = mkdtemp(name.data());
    fd_ = open_directory(path_);
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  const Fd& fd() const { return fd_; }

 private:
  std::filesystem::path path_;
  Fd fd_;
};

/// Lets one process go on when another one says so; the end of that other one says so too, once
/// `only_wait` has closed this side.
class Gate {
 public:
  Gate() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    read_ = Fd(ends[0]);
    write_ = Fd(ends[1]);
  }
  void open() const {
    if (write(write_.get(), "x", 1) != 1) throw std::runtime_error("write");
  }
  void wait() const {
    char byte = 0;
    if (read(read_.get(), &byte, 1) < 0) throw std::runtime_error("read");
  }
  void only_wait() { write_.reset(); }

 private:
  Fd read_, write_;
};

/// A forked child that ends with what `body` returns; killed and reaped at the end of the test.
class Child {
 public:
  template <typename Body>
  explicit Child(Body body) : pid_(fork()) {
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // not even a crashed test leaves it behind
    _exit(body());
  }
  ~Child() {
    if (pid_ > 0) end();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  /// Kills and reaps.
  void end() {
    kill(pid_, SIGKILL);
    waitpid(std::exchange(pid_, 0), nullptr, 0);
  }
  /// Waits for its end and reaps it: the status as `waitpid` gives it.
  int wait() {
    int status = -1;
    waitpid(std::exchange(pid_, 0), &status, 0);
    return status;
  }

 private:
  pid_t pid_;
};

/// Makes orphans children of this process until the end of the test, and reaps those that ended by then.
class Subreaper {
 public:
  Subreaper() { become_subreaper(); }
  ~Subreaper() {
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
  }
  Subreaper(const Subreaper&) = delete;
  Subreaper& operator=(const Subreaper&) = delete;
};

/// The signals this process blocks, as they were, at the end of the test.
class KeptSignals {
 public:
  KeptSignals() { sigprocmask(SIG_BLOCK, nullptr, &before_); }
  ~KeptSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  KeptSignals(const KeptSignals&) = delete;
  KeptSignals& operator=(const KeptSignals&) = delete;

 private:
  sigset_t before_;
};

/// Sleeps until somebody kills it.
[[noreturn]] inline void stay() {
  for (;;) pause();
}

/// Waits until a child has ended and leaves it a zombie.
inline void await_zombie(pid_t pid) {
  siginfo_t info{};
  if (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) != 0) throw std::runtime_error("waitid");
}

/// Waits until a child is stopped.
inline void await_stopped(pid_t pid) {
  int status = 0;
  if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status)) throw std::runtime_error("not stopped");
}

inline constexpr int kLong = 20'000;  ///< milliseconds; longer than any sane test waits

/// Whether the descriptor becomes readable.
inline bool readable(int fd, int milliseconds = kLong) {
  pollfd waiting{fd, POLLIN, 0};
  return poll(&waiting, 1, milliseconds) > 0;
}
inline bool readable_now(int fd) { return readable(fd, 0); }

/// Looks again and again, for what no descriptor tells.
template <typename Condition>
bool eventually(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(kLong);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    usleep(1000);
  }
  return true;
}

/// The process that the marker `NAME.PID.TIME` in that folder names; 0 while there is none.
inline pid_t marked_process(const std::filesystem::path& folder, const std::string& name) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string file = entry.path().filename();
    const bool marker = file.starts_with(name + ".") && file != name + ".out";
    if (marker) return std::stoi(file.substr(name.size() + 1));
  }
  return 0;
}

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace rounds::scratch
