#include "loop/clock_steps.h"

#include "loop/state_fixture.h"
#include "store/events.h"

namespace rounds {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class ClockSteps : public StateTest {
 protected:
  ClockSteps() {
    define(every("often", "10m"), kStart);
    define(job_of("daily", make::rule("0 13 * * *")), kStart);
  }

  void step(std::string_view to, milliseconds by) {
    set_clock(to);
    write([&] { record_step(state_, by); });
  }
  void run_all(std::string_view when) {
    claim(when);
    while (!state_.live.empty()) end(state_.live.begin()->first);
  }
  std::string last_event() {
    const auto events = events_since(store_, 0, 100);
    return events.empty() ? "" : events.back().kind;
  }
};

TEST_F(ClockSteps, OnASmallStepBackWhatGoesByElapsedTimeGoesOn) {
  run_all("2026-03-01T13:00:00Z");
  step("2026-03-01T12:05:00Z", -hours(1));
  EXPECT_EQ(next_due_of("often"), "2026-03-01T12:10:00Z");
  EXPECT_EQ(next_due_of("daily"), "2026-03-02T13:00:00Z") << "nothing at or below its watermark runs again";
  EXPECT_EQ(state_.epoch, 1);
  EXPECT_EQ(last_event(), "clock_stepped");
}

TEST_F(ClockSteps, OnASmallStepBackAboveTheWatermarkNothingChanges) {
  run_all("2026-03-01T13:00:00Z");
  step("2026-03-01T13:05:00Z", -hours(1));
  EXPECT_EQ(next_due_of("often"), "2026-03-01T13:10:00Z");
  EXPECT_EQ(state_.epoch, 0);
}

TEST_F(ClockSteps, OnAFarStepBackEverythingBeginsAnew) {
  run_all("2026-03-01T13:00:00Z");
  step("2026-02-27T09:00:00Z", -hours(52));
  EXPECT_EQ(next_due_of("daily"), "2026-02-27T13:00:00Z");
  EXPECT_EQ(state_.epoch, 1);
  run_all("2026-03-01T13:00:00Z");
  EXPECT_EQ(ledger().back(), "succeeded 2026-03-01T13:00:00Z") << "the same due in another epoch";
}

TEST_F(ClockSteps, ManySmallStepsBackAreAFarOne) {
  run_all("2026-03-01T13:00:00Z");
  step("2026-03-01T11:00:00Z", -hours(2));
  EXPECT_EQ(next_due_of("daily"), "2026-03-02T13:00:00Z");
  step("2026-03-01T09:00:00Z", -hours(2));
  EXPECT_EQ(next_due_of("daily"), "2026-03-01T13:00:00Z");
}

TEST_F(ClockSteps, AStepForwardLeavesTheScheduleAsItIs) {
  run_all("2026-03-01T13:00:00Z");
  step("2026-03-01T15:00:00Z", hours(2));
  EXPECT_EQ(next_due_of("often"), "2026-03-01T13:10:00Z") << "what was passed over is decided by the next claim";
  EXPECT_EQ(state_.epoch, 0);
}

TEST_F(ClockSteps, AClockBeforeTheNewestRecordIsDoubted) {
  run_all("2026-03-01T13:00:00Z");
  set_clock("1970-01-01T00:00:10Z");
  write([&] { judge_clock(state_); });
  EXPECT_EQ(state_.doubted_until, make::utc("2026-03-01T10:00:00Z"));
  EXPECT_EQ(next_due_of("often"), "1970-01-01T00:10:10Z") << "it goes by elapsed time";
  EXPECT_EQ(next_due_of("daily"), "2026-03-02T13:00:00Z") << "the calendar waits";
  EXPECT_FALSE(is_doubt_over(state_));
}

TEST_F(ClockSteps, AClockALittleBeforeTheNewestRecordIsBelieved) {
  run_all("2026-03-01T13:00:00Z");
  set_clock("2026-03-01T12:05:00Z");
  write([&] { judge_clock(state_); });
  EXPECT_FALSE(state_.doubted_until);
  EXPECT_EQ(next_due_of("often"), "2026-03-01T12:10:00Z");
  EXPECT_EQ(next_due_of("daily"), "2026-03-02T13:00:00Z");
}

TEST_F(ClockSteps, ADoubtOutlivesItsLoop) {
  run_all("2026-03-01T13:00:00Z");
  set_clock("1970-01-01T00:00:10Z");
  write([&] { judge_clock(state_); });
  state_.doubted_until.reset();
  write([&] { judge_clock(state_); });
  EXPECT_EQ(state_.doubted_until, make::utc("2026-03-01T10:00:00Z"));
  EXPECT_EQ(state_.epoch, 1);
}

TEST_F(ClockSteps, ADoubtIsOverWhenTheClockComesRight) {
  run_all("2026-03-01T13:00:00Z");
  set_clock("1970-01-01T00:00:10Z");
  write([&] { judge_clock(state_); });
  set_clock("2026-03-01T14:05:00Z");
  ASSERT_TRUE(is_doubt_over(state_));
  write([&] { end_doubt(state_); });
  EXPECT_EQ(next_due_of("often"), "2026-03-01T14:10:10Z") << "56 years of dues that never were";
  EXPECT_EQ(next_due_of("daily"), "2026-03-02T13:00:00Z");
  EXPECT_FALSE(state_.doubted_until);
}

TEST_F(ClockSteps, ADoubtIsOverWhenTheClockIsAccepted) {
  run_all("2026-03-01T13:00:00Z");
  set_clock("2026-02-20T09:00:00Z");
  write([&] { judge_clock(state_); });
  store_.write([&] { set_fact(store_, "accepted_clock", "yes"); });
  ASSERT_TRUE(is_doubt_over(state_));
  write([&] { end_doubt(state_); });
  EXPECT_EQ(next_due_of("daily"), "2026-02-20T13:00:00Z");
  EXPECT_FALSE(is_doubt_over(state_));
}

TEST_F(ClockSteps, InADoubtTheCalendarWaitsAlsoForJobsThatAreNew) {
  run_all("2026-03-01T13:00:00Z");
  set_clock("1970-01-01T00:00:10Z");
  write([&] { judge_clock(state_); });
  state_.awake_since = state_.now.due();
  define(job_of("new", make::rule("* * * * *")), "1970-01-01T00:00:30Z");
  const std::size_t before = ledger().size();
  claim("1970-01-01T00:01:00Z");
  EXPECT_EQ(ledger().size(), before);
  EXPECT_EQ(next_due_of("new"), "2026-03-01T10:00:00Z") << "nothing is due at once again";
  set_clock("2026-03-01T14:05:10Z");
  write([&] { end_doubt(state_); });
  EXPECT_EQ(next_due_of("new"), "2026-03-01T14:06:00Z") << "and 56 years of dues never were";
}

TEST_F(ClockSteps, ADueThatWasPutOffInADoubtIsDecidedWhenTheClockIsRight) {
  run_all("2026-03-01T13:00:00Z");
  define(job_of("starved", make::rule("30 12 * * *")), kStart);  // it was due, and the loop came to its end
  set_clock("2026-03-01T09:00:00Z");
  store_.write([&] { advance_job(store_, stored("starved").id, make::utc("2026-03-01T08:30:00Z"), {}, false, 0); });
  write([&] { judge_clock(state_); });
  ASSERT_TRUE(state_.doubted_until);
  claim("2026-03-01T09:00:10Z");
  set_clock("2026-03-01T13:05:00Z");
  write([&] { end_doubt(state_); });
  EXPECT_EQ(next_due_of("starved"), "2026-03-01T12:30:00Z");
}

TEST_F(ClockSteps, InADoubtWhatGoesByElapsedTimeRuns) {
  run_all("2026-03-01T13:00:00Z");
  set_clock("1970-01-01T00:00:10Z");
  write([&] { judge_clock(state_); });
  state_.awake_since = state_.now.due();
  run_all("1970-01-01T00:10:10Z");
  EXPECT_EQ(ledger().back(), "succeeded 1970-01-01T00:10:10Z");
}

}  // namespace
}  // namespace rounds
