#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <map>

#include "keeper/keeping.h"
#include "sys/clock.h"
#include "sys/proc.h"

namespace rounds {
namespace {

using namespace message;

std::int64_t wall_ms() { return read_clock().wall.time_since_epoch().count(); }

TEST_F(Keeping, ServesItsMakerFromTheFirstMoment) {
  EXPECT_EQ(first_->link.standing(), KeeperStanding::serving);
  EXPECT_EQ(run_to_end(1, "exit 0").status, 0);
}

TEST_F(Keeping, TellsOfTheStartAndOfTheEnd) {
  const auto before = wall_ms();
  first_->link.send(order(7, "echo hello; exit 3"));
  const Started started = first_->next<Started>();
  EXPECT_EQ(started.run, 7);
  EXPECT_GE(started.at_ms, before);
  const Exited exited = first_->next<Exited>();
  EXPECT_EQ(exited.run, 7);
  EXPECT_EQ(exited.pid, started.pid);
  EXPECT_EQ(exited.started_ms, started.at_ms);
  EXPECT_GE(exited.at_ms, exited.started_ms);
  EXPECT_LE(exited.at_ms, wall_ms());
  EXPECT_EQ(exited.signaled, 0u);
  EXPECT_EQ(exited.status, 3);
  EXPECT_EQ(output(7), "hello\n");
}

TEST_F(Keeping, TellsTheSignalThatEndedARun) {
  const Exited exited = run_to_end(1, "kill -TERM $$");
  EXPECT_EQ(exited.signaled, 1u);
  EXPECT_EQ(exited.status, SIGTERM);
}

TEST_F(Keeping, TellsTheProcessorTimeAndTheMemory) {
  const Exited exited = run_to_end(1, "i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done");
  EXPECT_GT(exited.cpu_us, 1000);
  EXPECT_LT(exited.cpu_us, 60'000'000);
  EXPECT_GT(exited.max_rss_kib, 100);
}

TEST_F(Keeping, TellsWhyARunCouldNotStart) {
  Start nowhere = order(1, "exit 0");
  nowhere.directory = "/no/such/directory";
  first_->link.send(nowhere);
  const NotStarted failed = first_->next<NotStarted>();
  EXPECT_EQ(failed.run, 1);
  EXPECT_EQ(failed.step, StartStep::directory);
  EXPECT_EQ(failed.error, ENOENT);
}

TEST_F(Keeping, StartsNothingWhoseOutputIsThere) {
  std::ofstream(path("r1.out")) << "first";
  first_->link.send(order(1, "echo twice"));
  const NotStarted failed = first_->next<NotStarted>();
  EXPECT_EQ(failed.step, StartStep::output);
  EXPECT_EQ(failed.error, EEXIST);
  EXPECT_EQ(output(1), "first");
}

TEST_F(Keeping, StartsARunOnceHoweverOftenItIsTold) {
  for (int i = 0; i < 3; ++i) first_->link.send(order(1, "echo once"));
  first_->next<Started>();
  first_->next<Exited>();
  EXPECT_EQ(run_to_end(2, "exit 4").status, 4) << "and nothing of run 1 in between";
  EXPECT_EQ(output(1), "once\n");
}

TEST_F(Keeping, KeepsTheZombieAndItsGroupUntilItsEndIsRecorded) {
  const Exited exited = run_to_end(1, "/bin/sleep 1000 & echo $!");
  const auto left_behind = open_pidfd(std::stoi(output(1)));
  ASSERT_TRUE(left_behind);
  ASSERT_TRUE(read_proc_stat(exited.pid));
  EXPECT_EQ(read_proc_stat(exited.pid)->state, 'Z');
  first_->link.send(Signal{1, SIGKILL});
  EXPECT_TRUE(scratch::readable(left_behind->get())) << "the signal hits what the run left behind";
  EXPECT_TRUE(read_proc_stat(exited.pid));
  first_->link.send(Recorded{1});
  EXPECT_TRUE(scratch::eventually([&] { return !read_proc_stat(exited.pid); }));
}

TEST_F(Keeping, ReapsTheRunThatNeverRanOnceThatIsRecorded) {
  Start nowhere = order(1, "exit 0");
  nowhere.directory = "/no/such/directory";
  first_->link.send(nowhere);
  first_->next<NotStarted>();
  const pid_t pid = scratch::marked_process(spool_.path(), "r1");
  ASSERT_GT(pid, 0);
  EXPECT_TRUE(read_proc_stat(pid));
  first_->link.send(Recorded{1});
  EXPECT_TRUE(scratch::eventually([&] { return !read_proc_stat(pid); }));
}

TEST_F(Keeping, SignalsTheWholeGroupOfALivingRun) {
  start(1, "/bin/sleep 1000 & echo $!; wait");
  ASSERT_TRUE(scratch::eventually([&] { return output(1).ends_with("\n"); }));
  const auto below = open_pidfd(std::stoi(output(1)));
  ASSERT_TRUE(below);
  first_->link.send(Signal{1, SIGTERM});
  EXPECT_EQ(first_->next<Exited>().status, SIGTERM);
  EXPECT_TRUE(scratch::readable(below->get()));
}

TEST_F(Keeping, IgnoresWhatConcernsNoRunOfItsOwn) {
  first_->link.send(Signal{99, SIGKILL});
  first_->link.send(Recorded{99});
  first_->link.send(Started{99, 1, 1, 1});
  EXPECT_EQ(run_to_end(1, "exit 6").status, 6);
}

TEST_F(Keeping, GivesAJobThreeDescriptorsAndNothingToRead) {
  run_to_end(1, "/bin/ls /proc/$$/fd; /usr/bin/readlink /proc/$$/fd/0");
  EXPECT_EQ(output(1), "0\n1\n2\n/dev/null\n");
}

TEST_F(Keeping, GivesAJobNoBlockedAndNoIgnoredSignals) {
  run_to_end(1, "exec /usr/bin/sed -nE 's/^Sig(Blk|Ign):.{10}([0-9a-f]{7}).*/\\2/p' /proc/self/status");
  EXPECT_EQ(output(1), "0000000\n0000000\n");
}

/// How often each run's end was told, after so many quick ones whose news are heard by `hear`.
class Burst : public Keeping {
 protected:
  static constexpr int kRuns = 1000;

  void send_all() {
    for (int run = 1; run <= kRuns; ++run) {
      Start quick = order(run, "");
      quick.argv = {"/bin/true"};
      first_->link.send(quick);
    }
  }
  void hear_all() {
    while (static_cast<int>(ends_.size()) < kRuns) {
      first_->listen();
      for (const Message& message : first_->take_all()) note(message);
    }
  }
  void note(const Message& message) {
    if (const auto* started = std::get_if<Started>(&message)) {
      EXPECT_EQ(++starts_[started->run], 1);
      EXPECT_FALSE(ends_.contains(started->run)) << "the start is no news after the end";
    } else {
      const auto exited = std::get<Exited>(message);
      EXPECT_EQ(++ends_[exited.run], 1);
      EXPECT_EQ(exited.status, 0);
      first_->link.send(Recorded{exited.run});
    }
  }
  void expect_nothing_held() {
    first_.reset();
    EXPECT_TRUE(keeper_leaves());
  }

  std::map<std::int64_t, int> starts_, ends_;
};

TEST_F(Burst, OfQuickRunsIsToldOnceEach) {
  send_all();
  hear_all();
  EXPECT_EQ(starts_.size(), static_cast<std::size_t>(kRuns)) << "nobody was slow to listen";
  expect_nothing_held();
}

TEST_F(Burst, IsToldOnceEachAlsoToOneWhoListensLate) {
  send_all();
  const auto markers = [&] {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(spool_.path())) {
      const std::string name = entry.path().filename();
      count += name.starts_with("r") && !name.ends_with(".out") ? 1 : 0;  // a sanitizer keeps a file of its own there
    }
    return count;
  };
  ASSERT_TRUE(scratch::eventually([&] {
    first_->link.flush();
    return markers() == kRuns;
  }));
  hear_all();
  expect_nothing_held();
}

}  // namespace
}  // namespace rounds
