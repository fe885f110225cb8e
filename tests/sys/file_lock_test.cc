#include "sys/file_lock.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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

TEST_F(FileLocking, RefusesASymbolicLink) {
  std::filesystem::create_symlink("elsewhere", file());
  EXPECT_THROW(FileLock lock(file()), Error);
}

}  // namespace
}  // namespace rounds
