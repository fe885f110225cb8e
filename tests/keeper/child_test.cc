#include "keeper/child.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <sstream>
#include <thread>

#include "sys/clock.h"
#include "sys/proc.h"
#include "sys/process.h"
#include "sys/scratch.h"

namespace rounds {
namespace {

namespace fs = std::filesystem;

class StartChild : public testing::Test {
 protected:
  message::Start shell(const std::string& script) const {
    return {1, "1-key", "", 022, "/", {"/bin/sh", "-c", script}, {}};
  }
  Birth start(const message::Start& start) {
    birth_ = start_child(start, spool_.fd());
    return birth_;
  }
  /// Waits for the child's end and tells it, and reaps.
  ExitInfo end() {
    scratch::await_zombie(birth_.pid);
    const auto info = peek_child(birth_.pid);
    stat_ = read_proc_stat(birth_.pid).value();
    reap_child(birth_.pid);
    return *info;
  }
  /// What the child of a good start wrote.
  std::string output_of(const message::Start& order) {
    EXPECT_TRUE(start(order).ran) << static_cast<int>(birth_.step) << " " << std::strerror(birth_.error);
    EXPECT_EQ(end().status, 0);
    return scratch::text_of(path("1-key.out"));
  }
  void expect_failure(const message::Start& order, StartStep step, int error) {
    start(order);
    ASSERT_GT(birth_.pid, 0);
    EXPECT_FALSE(birth_.ran);
    EXPECT_EQ(birth_.step, step);
    EXPECT_EQ(birth_.error, error) << std::strerror(birth_.error);
    end();
    EXPECT_TRUE(stat_.never_ran()) << "so its exit code is nobody's status";
  }
  fs::path path(const std::string& name) const { return spool_.path() / name; }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(spool_.path())) names.push_back(entry.path().filename());
    return names;
  }
  ino_t inode_of(const std::string& name) const {
    struct stat info {};
    EXPECT_EQ(stat(path(name).c_str(), &info), 0) << name;
    return info.st_ino;
  }
  void write_script(const fs::path& file, const std::string& line, mode_t mode = 0755) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << "#!/bin/sh\n" << line << "\n";
    ASSERT_EQ(chmod(file.c_str(), mode), 0);
  }

  scratch::Directory spool_;
  Birth birth_;
  ProcStat stat_;
};

TEST_F(StartChild, LeavesAMarkerThatNamesItAndItsTime) {
  const auto before = read_clock().boot.count();
  ASSERT_TRUE(start(shell("exit 3")).ran);
  const auto after = read_clock().boot.count();
  EXPECT_EQ(end().status, 3);
  EXPECT_GE(birth_.boot_ns, before);
  EXPECT_LE(birth_.boot_ns, after);
  EXPECT_TRUE(fs::exists(path("1-key." + std::to_string(birth_.pid) + "." + std::to_string(birth_.boot_ns))));
}

TEST_F(StartChild, ReportsAnOutputThatIsThereAndRunsNothing) {
  std::ofstream(path("1-key.out")) << "precious";
  expect_failure(shell("echo over it"), StartStep::output, EEXIST);
  EXPECT_EQ(scratch::text_of(path("1-key.out")), "precious");
  EXPECT_EQ(files(), std::vector<std::string>{"1-key.out"}) << "no marker: it never began";
}

TEST_F(StartChild, FollowsNoLinkToItsOutput) {
  fs::create_symlink(path("victim"), path("1-key.out"));
  expect_failure(shell("echo hi"), StartStep::output, EEXIST);
  EXPECT_FALSE(fs::exists(path("victim")));
}

TEST_F(StartChild, TakesOverTheSpareFileThatItWasGiven) {
  std::ofstream(path("0-old.out"));
  const auto inode = inode_of("0-old.out");
  message::Start order = shell("echo hi");
  order.spare = "0-old.out";
  EXPECT_EQ(output_of(order), "hi\n");
  EXPECT_EQ(inode_of("1-key.out"), inode);
  EXPECT_FALSE(fs::exists(path("0-old.out")));
}

TEST_F(StartChild, TakesNoSpareWhenItsOutputIsThere) {
  std::ofstream(path("0-old.out"));
  std::ofstream(path("1-key.out")) << "precious";
  message::Start order = shell("echo over it");
  order.spare = "0-old.out";
  expect_failure(order, StartStep::output, EEXIST);
  EXPECT_EQ(scratch::text_of(path("1-key.out")), "precious");
  EXPECT_TRUE(fs::exists(path("0-old.out")));
}

TEST_F(StartChild, MakesItsFileWhenTheSpareIsGone) {
  message::Start order = shell("echo hi");
  order.spare = "0-old.out";
  EXPECT_EQ(output_of(order), "hi\n");
}

TEST_F(StartChild, WritesBothStreamsToAFileForItsOwnerAlone) {
  EXPECT_EQ(output_of(shell("echo out; echo err >&2; echo out")), "out\nerr\nout\n");
  struct stat info {};
  ASSERT_EQ(stat(path("1-key.out").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
}

TEST_F(StartChild, AppendsAlsoAfterItsFileWasCut) {
  EXPECT_EQ(output_of(shell("echo long line; : > /dev/stdout; echo short >&2")), "short\n");
}

TEST_F(StartChild, ReportsWhatCannotBeExecuted) {
  message::Start order = shell("");
  order.argv = {"/no/such/program"};
  expect_failure(order, StartStep::exec, ENOENT);
}

TEST_F(StartChild, ReportsWhatMayNotBeExecuted) {
  write_script(path("plain"), "exit 0", 0644);
  message::Start order = shell("");
  order.argv = {path("plain")};
  expect_failure(order, StartStep::exec, EACCES);
}

TEST_F(StartChild, ReportsADirectoryThatIsMissing) {
  message::Start order = shell("exit 0");
  order.directory = "/no/such/directory";
  expect_failure(order, StartStep::directory, ENOENT);
}

TEST_F(StartChild, ReportsADirectoryThatIsNone) {
  std::ofstream(path("file")) << "x";
  message::Start order = shell("exit 0");
  order.directory = path("file");
  expect_failure(order, StartStep::directory, ENOTDIR);
}

TEST_F(StartChild, StartsInItsDirectory) {
  message::Start order = shell("pwd -P");
  order.directory = fs::canonical(spool_.path());
  EXPECT_EQ(output_of(order), order.directory + "\n");
}

TEST_F(StartChild, LooksForItsProgramInItsOwnPath) {
  write_script(path("first/tool"), "echo first");
  write_script(path("second/tool"), "echo second");
  message::Start order = shell("");
  order.argv = {"tool"};
  order.environment = {"PATH=" + path("none").string() + ":" + path("second").string() + ":" + path("first").string()};
  EXPECT_EQ(output_of(order), "second\n");
}

TEST_F(StartChild, PassesOverAProgramThatItMayNotExecute) {
  write_script(path("first/tool"), "echo first", 0644);
  write_script(path("second/tool"), "echo second");
  message::Start order = shell("");
  order.argv = {"tool"};
  order.environment = {"PATH=" + path("first").string() + ":" + path("second").string()};
  EXPECT_EQ(output_of(order), "second\n");
}

TEST_F(StartChild, SaysThatItMayNotRatherThanThatThereIsNone) {
  write_script(path("first/tool"), "echo first", 0644);
  message::Start order = shell("");
  order.argv = {"tool"};
  order.environment = {"PATH=" + path("first").string() + ":" + path("none").string()};
  expect_failure(order, StartStep::exec, EACCES);
}

TEST_F(StartChild, ReportsAProgramThatNoFolderOfItsPathHas) {
  message::Start order = shell("");
  order.argv = {"sh"};
  order.environment = {"PATH=" + path("none").string()};
  expect_failure(order, StartStep::exec, ENOENT);
}

TEST_F(StartChild, FindsUsualProgramsWithoutAPath) {
  message::Start order = shell("");
  order.argv = {"echo", "a  b", ""};
  EXPECT_EQ(output_of(order), "a  b \n");
}

TEST_F(StartChild, HasTheEnvironmentThatWasGivenAndNoMore) {
  message::Start order = shell("");
  order.argv = {"/usr/bin/env"};
  order.environment = {"B=2", "A=x y=z", "ROUNDS_RUN_ID=7"};
  EXPECT_EQ(output_of(order), "B=2\nA=x y=z\nROUNDS_RUN_ID=7\n");
}

TEST_F(StartChild, HasAnEmptyEnvironmentWhenNoneWasGiven) {
  message::Start order = shell("");
  order.argv = {"/usr/bin/env"};
  EXPECT_EQ(output_of(order), "");
}

TEST_F(StartChild, LeadsASessionAndAGroupOfItsOwn) {
  output_of(shell("true"));
  EXPECT_EQ(stat_.session, birth_.pid);
  EXPECT_EQ(stat_.parent, getpid());
}

TEST_F(StartChild, HasTheFileMaskThatWasGiven) {
  message::Start order = shell("umask");
  order.file_mask = 027;
  EXPECT_EQ(output_of(order), "0027\n");
}

TEST_F(StartChild, HasTheLimitsThatWereGiven) {
  message::Start order = shell("ulimit -n; ulimit -Hc; ulimit -St; ulimit -Ht");
  order.limits = {{RLIMIT_NOFILE, 64, 64}, {RLIMIT_CORE, 0, 0}, {RLIMIT_CPU, 600, 610}};
  EXPECT_EQ(output_of(order), "64\n0\n600\n610\n");
}

TEST_F(StartChild, ReportsALimitThatTheSystemRefuses) {
  message::Start order = shell("exit 0");
  order.limits = {{RLIMIT_NOFILE, 64, 32}};
  expect_failure(order, StartStep::limits, EINVAL);
}

TEST_F(StartChild, HasTheNicenessThatWasGivenAndItsSessionToo) {
  message::Start order = shell("nice; sed -n 's/.*nice //p' /proc/self/autogroup 2>/dev/null");
  order.nice = 7;
  const std::string output = output_of(order);
  EXPECT_EQ(output, fs::exists("/proc/self/autogroup") ? "7\n7\n" : "7\n");
}

TEST_F(StartChild, HasTheDiskPriorityThatWasGiven) {
  message::Start order = shell("ionice");
  order.io_priority = 2 << 13 | 6;
  EXPECT_EQ(output_of(order), "best-effort: prio 6\n");
}

TEST_F(StartChild, BecomesTheUserWithAllItsGroupsAndNoneOfOurs) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  message::Start order = shell("id -u; id -ru; id -g; id -G");
  order.as_user = 1;
  order.uid = 4321;
  order.gid = 4322;
  order.groups = {4322, 4323};
  EXPECT_EQ(output_of(order), "4321\n4321\n4322\n4322 4323\n");
  struct stat info {};
  ASSERT_EQ(stat(path("1-key.out").c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, 4321u) << "its output is its own";
  EXPECT_EQ(info.st_mode & 07777, 0600u);
}

TEST_F(StartChild, HasNoPrivilegeLeftAsAnotherUser) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  message::Start order = shell("grep -E '^Cap(Prm|Eff|Amb)' /proc/self/status | cut -f2 | sort -u");
  order.as_user = 1;
  order.uid = order.gid = 4321;
  order.groups = {4321};
  EXPECT_EQ(output_of(order), "0000000000000000\n");
}

TEST_F(StartChild, EntersItsDirectoryAsTheUserThatItIs) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  message::Start order = shell("exit 0");
  order.as_user = 1;
  order.uid = order.gid = 4321;
  order.directory = spool_.path();
  ASSERT_EQ(chmod(spool_.path().c_str(), 0700), 0);
  expect_failure(order, StartStep::directory, EACCES);
}

TEST_F(StartChild, BlocksNoSignalAndDiesOfABrokenPipe) {
  const scratch::KeptSignals kept;
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, nullptr);
  const auto old = signal(SIGPIPE, SIG_IGN);
  std::istringstream masks(output_of(shell("exec /usr/bin/sed -nE 's/^Sig(Blk|Ign):.//p' /proc/self/status")));
  signal(SIGPIPE, old);
  std::uint64_t blocked = ~0u, ignored = ~0u;
  ASSERT_TRUE(masks >> std::hex >> blocked >> ignored);
  EXPECT_EQ(blocked, 0u);
  EXPECT_EQ(ignored & (1u << (SIGPIPE - 1)), 0u);
}

TEST_F(StartChild, LeavesItsCallerAsItWas) {
  const mode_t mask = umask(022);
  message::Start order = shell("exit 0");
  order.file_mask = 077;
  order.directory = spool_.path();
  const auto directory = fs::current_path();
  output_of(order);
  EXPECT_EQ(umask(mask), 022u);
  EXPECT_EQ(fs::current_path(), directory);
  EXPECT_NE(getsid(0), birth_.pid);
}

/// Kills the process that the marker in that spool names as soon as there is one.
pid_t kill_marked(const fs::path& spool, const std::atomic<bool>& give_up) {
  pid_t pid = 0;
  while (pid == 0 && !give_up) pid = scratch::marked_process(spool, "1-key");
  if (pid > 0) kill(pid, SIGKILL);
  return pid;
}

TEST_F(StartChild, DidNotRunWhenItIsKilledOnItsWay) {
  message::Start order = shell("exit 0");
  order.argv = {"sh"};
  order.environment = {"PATH="};
  for (int i = 0; i < 300'000; ++i) order.environment[0] += "/none:";  // keeps it busy before exec
  std::atomic<bool> give_up = false;
  pid_t killed = 0;
  std::thread killer([&] { killed = kill_marked(spool_.path(), give_up); });
  start(order);
  give_up = true;
  killer.join();
  ASSERT_EQ(killed, birth_.pid);
  EXPECT_FALSE(birth_.ran);
  EXPECT_EQ(birth_.step, StartStep::killed_before_exec);
  EXPECT_TRUE(end().signaled);
}

}  // namespace
}  // namespace rounds
