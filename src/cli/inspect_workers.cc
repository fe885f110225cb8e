#include "cli/inspect_workers.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "error.h"
#include "sys/fd.h"
#include "sys/process.h"

namespace rounds {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMostOfOneHost = 2;

void write_all(int fd, const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = write(fd, text.data() + written, text.size() - written);
    if (count <= 0) _exit(1);
    written += static_cast<std::size_t>(count);
  }
}

std::string read_all(int fd) {
  std::string text;
  char block[1 << 16];
  for (off_t at = 0;;) {
    const ssize_t count = pread(fd, block, sizeof block, at);
    if (count <= 0) return text;
    text.append(block, static_cast<std::size_t>(count));
    at += count;
  }
}

/// A process that works. What it says goes to a file in memory: a pipe would make it wait for a reader.
class Worker {
 public:
  Worker(std::size_t index, const Work& work)
      : index_(index), host_(work.host), said_(memfd_create("rounds-inspect", MFD_CLOEXEC)) {
    if (!said_) throw sys_error("a worker", "memfd_create");
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ < 0) throw sys_error("a worker", "fork");
    if (pid_ == 0) work_in_child(work, parent);
    pidfd_ = open_pidfd(pid_).value_or(Fd());
  }
  Worker(Worker&& other) noexcept
      : index_(other.index_),
        host_(std::move(other.host_)),
        said_(std::move(other.said_)),
        pid_(std::exchange(other.pid_, 0)),
        pidfd_(std::move(other.pidfd_)) {}
  Worker& operator=(Worker&& other) noexcept {
    std::swap(index_, other.index_);
    std::swap(host_, other.host_);
    std::swap(said_, other.said_);
    std::swap(pid_, other.pid_);
    std::swap(pidfd_, other.pidfd_);
    return *this;
  }
  ~Worker() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  std::size_t index() const { return index_; }
  const std::string& host() const { return host_; }
  int fd() const { return pidfd_.get(); }

  /// Without a pidfd (an old kernel, too many descriptors) its end has to be asked for. Does not reap it.
  bool has_ended_unseen() const {
    siginfo_t info{};
    return fd() < 0 && waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid_;
  }

  /// Once it has ended; nothing when it did not end well.
  std::optional<std::string> result() {
    int status = 0;
    waitpid(std::exchange(pid_, 0), &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
    return read_all(said_.get());
  }

 private:
  [[noreturn]] void work_in_child(const Work& work, pid_t parent) const {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);  // it died before the line above
    try {
      write_all(said_.get(), work.run());
    } catch (...) {
      _exit(1);
    }
    _exit(0);  // the parent's buffers are the parent's to flush
  }

  std::size_t index_;
  std::string host_;
  Fd said_;
  pid_t pid_ = 0;
  Fd pidfd_;
};

/// The first piece that may begin now; works.size(): none.
std::size_t next_of(const std::vector<Work>& works, const std::vector<bool>& begun,
                    const std::vector<Worker>& working) {
  for (std::size_t i = 0; i < works.size(); ++i) {
    if (begun[i]) continue;
    const auto same = std::count_if(working.begin(), working.end(),
                                    [&](const Worker& worker) { return worker.host() == works[i].host; });
    if (works[i].host.empty() || same < kMostOfOneHost) return i;
  }
  return works.size();
}

}  // namespace

std::vector<std::optional<std::string>> do_in_processes(const std::vector<Work>& works, int parallel,
                                                        std::chrono::milliseconds time) {
  std::vector<std::optional<std::string>> results(works.size());
  std::vector<bool> begun(works.size(), false);
  std::vector<Worker> working;
  const auto deadline = Clock::now() + time;
  for (;;) {
    while (static_cast<int>(working.size()) < parallel) {
      const std::size_t next = next_of(works, begun, working);
      if (next == works.size()) break;
      begun[next] = true;
      working.emplace_back(next, works[next]);
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (working.empty() || left <= 0) return results;  // whoever still works is killed
    std::vector<pollfd> ends;
    for (const Worker& worker : working) ends.push_back({worker.fd(), POLLIN, 0});
    const bool blind =
        std::any_of(working.begin(), working.end(), [](const Worker& worker) { return worker.fd() < 0; });
    poll(ends.data(), ends.size(), static_cast<int>(std::min<long>(left, blind ? 50 : 60'000)));
    for (std::size_t i = working.size(); i-- > 0;) {
      if (ends[i].revents == 0 && !working[i].has_ended_unseen()) continue;
      results[working[i].index()] = working[i].result();
      working.erase(working.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

}  // namespace rounds
