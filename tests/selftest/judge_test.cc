#include "selftest/judge.h"

#include <gtest/gtest.h>

#include <signal.h>

namespace rounds {
namespace {

using namespace std::chrono_literals;

constexpr pid_t kScheduler = 100;
constexpr pid_t kKeeper = 200;
const Due kDue{1'780'000'000s};

/// A moment `length` after the due.
Nanoseconds after(Nanoseconds length) { return kDue.time_since_epoch() + length; }

/// What one run of the job "j" leaves in the ledger and in the witness file when all is well.
struct Story {
  std::vector<Run> runs;
  std::vector<Execution> executions;
  std::vector<KeeperLife> keepers{{.pid = kKeeper, .maker = kScheduler}};
  Dues dues{kDue, kDue};

  Run& run() { return runs.back(); }
  Execution& execution() { return executions.back(); }
  Findings judged() const { return judge({"j"}, runs, executions, keepers, dues); }
};

Run run_with(Verdict verdict, std::int64_t id = 1) {
  Run run;
  run.id = {id};
  run.job = "j";
  run.due = run.last_due = kDue;
  run.verdict = verdict;
  run.final = true;
  run.started_at = std::chrono::time_point_cast<std::chrono::milliseconds>(kDue);
  run.finished_at = *run.started_at + 3s;
  run.output_bytes = 0;
  return run;
}

Execution execution_with(int exit_code, int signal = 0) {
  Execution execution{.run = {1}, .parent = kKeeper, .job = "j", .due = "then", .started = after(10ms)};
  execution.end = ExecutionEnd{exit_code, signal, 0, after(500ms)};
  return execution;
}

Story success() {
  Story story{{run_with(Verdict::succeeded)}, {execution_with(0)}};
  story.run().ending.exit_code = 0;
  return story;
}

/// Started, and then its keeper and that keeper's maker were killed.
Story lost_to_two_deaths() {
  Story story{{run_with(Verdict::unknown)}, {execution_with(0)}};
  story.keepers = {{kKeeper, kScheduler, after(100ms), after(200ms)}};
  return story;
}

Story killed_by_witness() {
  Story story{{run_with(Verdict::killed)}, {execution_with(0, SIGTERM)}};
  story.run().ending.signal = SIGTERM;
  return story;
}

/// A run that `timeout` ended.
Story timed_out() {
  Story story{{run_with(Verdict::timed_out)}, {execution_with(0)}};
  story.run().ending.signal = SIGTERM;
  story.execution().end.reset();
  return story;
}

void expect_clean(const Findings& found) {
  EXPECT_TRUE(found.lost.empty()) << found.lost.front();
  EXPECT_TRUE(found.twice.empty()) << found.twice.front();
  EXPECT_TRUE(found.wrong.empty()) << found.wrong.front();
}

TEST(Judge, FindsNothingWhereEachSaysTheSame) {
  expect_clean(success().judged());
  expect_clean(lost_to_two_deaths().judged());
  expect_clean(killed_by_witness().judged());
  expect_clean(timed_out().judged());
}

TEST(Judge, FindsADueWithoutAVerdict) {
  Story story = success();
  story.dues.last += 2s;
  EXPECT_EQ(story.judged().lost.size(), 2U);
}

TEST(Judge, FindsAGapBetweenTwoDuesBeyondTheOnesAskedFor) {
  Story story = success();
  story.runs.push_back(run_with(Verdict::skipped, 2));
  story.run().due = story.run().last_due = kDue + 2s;
  EXPECT_EQ(story.judged().lost.size(), 1U);
}

TEST(Judge, FindsAJobThatNoRowIsAbout) {
  Story story;
  EXPECT_EQ(story.judged().lost.size(), 1U);
}

TEST(Judge, FindsTwoVerdictsOfOneDue) {
  Story story = success();
  story.runs.push_back(run_with(Verdict::skipped, 2));
  EXPECT_EQ(story.judged().twice.size(), 1U);
}

TEST(Judge, FindsARowThatCountsOtherDuesThanItNames) {
  Story story{{run_with(Verdict::missed)}, {}};
  story.run().last_due = story.dues.last = kDue + 4s;
  story.run().count = 4;
  EXPECT_EQ(story.judged().wrong.size(), 1U);
}

TEST(Judge, FindsARunThatIsStillOpen) {
  Story story = success();
  story.run().phase = Phase::running;
  story.run().verdict.reset();
  EXPECT_EQ(story.judged().lost.size(), 1U);
}

TEST(Judge, FindsAnExecutionThatIsNotInTheLedger) {
  Story story = success();
  story.executions.push_back(execution_with(0));
  story.execution().run = {7};
  story.execution().attempt = 2;
  story.execution().started = after(1s);
  EXPECT_EQ(story.judged().lost.size(), 1U);
}

TEST(Judge, FindsARunThatExecutedTwice) {
  Story story = success();
  story.executions.push_back(story.executions.front());
  EXPECT_EQ(story.judged().twice.size(), 2U) << "the run, and the attempt at its due";
}

TEST(Judge, FindsOneAttemptThatTwoRunsMade) {
  Story story = success();
  story.runs.push_back(story.runs.front());
  story.run().id = {2};
  story.run().final = false;
  story.executions.push_back(story.executions.front());
  story.execution().run = {2};
  EXPECT_EQ(story.judged().twice.size(), 1U);
}

TEST(Judge, FindsAnAttemptBesideTheOneBefore) {
  Story story = success();
  story.runs.push_back(story.runs.front());
  story.run().id = {2};
  story.run().attempt = 2;
  story.runs.front().final = false;
  story.executions.push_back(story.executions.front());
  story.execution().run = {2};
  story.execution().attempt = 2;
  story.execution().started = after(400ms);  // the first ends at 500
  EXPECT_EQ(story.judged().twice.size(), 1U);
  story.execution().started = after(600ms);
  story.execution().end->at = after(700ms);
  expect_clean(story.judged());
}

TEST(Judge, FindsASuccessThatNobodyExecuted) {
  Story story = success();
  story.executions.clear();
  EXPECT_EQ(story.judged().wrong.size(), 1U);
}

TEST(Judge, FindsAnExecutionBehindAVerdictThatDeniesIt) {
  for (const Verdict verdict :
       {Verdict::not_started, Verdict::cancelled, Verdict::skipped, Verdict::missed, Verdict::coalesced}) {
    Story story = success();
    story.run().verdict = verdict;
    EXPECT_EQ(story.judged().wrong.size(), 1U) << to_text(verdict);
  }
}

TEST(Judge, FindsAnotherExitCode) {
  Story story = success();
  story.execution().end->exit_code = 3;
  EXPECT_EQ(story.judged().wrong.size(), 1U);
}

TEST(Judge, FindsASuccessThatWasAFailure) {
  Story story = success();
  story.run().verdict = Verdict::failed;
  EXPECT_EQ(story.judged().wrong.size(), 1U);
}

TEST(Judge, FindsAnotherSignal) {
  Story story = killed_by_witness();
  story.run().ending.signal = SIGKILL;
  EXPECT_EQ(story.judged().wrong.size(), 1U);
}

TEST(Judge, FindsOutputThatIsNotWhole) {
  Story story = success();
  story.execution().end->output_bytes = 1;
  EXPECT_EQ(story.judged().wrong.size(), 1U);
}

TEST(Judge, FindsASuccessWithoutAnEnd) {
  Story story = success();
  story.execution().end.reset();
  EXPECT_EQ(story.judged().wrong.size(), 1U);
}

TEST(Judge, FindsATimeoutBeforeItsTime) {
  Story story = timed_out();
  story.execution().end = ExecutionEnd{0, 0, 0, after(500ms)};
  EXPECT_EQ(story.judged().wrong.size(), 1U);
  story.execution().end->at = after(990ms);  // it had just ended when its time was up
  expect_clean(story.judged());
}

TEST(Judge, FindsAnUnknownWithoutAnyDeath) {
  Story story = lost_to_two_deaths();
  story.keepers = {{.pid = kKeeper, .maker = kScheduler}};
  EXPECT_EQ(story.judged().wrong.size(), 1U);
}

TEST(Judge, FindsAnUnknownAfterOneDeath) {
  for (const bool keeper : {true, false}) {
    Story story = lost_to_two_deaths();
    (keeper ? story.keepers[0].maker_killed : story.keepers[0].killed).reset();
    EXPECT_EQ(story.judged().wrong.size(), 1U);
  }
}

TEST(Judge, FindsAnUnknownThatWasRecordedBeforeTheSecondDeath) {
  Story story = lost_to_two_deaths();
  story.keepers[0].maker_killed = after(10s);
  EXPECT_EQ(story.judged().wrong.size(), 1U);
}

TEST(Judge, DoesNotTakeTheDeathsOfOthersForThoseOfItsKeeper) {
  Story story = lost_to_two_deaths();
  story.keepers.push_back({kKeeper + 1, kScheduler + 1, after(100ms), after(100ms)});
  expect_clean(story.judged());
  story.keepers[0].killed.reset();
  EXPECT_EQ(story.judged().wrong.size(), 1U);
}

TEST(Judge, TakesAnyKeeperForTheOneOfARunThatNeverToldOfIt) {
  Story story = lost_to_two_deaths();
  story.executions.clear();
  expect_clean(story.judged());
  story.keepers[0].killed.reset();
  EXPECT_EQ(story.judged().wrong.size(), 1U);
}

TEST(Untrue, IsEmptyWhereTheStoreSaysWhatWasAcknowledged) {
  EXPECT_TRUE(untrue({{"a", {false, true, "x"}}}, {{"a", {false, true, "x"}}}).empty());
}

TEST(Untrue, FindsAnEditThatWasLost) {
  EXPECT_EQ(untrue({{"a", {}}}, {}).size(), 1U);
  EXPECT_EQ(untrue({{"a", {.paused = true}}}, {{"a", {}}}).size(), 1U);
  EXPECT_EQ(untrue({{"a", {.removed = true}}}, {{"a", {}}}).size(), 1U);
  EXPECT_EQ(untrue({{"a", {.command = "new"}}}, {{"a", {.command = "old"}}}).size(), 1U);
}

TEST(Untrue, FindsAJobThatNobodyWasToldOf) { EXPECT_EQ(untrue({}, {{"a", {}}}).size(), 1U); }

}  // namespace
}  // namespace rounds
