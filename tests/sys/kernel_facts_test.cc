// What the life of a run relies on and no manual promises: each fact tried on the kernel at hand.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sys/clock.h"
#include "sys/packet_socket.h"
#include "sys/proc.h"
#include "sys/process.h"
#include "sys/scratch.h"

namespace rounds {
namespace {

using scratch::Child;
using scratch::Gate;

/// vfork: the caller stands still until the child has executed `script`, which it does once `before` returns.
template <typename Body>
pid_t vfork_shell(const char* script, Body before) {
  char* argv[] = {const_cast<char*>("sh"), const_cast<char*>("-c"), const_cast<char*>(script), nullptr};
  char* environment[] = {nullptr};
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  const pid_t pid = vfork();
#pragma GCC diagnostic pop
  if (pid == 0) {
    before();
    execve("/bin/sh", argv, environment);
    _exit(1);
  }
  return pid;
}

void await_any_zombie() {
  siginfo_t info{};
  ASSERT_EQ(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT), 0);
}

struct Ends {
  Ends() {
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) throw std::runtime_error("socketpair");
    ours = Fd(fds[0]);
    keepers = Fd(fds[1]);
  }
  Fd ours, keepers;
};

/// The test plays the scheduler, forked children the keeper.
class Kernel : public testing::Test {
 protected:
  scratch::Subreaper subreaper_;
  scratch::Directory dir_;
};

TEST_F(Kernel, KeepsASocketOpenUntilTheLastChildOnItsWayHasExecuted) {
  Ends socket;
  Gate on_its_way, go;
  Child keeper([&] {
    socket.ours.reset();
    vfork_shell("exit 7", [&] {
      on_its_way.open();
      go.wait();
    });
    return 0;
  });
  socket.keepers.reset();
  on_its_way.wait();
  keeper.end();
  EXPECT_FALSE(scratch::readable(socket.ours.get(), 30)) << "its child still holds the socket";
  go.open();
  EXPECT_TRUE(scratch::readable(socket.ours.get()));
  std::string packet;
  EXPECT_EQ(receive_packet(socket.ours, packet), Received::end);
  await_any_zombie();
  const auto orphan = peek_any_child();
  ASSERT_TRUE(orphan);
  EXPECT_EQ(orphan->status, 7) << "the status is ours to read";
  EXPECT_GT(orphan->max_rss_kib, 0);
  reap_child(orphan->pid);
}

TEST_F(Kernel, HandsAZombieOnStatusAndAll) {
  Child keeper([] {
    const pid_t run = fork();
    if (run == 0) _exit(5);
    scratch::await_zombie(run);
    return 0;
  });
  keeper.wait();
  const auto orphan = peek_any_child();
  ASSERT_TRUE(orphan);
  EXPECT_EQ(orphan->status, 5);
  reap_child(orphan->pid);
}

TEST_F(Kernel, HandsOverTheChildrenBeforeWaitReturnsTheirParent) {
  for (int i = 0; i < 200; ++i) {
    Ends socket;
    Child keeper([&] {
      const pid_t run = fork();
      if (run == 0) scratch::stay();
      send_packet(socket.keepers, std::string(reinterpret_cast<const char*>(&run), sizeof run));
      scratch::stay();
      return 0;
    });
    ASSERT_TRUE(scratch::readable(socket.ours.get()));
    std::string packet;
    receive_packet(socket.ours, packet);
    pid_t run = 0;
    packet.copy(reinterpret_cast<char*>(&run), sizeof run);
    keeper.end();
    ASSERT_TRUE(is_child(run)) << "try " << i;
    kill(run, SIGKILL);
    scratch::await_zombie(run);
    reap_child(run);
  }
}

TEST_F(Kernel, TellsOfAResetBeforeTheDataThatStillWaits) {
  Ends socket;
  EXPECT_EQ(send(socket.keepers.get(), "exited", 6, 0), 6);
  EXPECT_EQ(send(socket.ours.get(), "start", 5, 0), 5);
  socket.keepers.reset();
  char bytes[16];
  EXPECT_LT(recv(socket.ours.get(), bytes, sizeof bytes, 0), 0);
  EXPECT_EQ(errno, ECONNRESET);
  EXPECT_EQ(recv(socket.ours.get(), bytes, sizeof bytes, 0), 6);
  EXPECT_EQ(recv(socket.ours.get(), bytes, sizeof bytes, 0), 0);
}

TEST_F(Kernel, RefusesADeadKeepersSocketOnlyOnceItsChildrenHaveExecuted) {
  Fd listener = listen_at(dir_.fd(), "k", 4);
  Gate on_its_way, go;
  Child keeper([&] {
    vfork_shell("exit 0", [&] {
      on_its_way.open();
      go.wait();
    });
    return 0;
  });
  listener.reset();
  on_its_way.wait();
  keeper.end();
  Fd connection;
  ASSERT_EQ(connect_at(dir_.fd(), "k", connection), Connected::yes) << "the child on its way holds the listener";
  EXPECT_FALSE(scratch::readable_now(connection.get()));
  go.open();
  EXPECT_TRUE(scratch::readable(connection.get()));
  std::string packet;
  EXPECT_EQ(receive_packet(connection, packet), Received::end);
  EXPECT_EQ(connect_at(dir_.fd(), "k", connection), Connected::refused);
  await_any_zombie();
  reap_child(peek_any_child()->pid);
}

TEST_F(Kernel, FlagsAProcessThatNeverExecuted) {
  Child forked([] {
    scratch::stay();
    return 0;
  });
  EXPECT_TRUE(read_proc_stat(forked.pid())->never_ran());
  kill(forked.pid(), SIGKILL);
  scratch::await_zombie(forked.pid());
  EXPECT_TRUE(read_proc_stat(forked.pid())->never_ran()) << "also as a zombie";
}

TEST_F(Kernel, FlagsAProcessWhoseExecFailed) {
  Child failed([] { return execl("/no/such/program", "x", nullptr) == 0 ? 0 : 127; });
  scratch::await_zombie(failed.pid());
  EXPECT_TRUE(read_proc_stat(failed.pid())->never_ran());
}

TEST_F(Kernel, FlagsNoJobThatItselfExitsWith127) {
  const pid_t job = vfork_shell("exit 127", [] {});
  scratch::await_zombie(job);
  EXPECT_FALSE(read_proc_stat(job)->never_ran());
  EXPECT_EQ(peek_child(job)->status, 127);
  reap_child(job);
}

TEST_F(Kernel, KeepsTheNumberAndTheSessionOfAPeekedZombie) {
  Child zombie([] {
    setsid();
    return 0;
  });
  scratch::await_zombie(zombie.pid());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(peek_child(zombie.pid()));
  const auto stat = read_proc_stat(zombie.pid());
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->session, zombie.pid());
  EXPECT_EQ(kill(-zombie.pid(), 0), 0) << "its group can be nobody else's";
}

/// A timer that kills the calling process in a fifth of a second.
void arm_short_timer() {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGKILL;
  itimerspec length{};
  length.it_value.tv_nsec = 200'000'000;
  int id = 0;
  if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id) != 0 ||
      syscall(SYS_timer_settime, id, 0, &length, nullptr) != 0) {
    _exit(1);
  }
}

TEST_F(Kernel, KillsByItsTimerAChildThatHangsBeforeExec) {
  Gate never;
  const pid_t hanging = vfork_shell("exit 0", [&] {
    arm_short_timer();
    never.wait();
  });
  scratch::await_zombie(hanging);
  EXPECT_TRUE(peek_child(hanging)->signaled);
  EXPECT_TRUE(read_proc_stat(hanging)->never_ran());
  reap_child(hanging);
}

TEST_F(Kernel, RemovesTheTimerWithExec) {
  const pid_t job = vfork_shell("/bin/sleep 0.5", arm_short_timer);
  scratch::await_zombie(job);
  EXPECT_FALSE(peek_child(job)->signaled);
  reap_child(job);
}

/// Takes the record lock of the file, or tells who has it: 0 for success.
pid_t lock_or_owner(int fd) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (fcntl(fd, F_SETLK, &lock) == 0) return 0;
  fcntl(fd, F_GETLK, &lock);
  return lock.l_pid;
}

TEST_F(Kernel, LeavesALockWithAStoppedHolderAndTakesItFromADeadOne) {
  const Fd file(openat(dir_.fd().get(), "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  Gate held;
  Child holder([&] {
    if (lock_or_owner(file.get()) != 0) return 1;
    held.open();
    scratch::stay();
    return 0;
  });
  held.wait();
  kill(holder.pid(), SIGSTOP);
  scratch::await_stopped(holder.pid());
  EXPECT_EQ(lock_or_owner(file.get()), holder.pid());
  holder.end();
  EXPECT_EQ(lock_or_owner(file.get()), 0);
}

TEST_F(Kernel, LetsAJobTruncateItsOwnOutput) {
  const Fd output(openat(dir_.fd().get(), "out", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  ASSERT_EQ(write(output.get(), "evidence\n", 9), 9);
  const pid_t job = vfork_shell("echo hi > /dev/stdout", [&] { dup2(output.get(), STDOUT_FILENO); });
  scratch::await_zombie(job);
  reap_child(job);
  EXPECT_EQ(scratch::text_of(dir_.path() / "out"), "hi\n") << "so no evidence may live in it";
}

TEST_F(Kernel, RenamesOverNothingWhenAsked) {
  const int folder = dir_.fd().get();
  for (const char* name : {"first", "second"}) std::ofstream(dir_.path() / name) << name;
  EXPECT_EQ(renameat2(folder, "first", folder, "out", RENAME_NOREPLACE), 0);
  EXPECT_NE(renameat2(folder, "second", folder, "out", RENAME_NOREPLACE), 0);
  EXPECT_EQ(errno, EEXIST);
  EXPECT_EQ(scratch::text_of(dir_.path() / "out"), "first");
}

TEST_F(Kernel, LeasesAFileForWritingOnlyWhileNobodyElseHasItOpen) {
  const auto path = dir_.path() / "out";
  std::ofstream(path) << "x";
  const auto leased = [&] {
    const Fd ours(open(path.c_str(), O_RDWR | O_CLOEXEC));
    return fcntl(ours.get(), F_SETLEASE, F_WRLCK) == 0;
  };
  EXPECT_TRUE(leased());
  for (const int flags : {O_RDONLY, O_WRONLY | O_APPEND}) {
    Fd other(open(path.c_str(), flags | O_CLOEXEC));
    EXPECT_FALSE(leased()) << flags;
    void* mapped = flags == O_RDONLY ? mmap(nullptr, 1, PROT_READ, MAP_PRIVATE, other.get(), 0) : MAP_FAILED;
    other.reset();
    EXPECT_EQ(leased(), mapped == MAP_FAILED) << "a mapping holds it too";
    if (mapped != MAP_FAILED) munmap(mapped, 1);
  }
  EXPECT_TRUE(leased());
}

}  // namespace
}  // namespace rounds
