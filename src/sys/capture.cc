#include "sys/capture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <utility>

#include "error.h"

namespace rounds {

Capture::Capture(const std::vector<std::string>& argv, const std::vector<std::string>& environment) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw sys_error(argv.front(), "make a pipe for");
  reader_ = Fd(ends[0]);
  const Fd writer(ends[1]);
  fcntl(reader_.get(), F_SETFL, O_NONBLOCK);  // somebody that it left behind may hold the other end
  pid_ = spawn_writer(argv, environment, writer.get());
  pidfd_ = open_pidfd(pid_).value_or(Fd());
  if (pidfd_) return;
  const int err = errno;
  kill(pid_, SIGKILL);  // our child, not reaped: nobody else has its number
  waitpid(pid_, nullptr, 0);
  throw sys_error(argv.front(), "watch", err);
}

Capture::Capture(Capture&& other) noexcept
    : reader_(std::move(other.reader_)), pid_(std::exchange(other.pid_, 0)), pidfd_(std::move(other.pidfd_)), end_(other.end_) {}

Capture::~Capture() {
  if (pid_ == 0 || end_) return;
  kill(-pid_, SIGKILL);  // its session; the leader is not reaped, so that the number is its own
  waitpid(pid_, nullptr, WNOHANG);
}

const std::optional<ExitInfo>& Capture::end() {
  if (!end_) {
    end_ = peek_child(pid_);
    if (end_) reap_child(pid_);
  }
  return end_;
}

std::string Capture::output() {
  std::string all;
  char block[4096];
  for (;;) {
    const ssize_t n = read(reader_.get(), block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return all;
    all.append(block, static_cast<std::size_t>(n));
  }
}

}  // namespace rounds
