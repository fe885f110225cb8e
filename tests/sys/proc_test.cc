#include "sys/proc.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>

#include <algorithm>
#include <set>

#include "sys/clock.h"
#include "sys/scratch.h"

namespace rounds {
namespace {

using namespace std::chrono_literals;
using scratch::Child;

TEST(Proc, ReadsTheProcessThatReads) {
  const auto stat = read_proc_stat(getpid());
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->state, 'R');
  EXPECT_EQ(stat->parent, getppid());
  EXPECT_EQ(stat->session, getsid(0));
  EXPECT_FALSE(stat->never_ran());
}

TEST(Proc, IsNotFooledByAName) {
  scratch::Gate named;
  Child child([&] {
    prctl(PR_SET_NAME, "x) Z 1 (y");
    named.open();
    scratch::stay();
    return 0;
  });
  named.wait();
  const auto stat = read_proc_stat(child.pid());
  ASSERT_TRUE(stat);
  EXPECT_NE(stat->state, 'Z');
  EXPECT_EQ(stat->parent, getpid());
}

TEST(Proc, ReadsAZombie) {
  Child child([] { return setsid() > 0 ? 0 : 1; });
  scratch::await_zombie(child.pid());
  const auto stat = read_proc_stat(child.pid());
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->state, 'Z');
  EXPECT_EQ(stat->session, child.pid());
  EXPECT_TRUE(stat->never_ran()) << "it was only forked";
}

TEST(Proc, KnowsNothingOfAProcessThatIsGone) {
  Child child([] { return 0; });
  const pid_t pid = child.pid();
  child.wait();
  EXPECT_FALSE(read_proc_stat(pid));
}

TEST(Proc, TellsWhenAProcessBeganByTheBootClock) {
  const auto before = read_clock().boot;
  Child child([] {
    scratch::stay();
    return 0;
  });
  const auto after = read_clock().boot;
  const auto stat = read_proc_stat(child.pid());
  ASSERT_TRUE(stat);
  EXPECT_GE(stat->started + 10ms, before) << "the kernel rounds down to its ticks";
  EXPECT_LE(stat->started, after);
}

TEST(Proc, ListsEachProcessOnce) {
  Child child([] {
    scratch::stay();
    return 0;
  });
  const auto pids = all_pids();
  EXPECT_EQ(std::count(pids.begin(), pids.end(), getpid()), 1);
  EXPECT_EQ(std::count(pids.begin(), pids.end(), child.pid()), 1);
  EXPECT_EQ(std::set<pid_t>(pids.begin(), pids.end()).size(), pids.size());
}

TEST(Proc, KnowsTheBootAndTheNamespace) {
  EXPECT_EQ(read_boot_id().size(), 36u) << read_boot_id();
  EXPECT_EQ(read_boot_id(), read_boot_id());
  const auto ours = read_pid_namespace();
  Child child([&] { return read_pid_namespace() == ours ? 0 : 1; });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace rounds
