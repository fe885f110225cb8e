#include <gtest/gtest.h>
#include <sys/resource.h>
#include <time.h>

#include <chrono>

#include "keeper/keeping.h"
#include "sys/packet_socket.h"
#include "sys/proc.h"

namespace rounds {
namespace {

using namespace message;

/// The connections of a keeper, one after another, its leaving and its death.
class KeeperLife : public Keeping {
 protected:
  Fd connect_raw() const {
    Fd fd;
    EXPECT_EQ(connect_at(spool_.fd(), KeeperLink::socket_name(kId), fd), Connected::yes);
    return fd;
  }
  static bool ends(const Fd& connection) {
    std::string packet;
    return scratch::readable(connection.get()) && receive_packet(connection, packet) == Received::end;
  }
  void kill_keeper() {
    kill(keeper_, SIGKILL);
    scratch::await_zombie(keeper_);
    while (first_->link.standing() != KeeperStanding::gone) first_->listen();
  }
  /// What the keeper has used so far.
  std::chrono::nanoseconds processor_time() const {
    clockid_t clock{};
    timespec used{};
    if (clock_getcpuclockid(keeper_, &clock) != 0 || clock_gettime(clock, &used) != 0) throw std::runtime_error("clock");
    return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
  }
  /// The status of a child that was the keeper's.
  static ExitInfo inherited(pid_t pid) {
    scratch::await_zombie(pid);
    const auto info = peek_child(pid);
    reap_child(pid);
    return info.value();
  }
};

TEST_F(KeeperLife, ReplaysAllItHoldsToTheNextConnection) {
  run_to_end(1, "exit 3");
  start(2, waiting("exit 0"));
  Start nowhere = order(3, "exit 0");
  nowhere.directory = "/no/such/directory";
  first_->link.send(nowhere);
  first_->next<NotStarted>();
  run_to_end(4, "exit 0");
  first_->link.send(Recorded{4});
  first_.reset();

  Ear second = connect_again();
  const auto heard = replay(second);
  ASSERT_EQ(heard.size(), 3u);
  EXPECT_EQ(std::get<Exited>(heard[0]).run, 1);
  EXPECT_EQ(std::get<Exited>(heard[0]).status, 3);
  EXPECT_EQ(std::get<Started>(heard[1]).run, 2);
  EXPECT_EQ(std::get<NotStarted>(heard[2]).run, 3);
}

TEST_F(KeeperLife, ServesOneConnectionAfterAnother) {
  start(1, waiting("exit 0"));
  Ear second = connect_again();
  EXPECT_EQ(second.link.standing(), KeeperStanding::silent);
  EXPECT_FALSE(scratch::readable(second.link.fd(), 50));
  first_.reset();
  EXPECT_EQ(replay(second).size(), 1u);
}

TEST_F(KeeperLife, ReplaysAgainToEachThatFollows) {
  run_to_end(1, "exit 3");
  first_.reset();
  for (int i = 0; i < 3; ++i) {
    Ear next = connect_again();
    const auto heard = replay(next);
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_EQ(std::get<Exited>(heard[0]).status, 3);
  }
}

TEST_F(KeeperLife, StartsNothingForAnyButItsMaker) {
  start(1, waiting("exit 0"));
  first_.reset();
  Ear second = connect_again();
  replay(second);
  second.link.send(order(2, "exit 0"));
  second.link.send(Signal{1, SIGKILL});
  EXPECT_EQ(second.next<Exited>().run, 1) << "it obeys, but that";
  EXPECT_EQ(scratch::marked_process(spool_.path(), "r2"), 0);
}

TEST_F(KeeperLife, LeavesWithItsMakerWhenItHoldsNothing) {
  run_to_end(1, "exit 0");
  first_->link.send(Recorded{1});
  first_.reset();
  EXPECT_TRUE(keeper_leaves());
}

TEST_F(KeeperLife, StaysWithARunWhoseEndNobodyRecorded) {
  run_to_end(1, "exit 0");
  first_.reset();
  EXPECT_TRUE(keeper_stays());
}

TEST_F(KeeperLife, LeavesWhenALaterSchedulerHasRecordedTheLast) {
  start(1, waiting("exit 5"));
  first_.reset();
  Ear second = connect_again();
  replay(second);
  let_go();
  EXPECT_EQ(second.next<Exited>().status, 5);
  second.link.send(Recorded{1});
  EXPECT_TRUE(keeper_leaves());
}

TEST_F(KeeperLife, LeavesWhenItsSocketIsGoneAndNoJobLives) {
  start(1, waiting("exit 0"));
  first_.reset();
  ASSERT_TRUE(std::filesystem::remove(path(KeeperLink::socket_name(kId))));
  EXPECT_TRUE(keeper_stays());
  let_go();
  EXPECT_TRUE(keeper_leaves());
}

TEST_F(KeeperLife, LeavesAtOnceWhenItsSocketGoesAfterItsJobs) {
  run_to_end(1, "exit 0");
  first_.reset();
  ASSERT_TRUE(keeper_stays());
  ASSERT_TRUE(std::filesystem::remove(path(KeeperLink::socket_name(kId))));
  EXPECT_TRUE(keeper_leaves());
}

TEST_F(KeeperLife, DoesNotEndItsJobsWhenItIsKilled) {
  const pid_t job = start(1, waiting("exit 5"));
  kill_keeper();
  EXPECT_TRUE(is_child(job)) << "its maker inherits them";
  let_go();
  EXPECT_EQ(inherited(job).status, 5);
}

TEST_F(KeeperLife, LeavesTheStatusOfAnEndedJobToItsMakerWhenItIsKilled) {
  const pid_t job = run_to_end(1, "exit 6").pid;
  kill_keeper();
  EXPECT_EQ(inherited(job).status, 6);
}

TEST_F(KeeperLife, IsHeardOutAfterItsDeath) {
  start(1, waiting("exit 6"));
  let_go();
  ASSERT_TRUE(scratch::readable(first_->link.fd()));
  kill_keeper();
  EXPECT_EQ(first_->next<Exited>().status, 6);
}

TEST_F(KeeperLife, IsGoneForOneWhoComesLater) {
  kill_keeper();
  EXPECT_EQ(connect_again().link.standing(), KeeperStanding::gone);
}

TEST_F(KeeperLife, IsSilentWhileItIsStopped) {
  start(1, waiting("exit 0"));
  kill(keeper_, SIGSTOP);
  scratch::await_stopped(keeper_);
  first_.reset();
  Ear second = connect_again();
  EXPECT_EQ(second.link.standing(), KeeperStanding::silent);
  EXPECT_FALSE(scratch::readable(second.link.fd(), 50));
  kill(keeper_, SIGCONT);
  EXPECT_EQ(replay(second).size(), 1u);
}

TEST_F(KeeperLife, RestsWhileItHasNoDescriptorForWhoConnects) {
  start(1, waiting("exit 0"));
  first_.reset();
  const rlimit none{3, 1024};
  ASSERT_EQ(prlimit(keeper_, RLIMIT_NOFILE, &none, nullptr), 0);
  Ear second = connect_again();
  const auto before = processor_time();
  EXPECT_FALSE(scratch::readable(second.link.fd(), 500));
  EXPECT_LT(processor_time() - before, std::chrono::milliseconds(50)) << "it asks again and again";
  const rlimit enough{1024, 1024};
  ASSERT_EQ(prlimit(keeper_, RLIMIT_NOFILE, &enough, nullptr), 0);
  EXPECT_EQ(replay(second).size(), 1u);
}

TEST_F(KeeperLife, ListensToNobodyWhoDoesNotGreet) {
  run_to_end(1, "exit 0");
  first_.reset();
  const Fd rude = connect_raw();
  send_packet(rude, encode(Recorded{1}));
  EXPECT_TRUE(ends(rude));
  const Fd garbled = connect_raw();
  send_packet(garbled, "garbage");
  EXPECT_TRUE(ends(garbled));
  Ear second = connect_again();
  EXPECT_EQ(replay(second).size(), 1u) << "nothing was forgotten";
}

TEST_F(KeeperLife, DropsAClientThatSaysNothing) {
  run_to_end(1, "exit 0");
  first_.reset();
  const auto begin = std::chrono::steady_clock::now();
  const Fd silent = connect_raw();
  Ear second = connect_again();
  EXPECT_EQ(replay(second).size(), 1u);
  EXPECT_TRUE(ends(silent));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4));
}

}  // namespace
}  // namespace rounds
