#include "sys/file_lock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <algorithm>
#include <cerrno>

#include "error.h"

namespace rounds {

namespace {

using std::chrono::milliseconds;

timespec to_timespec(milliseconds length) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(length);
  return {whole.count(), std::chrono::nanoseconds(length - whole).count()};
}

/// Interrupts a blocking system call of this process with SIGALRM when its time is over, again and again:
/// the first alarm may come just before the call blocks.
class Alarm {
 public:
  explicit Alarm(milliseconds delay) {
    struct sigaction interrupt {};
    interrupt.sa_handler = [](int) {};  // no SA_RESTART: the call returns EINTR
    sigaction(SIGALRM, &interrupt, &old_action_);
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    pthread_sigmask(SIG_UNBLOCK, &alarm, &old_mask_);
    armed_ = timer_create(CLOCK_MONOTONIC, nullptr, &timer_) == 0;
    const itimerspec times{.it_interval = to_timespec(milliseconds(1)), .it_value = to_timespec(delay)};
    if (armed_) timer_settime(timer_, 0, &times, nullptr);
  }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm() {
    if (armed_) timer_delete(timer_);
    pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
    sigaction(SIGALRM, &old_action_, nullptr);
  }

  bool armed() const { return armed_; }

 private:
  struct sigaction old_action_ {};
  sigset_t old_mask_{};
  timer_t timer_{};
  bool armed_ = false;
};

/// 0, or what went wrong.
int set_lock(int fd, int command, short type) {
  struct flock range {};  // from the start to the end, whatever the size
  range.l_type = type;
  range.l_whence = SEEK_SET;
  return fcntl(fd, command, &range) == 0 ? 0 : errno;
}

bool is_taken(int error) { return error == EAGAIN || error == EACCES; }

}  // namespace

FileLock::FileLock(const std::filesystem::path& file) : file_(file) {
  fd_ = Fd(open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd_) throw sys_error(file_, "open");
}

void FileLock::lock() {
  int error = EINTR;
  while (error == EINTR) error = set_lock(fd_.get(), F_SETLKW, F_WRLCK);
  if (error != 0) throw sys_error(file_, "lock", error);
}

bool FileLock::try_lock_for(milliseconds patience) {
  int error = set_lock(fd_.get(), F_SETLK, F_WRLCK);
  if (is_taken(error) && patience > milliseconds(0)) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    const Alarm alarm(patience);
    if (!alarm.armed()) return false;
    do {  // some other signal may interrupt the wait as well
      error = set_lock(fd_.get(), F_SETLKW, F_WRLCK);
    } while (error == EINTR && std::chrono::steady_clock::now() < deadline);
  }
  if (error == 0) return true;
  if (is_taken(error) || error == EINTR) return false;
  throw sys_error(file_, "lock", error);
}

void FileLock::unlock() noexcept { set_lock(fd_.get(), F_SETLK, F_UNLCK); }

void FileLock::touch() noexcept { futimens(fd_.get(), nullptr); }

}  // namespace rounds
