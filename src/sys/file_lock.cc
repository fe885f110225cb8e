#include "sys/file_lock.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

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

/// The bytes of the file that are locked; none of them needs to be there.
constexpr off_t kLock = 0;       ///< the lock itself
constexpr off_t kDispenser = 1;  ///< held while a ticket is drawn
constexpr off_t kTickets = 8;    ///< ticket N is byte kTickets + N
/// After this much waiting for the ticket before it, a process no longer counts on that one's awaking.
constexpr milliseconds kQueuePatience{5000};
/// Far beyond what is ever drawn, far below the largest offset.
constexpr std::int64_t kLastTicket = std::int64_t{1} << 48;

struct flock range_of(short type, off_t start, off_t length) {
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = start;
  range.l_len = length;  // 0: up to the end, whatever that is
  return range;
}

/// 0, or what went wrong.
int set_lock(int fd, int command, short type, off_t byte) {
  struct flock range = range_of(type, byte, 1);
  return fcntl(fd, command, &range) == 0 ? 0 : errno;
}

int wait_for_lock(int fd, short type, off_t byte) {
  int error = EINTR;
  while (error == EINTR) error = set_lock(fd, F_SETLKW, type, byte);
  return error;
}

bool is_taken(int error) { return error == EAGAIN || error == EACCES; }

/// Waits no longer than that; 0, or what went wrong: is_taken() when it was not to be had.
int lock_within(int fd, short type, off_t byte, milliseconds patience) {
  int error = set_lock(fd, F_SETLK, type, byte);
  if (!is_taken(error) || patience <= milliseconds(0)) return error;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  const Alarm alarm(patience);
  if (!alarm.armed()) return error;
  do {  // some other signal may interrupt the wait as well
    error = set_lock(fd, F_SETLKW, type, byte);
  } while (error == EINTR && std::chrono::steady_clock::now() < deadline);
  return error == EINTR ? EAGAIN : error;
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& file) : file_(file) {
  fd_ = Fd(open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd_) throw sys_error(file_, "open");
}

void FileLock::lock() {
  if (!is_queue_empty() || set_lock(fd_.get(), F_SETLK, F_WRLCK, kLock) != 0) wait_in_queue();
  const int error = wait_for_lock(fd_.get(), F_WRLCK, kLock);
  if (error != 0) throw sys_error(file_, "lock", error);
}

bool FileLock::is_queue_empty() const {
  struct flock tickets = range_of(F_WRLCK, kTickets, 0);
  return fcntl(fd_.get(), F_GETLK, &tickets) == 0 && tickets.l_type == F_UNLCK;
}

void FileLock::wait_in_queue() {
  std::int64_t ticket = 0;
  if (!draw_ticket(ticket) || ticket == 0) return;
  const off_t before = kTickets + ticket - 1;
  if (is_taken(lock_within(fd_.get(), F_RDLCK, before, kQueuePatience))) return;
  set_lock(fd_.get(), F_SETLK, F_UNLCK, before);
}

/// False when there is none to be had (a full disk): then this process waits without one.
bool FileLock::draw_ticket(std::int64_t& ticket) {
  if (wait_for_lock(fd_.get(), F_WRLCK, kDispenser) != 0) return false;
  std::int64_t next = 0;
  if (pread(fd_.get(), &next, sizeof next, 0) != sizeof next || next < 0 || next >= kLastTicket) next = 0;
  ticket = next;
  bool drawn = set_lock(fd_.get(), F_SETLK, F_WRLCK, kTickets + ticket) == 0;
  ++next;
  drawn = drawn && pwrite(fd_.get(), &next, sizeof next, 0) == sizeof next;
  set_lock(fd_.get(), F_SETLK, F_UNLCK, kDispenser);
  return drawn;
}

bool FileLock::try_lock_for(milliseconds patience) {
  const int error = lock_within(fd_.get(), F_WRLCK, kLock, patience);
  if (error == 0) return true;
  if (is_taken(error)) return false;
  throw sys_error(file_, "lock", error);
}

void FileLock::unlock() noexcept {
  struct flock everything = range_of(F_UNLCK, 0, 0);  // the lock and the ticket
  fcntl(fd_.get(), F_SETLK, &everything);
}

void FileLock::touch() noexcept { futimens(fd_.get(), nullptr); }

}  // namespace rounds
