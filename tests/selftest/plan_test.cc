#include "selftest/plan.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace rounds {
namespace {

using namespace std::chrono_literals;

bool same(const std::vector<Strike>& a, const std::vector<Strike>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Strike& x, const Strike& y) {
    return x.pause == y.pause && x.victim == y.victim && x.keeper_first == y.keeper_first && x.pick == y.pick;
  });
}

TEST(Strikes, AreTheSameForTheSameSeed) { EXPECT_TRUE(same(plan_strikes(7, 50), plan_strikes(7, 50))); }

TEST(Strikes, DifferFromSeedToSeed) { EXPECT_FALSE(same(plan_strikes(7, 50), plan_strikes(8, 50))); }

TEST(Strikes, OfALongerPlanBeginLikeThoseOfAShorter) {
  auto longer = plan_strikes(7, 50);
  longer.resize(20);
  EXPECT_TRUE(same(longer, plan_strikes(7, 20)));
}

TEST(Strikes, HitSchedulerKeeperAndBothInEitherOrder) {
  std::map<Victim, int> count;
  std::set<bool> orders;
  for (const Strike& strike : plan_strikes(1, 1000)) {
    ++count[strike.victim];
    orders.insert(strike.keeper_first);
  }
  EXPECT_NEAR(count[Victim::scheduler], 400, 60);
  EXPECT_NEAR(count[Victim::keeper], 300, 60);
  EXPECT_NEAR(count[Victim::both], 300, 60);
  EXPECT_EQ(orders.size(), 2U);
}

TEST(Strikes, OftenFollowEachOtherFasterThanAStart) {
  int fast = 0;
  for (const Strike& strike : plan_strikes(1, 1000)) {
    EXPECT_GE(strike.pause, 0ms);
    EXPECT_LE(strike.pause, 700ms);
    fast += strike.pause < 60ms;
  }
  EXPECT_NEAR(fast, 300, 60);
}

TEST(AFate, FollowsFromJobDueAndAttempt) {
  const Fate fate = fate_of("j", "2026-11-21T09:00:00Z", "1", 5ms, 900ms);
  const Fate again = fate_of("j", "2026-11-21T09:00:00Z", "1", 5ms, 900ms);
  EXPECT_EQ(fate.length, again.length);
  EXPECT_EQ(fate.exit_code, again.exit_code);
  EXPECT_NE(fate.length, fate_of("j", "2026-11-21T09:00:01Z", "1", 5ms, 900ms).length);
}

TEST(AFate, LastsFromTheShortestToTheLongest) {
  std::set<std::chrono::milliseconds> lengths;
  for (int due = 0; due < 1000; ++due) lengths.insert(fate_of("j", std::to_string(due), "1", 5ms, 9ms).length);
  EXPECT_EQ(lengths, (std::set<std::chrono::milliseconds>{5ms, 6ms, 7ms, 8ms, 9ms}));
}

TEST(AFate, IsSuccessFailureOrASignal) {
  int succeeded = 0, failed = 0, signaled = 0;
  for (int due = 0; due < 1000; ++due) {
    const Fate fate = fate_of("j", std::to_string(due), "1", 5ms, 900ms);
    ++(fate.signal != 0 ? signaled : fate.exit_code != 0 ? failed : succeeded);
    EXPECT_LT(fate.exit_code, 125) << "the witness' own";
  }
  EXPECT_NEAR(succeeded, 700, 80);
  EXPECT_NEAR(failed, 180, 60);
  EXPECT_NEAR(signaled, 120, 60);
}

TEST(AnEditorsCommands, AddPauseChangeResumeAndRemoveOneJobAfterTheOther) {
  EXPECT_EQ(edit_of(3, 0).truth, (JobTruth{false, false, "exit 1"}));
  EXPECT_EQ(edit_of(3, 1).truth, (JobTruth{false, true, "exit 1"}));
  EXPECT_EQ(edit_of(3, 2).truth, (JobTruth{false, true, "exit 2"}));
  EXPECT_EQ(edit_of(3, 3).truth, (JobTruth{false, false, "exit 2"}));
  EXPECT_EQ(edit_of(3, 4).truth, (JobTruth{true, false, "exit 2"}));
  EXPECT_EQ(edit_of(3, 4).job, edit_of(3, 0).job);
  EXPECT_NE(edit_of(3, 5).job, edit_of(3, 0).job);
}

TEST(AnEditorsCommands, AreAboutJobsOfItsOwn) {
  EXPECT_NE(edit_of(1, 0).job, edit_of(2, 0).job);
  EXPECT_TRUE(is_edited(edit_of(1, 0).job));
  EXPECT_FALSE(is_edited("beside-1"));
}

}  // namespace
}  // namespace rounds
