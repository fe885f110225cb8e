#include "sys/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "error.h"
#include "sys/proc.h"
#include "sys/scratch.h"

namespace rounds {
namespace {

using namespace std::chrono_literals;
using scratch::Child;

int burn() {
  rusage usage{};
  do {
    getrusage(RUSAGE_SELF, &usage);
  } while (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec == 0 &&
           usage.ru_utime.tv_usec + usage.ru_stime.tv_usec < 20'000);
  return 0;
}

TEST(Pidfd, BecomesReadableWhenTheProcessEnds) {
  scratch::Gate gate;
  Child child([&] {
    gate.wait();
    return 0;
  });
  const auto pidfd = open_pidfd(child.pid());
  ASSERT_TRUE(pidfd);
  EXPECT_FALSE(scratch::readable_now(pidfd->get()));
  gate.open();
  EXPECT_TRUE(scratch::readable(pidfd->get()));
}

TEST(Pidfd, SignalsTheProcessItWasOpenedFor) {
  Child child([] {
    scratch::stay();
    return 0;
  });
  const auto pidfd = open_pidfd(child.pid());
  EXPECT_TRUE(send_signal(*pidfd, SIGUSR1));
  const int status = child.wait();
  EXPECT_EQ(WTERMSIG(status), SIGUSR1);
  EXPECT_FALSE(send_signal(*pidfd, SIGUSR1)) << "and nobody after it";
}

TEST(Pidfd, IsNotForAProcessThatIsGone) {
  Child child([] { return 0; });
  const pid_t pid = child.pid();
  child.wait();
  EXPECT_FALSE(open_pidfd(pid));
}

TEST(PeekChild, TellsTheExitCodeAndLeavesTheZombie) {
  Child child([] { return 42; });
  scratch::await_zombie(child.pid());
  for (int time = 0; time < 2; ++time) {
    const auto info = peek_child(child.pid());
    ASSERT_TRUE(info);
    EXPECT_EQ(info->pid, child.pid());
    EXPECT_FALSE(info->signaled);
    EXPECT_EQ(info->status, 42);
  }
  EXPECT_EQ(WEXITSTATUS(child.wait()), 42);
}

TEST(PeekChild, TellsTheSignal) {
  Child child([] {
    scratch::stay();
    return 0;
  });
  kill(child.pid(), SIGKILL);
  scratch::await_zombie(child.pid());
  const auto info = peek_child(child.pid());
  ASSERT_TRUE(info);
  EXPECT_TRUE(info->signaled);
  EXPECT_EQ(info->status, SIGKILL);
}

TEST(PeekChild, TellsTheProcessorTimeAndTheMemory) {
  Child child(burn);
  scratch::await_zombie(child.pid());
  const auto info = peek_child(child.pid());
  ASSERT_TRUE(info);
  EXPECT_GE(info->cpu, 15ms);
  EXPECT_LT(info->cpu, 10s);
  EXPECT_GT(info->max_rss_kib, 100);
}

TEST(PeekChild, SeesNothingWhileItLivesOrOfOthers) {
  Child child([] {
    scratch::stay();
    return 0;
  });
  EXPECT_FALSE(peek_child(child.pid()));
  EXPECT_FALSE(peek_child(getppid()));
}

TEST(PeekChild, FindsAnyThatHasEnded) {
  EXPECT_FALSE(peek_any_child());
  Child alive([] {
    scratch::stay();
    return 0;
  });
  EXPECT_FALSE(peek_any_child());
  Child dead([] { return 3; });
  scratch::await_zombie(dead.pid());
  const auto info = peek_any_child();
  ASSERT_TRUE(info);
  EXPECT_EQ(info->pid, dead.pid());
}

TEST(IsChild, HoldsFromForkToReaping) {
  scratch::Gate gate;
  Child child([&] {
    gate.wait();
    return 0;
  });
  const pid_t pid = child.pid();
  EXPECT_TRUE(is_child(pid));
  gate.open();
  scratch::await_zombie(pid);
  EXPECT_TRUE(is_child(pid));
  child.wait();
  EXPECT_FALSE(is_child(pid));
  EXPECT_FALSE(is_child(getppid()));
}

TEST(ReapChild, LeavesTheLivingAlone) {
  scratch::Gate gate;
  Child child([&] {
    gate.wait();
    return 0;
  });
  reap_child(child.pid());
  EXPECT_TRUE(is_child(child.pid()));
  gate.open();
  scratch::await_zombie(child.pid());
  reap_child(child.pid());
  EXPECT_FALSE(is_child(child.pid()));
  EXPECT_FALSE(read_proc_stat(child.pid()));
}

TEST(Subreaper, InheritsOrphans) {
  const scratch::Subreaper subreaper;
  Child parent([] { return fork() == 0 ? (usleep(1000), 5) : 0; });
  parent.wait();
  ASSERT_TRUE(scratch::eventually([] { return peek_any_child().has_value(); }));
  const auto orphan = peek_any_child();
  EXPECT_EQ(orphan->status, 5);
  reap_child(orphan->pid);
}

TEST(PrivateExecutable, IsNamedWhenItIsMissing) {
  try {
    private_executable("no-such-program");
    FAIL() << "found";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("no-such-program"), std::string::npos);
    EXPECT_NE(error.hint(), "");
  }
}

class Daemon : public testing::Test {
 protected:
  /// The script's output, which it writes to descriptor 3.
  std::string run(const std::string& script, std::vector<int> more = {}) {
    const auto file = dir_.path() / "out";
    const Fd out(open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    more.insert(more.begin(), out.get());
    pid_ = spawn_daemon("/bin/sh", {"sh", "-c", script}, more);
    scratch::await_zombie(pid_);
    EXPECT_EQ(peek_child(pid_)->status, 0);
    session_ = read_proc_stat(pid_)->session;
    reap_child(pid_);
    return scratch::text_of(file);
  }

  scratch::Directory dir_;
  pid_t pid_ = 0;
  pid_t session_ = 0;
};

TEST_F(Daemon, LeadsASession) {
  run("true");
  EXPECT_EQ(session_, pid_);
}

TEST_F(Daemon, HasNothingOnItsStandardDescriptors) {
  const std::string three = run("cd /proc/$$/fd; names=$(/usr/bin/readlink 0 1 2); echo \"$names\" >&3");
  EXPECT_EQ(three, "/dev/null\n/dev/null\n/dev/null\n");
}

TEST_F(Daemon, GetsTheDescriptorsInOrderAlsoWhenTheirNumbersCross) {
  std::vector<Fd> files;
  std::vector<int> backwards;
  std::string wanted;
  for (char name = 'f'; name >= 'a'; --name) wanted += dir_.path().string() + "/" + name + "\n";
  for (char name = 'a'; name <= 'f'; ++name) {
    files.emplace_back(open((dir_.path() / std::string(1, name)).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    backwards.insert(backwards.begin(), files.back().get());
  }
  EXPECT_EQ(run("for n in 4 5 6 7 8 9; do /usr/bin/readlink /proc/$$/fd/$n >&3; done", backwards), wanted);
}

TEST_F(Daemon, GetsNoOtherDescriptor) {
  const Fd stray(open("/dev/zero", O_RDONLY));
  EXPECT_EQ(run("/bin/ls -l /proc/$$/fd >&3").find("/dev/zero"), std::string::npos);
}

TEST_F(Daemon, BlocksAndIgnoresNoSignal) {
  const scratch::KeptSignals kept;
  sigset_t term;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigprocmask(SIG_BLOCK, &term, nullptr);
  const auto old = signal(SIGPIPE, SIG_IGN);
  const std::string masks = run("exec /usr/bin/sed -nE 's/^Sig(Blk|Ign):.{10}([0-9a-f]{7}).*/\\2/p' /proc/self/status >&3");
  signal(SIGPIPE, old);
  // Signals 1 to 28; glibc's posix_spawn leaves 32 and 33, its own, ignored.
  EXPECT_EQ(masks, "0000000\n0000000\n");
}

TEST_F(Daemon, HasAnEmptyEnvironment) { EXPECT_EQ(run("/usr/bin/tr -d '\\n' < /proc/$$/environ >&3"), ""); }

TEST_F(Daemon, IsAnErrorWhereThereIsNoProgram) { EXPECT_THROW(spawn_daemon("/no/such/program", {"x"}, {}), Error); }

}  // namespace
}  // namespace rounds
