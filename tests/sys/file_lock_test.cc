#include "sys/file_lock.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "error.h"

namespace rounds {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// A child process that holds the lock from construction until it is killed.
class Holder {
 public:
  explicit Holder(const std::filesystem::path& file) {
    int ready[2];
    if (pipe(ready) != 0) throw std::runtime_error("pipe");
    pid_ = fork();
    if (pid_ == 0) {
      FileLock lock(file);
      lock.lock();
      if (write(ready[1], "x", 1) != 1) _exit(1);
      for (;;) pause();
    }
    char byte = 0;
    if (read(ready[0], &byte, 1) != 1) throw std::runtime_error("read");
    close(ready[0]);
    close(ready[1]);
  }
  ~Holder() { end(); }
  void end() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  pid_t pid_ = 0;
};

/// A child process that asks for the lock and, once it has it, writes its letter and lets go.
class Waiter {
 public:
  /// `tickets`: a descriptor of the file that stays open as long as this process has the lock.
  Waiter(const std::filesystem::path& file, int tickets, int out, char letter) {
    const auto drawn_before = drawn(tickets);
    pid_ = fork();
    if (pid_ == 0) {
      FileLock lock(file);
      lock.lock();
      if (write(out, &letter, 1) != 1) _exit(1);
      lock.unlock();
      _exit(0);
    }
    while (drawn(tickets) == drawn_before) std::this_thread::yield();  // until it stands in the queue
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() {
    kill(pid_, SIGCONT);
    waitpid(pid_, nullptr, 0);
  }
  void end() const { kill(pid_, SIGKILL); }
  void stop() const {
    kill(pid_, SIGSTOP);
    waitpid(pid_, nullptr, WUNTRACED);  // until it has stopped
  }

 private:
  static std::int64_t drawn(int tickets) {
    std::int64_t count = 0;
    return pread(tickets, &count, sizeof count, 0) == sizeof count ? count : 0;
  }

  pid_t pid_ = 0;
};

class FileLocking : public testing::Test {
 protected:
  FileLocking() {
    std::string name = std::filesystem::temp_directory_path() / "rounds-lock-XXXXXX";
    dir_ = mkdtemp(name.data());
  }
  ~FileLocking() override { std::filesystem::remove_all(dir_); }
  std::filesystem::path file() const { return dir_ / "queue"; }

  std::filesystem::path dir_;
};

TEST_F(FileLocking, MakesTheFileForItsOwnerAlone) {
  FileLock lock(file());
  struct stat info {};
  ASSERT_EQ(stat(file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(FileLocking, DoesNotWaitWithoutPatience) {
  Holder holder(file());
  FileLock lock(file());
  EXPECT_FALSE(lock.try_lock_for(0ms));
}

TEST_F(FileLocking, GivesUpWhenItsPatienceIsOver) {
  Holder holder(file());
  FileLock lock(file());
  const auto before = Clock::now();
  EXPECT_FALSE(lock.try_lock_for(50ms));
  const auto waited = Clock::now() - before;
  EXPECT_GE(waited, 50ms);
  EXPECT_LT(waited, 2s);
}

TEST_F(FileLocking, WaitsAlsoWhileTheAlarmSignalIsBlocked) {
  Holder holder(file());
  FileLock lock(file());
  sigset_t alarm, before, after;
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  pthread_sigmask(SIG_BLOCK, &alarm, &before);
  EXPECT_FALSE(lock.try_lock_for(20ms));
  pthread_sigmask(SIG_SETMASK, &before, &after);
  EXPECT_EQ(sigismember(&after, SIGALRM), 1);
}

TEST_F(FileLocking, GetsTheLockOfAKilledOwner) {
  Holder holder(file());
  FileLock lock(file());
  holder.end();
  EXPECT_TRUE(lock.try_lock_for(0ms));
}

TEST_F(FileLocking, LetsTheNextOneInAfterUnlocking) {
  FileLock lock(file());
  lock.lock();
  lock.unlock();
  Holder holder(file());  // would never be ready
  EXPECT_FALSE(lock.try_lock_for(0ms));
}

/// The lock of this process, and what those who wait for it write in the order in which they have it.
class FileLockQueue : public FileLocking {
 protected:
  FileLockQueue() : lock_(file()), tickets_(open(file().c_str(), O_RDONLY | O_CLOEXEC)) {
    if (pipe(turns_) != 0) throw std::runtime_error("pipe");
  }
  ~FileLockQueue() override {
    close(turns_[0]);
    close(turns_[1]);
    close(tickets_);
  }
  Waiter wait(char letter) { return Waiter(file(), tickets_, turns_[1], letter); }
  void note(char letter) { ASSERT_EQ(write(turns_[1], &letter, 1), 1); }
  std::string turns(int count) const {
    std::string letters;
    char letter = 0;
    while (count-- > 0 && read(turns_[0], &letter, 1) == 1) letters += letter;
    return letters;
  }

  FileLock lock_;
  int tickets_;
  int turns_[2];
};

TEST_F(FileLockQueue, ServesThoseWhoWaitInTheirOrderAndBeforeANewcomer) {
  for (int round = 0; round < 20; ++round) {
    lock_.lock();
    const Waiter a = wait('a'), b = wait('b'), c = wait('c');
    lock_.unlock();
    lock_.lock();  // before any of them is awake
    note('!');
    lock_.unlock();
    EXPECT_EQ(turns(4), "abc!");
  }
}

TEST_F(FileLockQueue, ForgetsAKilledWaiter) {
  lock_.lock();
  const Waiter a = wait('a'), b = wait('b');
  a.end();
  lock_.unlock();
  EXPECT_EQ(turns(1), "b");
}

TEST_F(FileLockQueue, OvertakesAStoppedWaiterInTime) {
  lock_.lock();
  const Waiter a = wait('a'), b = wait('b');
  a.stop();
  lock_.unlock();
  EXPECT_EQ(turns(1), "b");
}

TEST_F(FileLockQueue, LetsTheImpatientOvertakeTheQueue) {
  lock_.lock();
  const Waiter a = wait('a');
  a.stop();
  lock_.unlock();
  EXPECT_TRUE(lock_.try_lock_for(1ms));
  lock_.unlock();
}

TEST_F(FileLocking, RefusesASymbolicLink) {
  std::filesystem::create_symlink("elsewhere", file());
  EXPECT_THROW(FileLock lock(file()), Error);
}

}  // namespace
}  // namespace rounds
