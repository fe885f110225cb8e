#include "sys/scheduler_lock.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "error.h"
#include "sys/scratch.h"

namespace rounds {
namespace {

using scratch::Child;

class Locking : public testing::Test {
 protected:
  std::filesystem::path store() const { return dir_.path() / "rounds.db"; }

  /// What another process does that holds the lock.
  int hold() const {
    SchedulerLock lock(store());
    if (!lock.try_lock()) return 1;
    held_.open();
    scratch::stay();
  }

  scratch::Directory dir_;
  scratch::Gate held_;
};

TEST_F(Locking, HasOneHolderThatOthersCanName) {
  Child other([&] { return hold(); });
  held_.wait();
  SchedulerLock lock(store());
  EXPECT_FALSE(lock.try_lock());
  EXPECT_EQ(lock.holder(), other.pid());
}

TEST_F(Locking, StaysWithAStoppedHolder) {
  Child other([&] { return hold(); });
  held_.wait();
  kill(other.pid(), SIGSTOP);
  scratch::await_stopped(other.pid());
  SchedulerLock lock(store());
  EXPECT_FALSE(lock.try_lock());
  EXPECT_EQ(lock.holder(), other.pid());
}

TEST_F(Locking, EndsWithItsHolder) {
  Child other([&] { return hold(); });
  held_.wait();
  SchedulerLock lock(store());
  other.end();
  EXPECT_TRUE(lock.try_lock());
}

TEST_F(Locking, HasNoHolderWhileItIsFreeOrOurs) {
  SchedulerLock lock(store());
  EXPECT_FALSE(lock.holder());
  EXPECT_TRUE(lock.try_lock());
  EXPECT_FALSE(lock.holder()) << "another one is asked for";
}

TEST_F(Locking, IsNotInheritedByAForkedChild) {
  SchedulerLock lock(store());
  ASSERT_TRUE(lock.try_lock());
  Child child([&] { return lock.try_lock() ? 1 : 0; });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Locking, GoesToTheNextOnceItIsGivenUp) {
  SchedulerLock lock(store());
  ASSERT_TRUE(lock.try_lock());
  lock.unlock();
  Child child([&] { return SchedulerLock(store()).try_lock() ? 0 : 1; });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Locking, TouchesTheFileWhenItIsGivenUp) {
  SchedulerLock lock(store());
  ASSERT_TRUE(lock.try_lock());
  const timespec old[2] = {{1000, 0}, {1000, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, lock.path().c_str(), old, 0), 0);
  lock.unlock();
  struct stat info {};
  ASSERT_EQ(stat(lock.path().c_str(), &info), 0);
  EXPECT_GT(info.st_mtim.tv_sec, 1000);
}

TEST_F(Locking, LiesBesideTheStoreForItsOwnerAlone) {
  SchedulerLock lock(store());
  EXPECT_EQ(lock.path(), store().string() + ".lock");
  struct stat info {};
  ASSERT_EQ(stat(lock.path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(Locking, DoesNotFollowALink) {
  std::filesystem::create_symlink(dir_.path() / "elsewhere", store().string() + ".lock");
  EXPECT_THROW(SchedulerLock{store()}, Error);
}

}  // namespace
}  // namespace rounds
