#include "sys/scheduler_lock.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "error.h"

namespace rounds {

namespace {

struct flock whole_file(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

SchedulerLock::SchedulerLock(const std::filesystem::path& store_file) : path_(store_file.string() + ".lock") {
  fd_ = Fd(open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd_) throw sys_error(path_, "open");
}

SchedulerLock::SchedulerLock(const std::filesystem::path& store_file, Fd kept)
    : path_(store_file.string() + ".lock"), fd_(std::move(kept)) {}

bool SchedulerLock::try_lock() {
  struct flock lock = whole_file(F_WRLCK);
  if (fcntl(fd_.get(), F_SETLK, &lock) == 0) return true;
  if (errno == EACCES || errno == EAGAIN) return false;
  throw sys_error(path_, "lock");
}

void SchedulerLock::unlock() {
  struct flock lock = whole_file(F_UNLCK);
  fcntl(fd_.get(), F_SETLK, &lock);
  futimens(fd_.get(), nullptr);
}

std::optional<pid_t> SchedulerLock::holder() const {
  struct flock lock = whole_file(F_WRLCK);
  if (fcntl(fd_.get(), F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return std::nullopt;
  return lock.l_pid;
}

}  // namespace rounds
