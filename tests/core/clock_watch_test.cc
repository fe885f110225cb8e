#include "core/clock_watch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

#include "core/deciding.h"

namespace rounds {
namespace {

using namespace deciding;
using make::utc;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

const Now kBegin{utc(kAnchor), std::chrono::hours(1)};

/// Both clocks later by `passed`, the wall set by `step` on top.
Now later(Now now, milliseconds passed, milliseconds step = {}) { return {now.wall + passed + step, now.boot + passed}; }

TEST(ClockWatch, SeesNoStepWhileTheClocksRunTogether) {
  ClockWatch watch(kBegin, kBegin.due());
  watch.look(later(kBegin, hours(5)), std::nullopt);
  EXPECT_EQ(watch.stepped(), milliseconds(0));
  EXPECT_EQ(watch.awake_since(), kBegin.due());
}

TEST(ClockWatch, TakesASlewedClockForRunning) {
  ClockWatch watch(kBegin, kBegin.due());
  watch.look(later(kBegin, hours(1), milliseconds(900)), std::nullopt);
  EXPECT_EQ(watch.stepped(), milliseconds(0));
}

TEST(ClockWatch, AddsUpStepsUntilTheyAreOnRecord) {
  ClockWatch watch(kBegin, kBegin.due());
  const Now first = later(kBegin, seconds(10), hours(1));
  watch.look(first, std::nullopt);
  watch.look(later(first, seconds(10), hours(2)), std::nullopt);
  EXPECT_EQ(watch.stepped(), hours(3));
  watch.settle();
  EXPECT_EQ(watch.stepped(), milliseconds(0));
}

TEST(ClockWatch, WasNotThereInAStepForward) {
  ClockWatch watch(kBegin, kBegin.due());
  const Now now = later(kBegin, seconds(10), hours(1));
  watch.look(now, std::nullopt);
  EXPECT_EQ(watch.awake_since(), now.due());
}

TEST(ClockWatch, WasNotThereWhenItOverslept) {
  ClockWatch watch(kBegin, kBegin.due());
  const Now now = later(kBegin, hours(1));  // a suspend: both clocks went on
  watch.look(now, kBegin.wall + seconds(60));
  EXPECT_EQ(watch.awake_since(), now.due());
}

TEST(ClockWatch, WasThereAllTheTimeInAStepBack) {
  ClockWatch watch(kBegin, kBegin.due());
  const Now now = later(kBegin, seconds(10), -hours(1));
  watch.look(now, std::nullopt);
  EXPECT_LE(watch.awake_since(), now.due());
}

TEST(StepBack, IsFarBeyondThreeHoursBelowWhatWasReached) {
  EXPECT_FALSE(is_far_back(std::nullopt, kBegin.due()));
  EXPECT_FALSE(is_far_back(kBegin.due() + hours(3), kBegin.due()));
  EXPECT_TRUE(is_far_back(kBegin.due() + hours(3) + seconds(1), kBegin.due()));
}

TEST(StepBack, BeginsAnewWhatGoesByElapsedTime) {
  const Due now = kBegin.due();
  EXPECT_TRUE(begins_anew(every("10m"), now + seconds(1), now));
  EXPECT_TRUE(begins_anew(job_of({DelayRule{seconds(60)}}), now + seconds(1), now));
  EXPECT_FALSE(begins_anew(every("10m"), now, now));
  EXPECT_FALSE(begins_anew(every("1d"), now + seconds(1), now));
  EXPECT_FALSE(begins_anew(cron("* * * * *"), now + seconds(1), now));
}

/// A loop over a few jobs whose clock is set again and again: what the real one does, without store and processes.
class SteppedLoop {
 public:
  explicit SteppedLoop(std::vector<Job> jobs) : watch_(kBegin, kBegin.due()) {
    for (Job& job : jobs) {
      Line line{std::move(job)};
      line.schedule = schedule_for(line.job, "Europe/Berlin");
      line.next_due = first_due(line.job, line.schedule, now_.due());
      lines_.push_back(std::move(line));
    }
  }

  void pass(milliseconds length, milliseconds step = {}) {
    now_ = later(now_, length, step);
    watch_.look(now_, std::nullopt);
    if (watch_.stepped() < milliseconds(0)) step_back();
    watch_.settle();
    for (Line& line : lines_) claim(line);
  }
  /// Sleeps until the next due as the loop does, at most a day.
  void sleep() {
    Due next = now_.due() + hours(24);
    for (const Line& line : lines_) next = std::min(next, line.next_due.value_or(next));
    pass(std::max<milliseconds>(next - now_.wall, milliseconds(1)));
  }

  /// The next due is what the schedule says after now, or after what was decided already, which is never far.
  void expect_right() const {
    for (const Line& line : lines_) {
      ASSERT_TRUE(line.next_due) << to_text(line.job.trigger);
      const Due from = std::max(now_.due(), line.reached());
      EXPECT_EQ(*line.next_due, *next_due(line.schedule, from)) << to_text(line.job.trigger);
      EXPECT_LE(from - now_.due(), hours(3)) << "and never waits for long";
    }
  }
  int doubles() const { return doubles_; }
  std::int64_t starts() const { return starts_; }

 private:
  struct Line {
    Job job;
    Schedule schedule = schedule_for(cron("* * * * *"));
    std::optional<Due> next_due{};
    std::optional<Due> watermark{};
    std::set<std::pair<int, Due>> started{};

    Due reached() const { return watermark.value_or(schedule.anchor); }
  };

  void step_back() {
    std::optional<Due> newest;
    for (const Line& line : lines_) newest = std::max(newest, std::optional(line.reached()));
    const bool far = is_far_back(newest, now_.due());
    bool any = far;
    for (Line& line : lines_) {
      if (!far && !begins_anew(line.job, line.reached(), now_.due())) continue;
      any = true;
      line.watermark = now_.due();
      line.schedule = schedule_of(line.job, line.schedule.zone, std::min(line.schedule.anchor, now_.due()));
      line.next_due = first_due(line.job, line.schedule, now_.due());
    }
    epoch_ += any ? 1 : 0;
  }

  void claim(Line& line) {
    if (!line.next_due || *line.next_due > now_.due()) return;
    const Decision decision = decide({line.job, line.schedule, *line.next_due, line.watermark, 0}, {}, now_.due(), watch_.awake_since());
    for (const Occurrence& start : decision.starts) {
      doubles_ += line.started.emplace(epoch_, start.due).second ? 0 : 1;
      ++starts_;
    }
    line.next_due = decision.next_due;
    line.watermark = decision.watermark;
  }

  Now now_ = kBegin;
  ClockWatch watch_;
  std::vector<Line> lines_;
  int epoch_ = 0;
  int doubles_ = 0;
  std::int64_t starts_ = 0;
};

TEST(SteppedClock, TenThousandStepsStartNothingTwiceAndWedgeNothing) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  SteppedLoop loop({every("10m"), cron("* * * * *"), cron("30 2 * * *"), every("1d"), job_of({make::rule("0 3 1 * *")})});
  std::uniform_real_distribution<double> magnitude(0, std::log(365.0 * 86400));
  for (int i = 0; i < 10'000 && !testing::Test::HasFailure(); ++i) {
    const auto step = milliseconds(static_cast<std::int64_t>(1000 * std::exp(magnitude(random))));
    loop.pass(seconds(random() % 1000), random() % 2 == 0 ? step : -step);
    loop.expect_right();
    for (int n = static_cast<int>(random() % 4); n > 0; --n) loop.sleep();
    loop.expect_right();
  }
  EXPECT_EQ(loop.doubles(), 0);
  EXPECT_GT(loop.starts(), 10'000);
}

}  // namespace
}  // namespace rounds
