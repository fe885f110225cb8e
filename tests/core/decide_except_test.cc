#include <gtest/gtest.h>

#include "core/deciding.h"

namespace rounds {
namespace {

using namespace deciding;
using namespace std::chrono_literals;
using make::utc;

Job except(Job job, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) EXPECT_FALSE(add_exception(job.except, text));
  return job;
}

TEST(Except, SkipsTheDueAndSaysWhy) {
  const Job job = except(every("10m"), {"sun"});  // 1 March 2026 is one
  const Decision decision = decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:10:00Z");
  EXPECT_EQ(texts(decision), Texts{"skipped(excepted) 2026-03-01T00:10:00Z..2026-03-01T00:10:00Z x1"});
  EXPECT_EQ(decision.next_due, utc("2026-03-01T00:20:00Z")) << "the grid goes on";
  EXPECT_EQ(decision.watermark, utc("2026-03-01T00:10:00Z"));
  EXPECT_FALSE(decision.completed);
}

TEST(Except, LetsTheOtherDuesThrough) {
  const Job job = except(every("10m"), {"22:00-06:00", "2026-03-02"});
  EXPECT_EQ(texts(decide_at(job, "2026-03-01T06:00:00Z", "2026-03-01T06:00:00Z")),
            Texts{"schedule 2026-03-01T06:00:00Z"});
}

TEST(Except, IsToldApartFromWhatWasMissed) {
  const Job job = except(every("6h"), {"2026-03-03..2026-03-04"});
  EXPECT_EQ(texts(decide_at(job, "2026-03-02T12:00:00Z", "2026-03-05T06:30:00Z")),
            (Texts{"missed(too_late) 2026-03-02T12:00:00Z..2026-03-02T18:00:00Z x2",
                   "skipped(excepted) 2026-03-03T00:00:00Z..2026-03-04T18:00:00Z x8",
                   "missed(too_late) 2026-03-05T00:00:00Z..2026-03-05T00:00:00Z x1", "schedule 2026-03-05T06:00:00Z"}));
}

TEST(Except, StartsTheNewestDueThatIsNotExcepted) {
  Job job = except(every("10m"), {"05:00-06:00"});
  job.misfire_grace = 3h;
  EXPECT_EQ(
      texts(decide_at(job, "2026-03-01T04:30:00Z", "2026-03-01T05:25:00Z")),
      (Texts{"coalesced 2026-03-01T04:30:00Z..2026-03-01T04:40:00Z x2",
             "skipped(excepted) 2026-03-01T05:00:00Z..2026-03-01T05:20:00Z x3", "schedule 2026-03-01T04:50:00Z"}));
  EXPECT_EQ(texts(decide_at(job, "2026-03-01T04:50:00Z", "2026-03-01T06:10:00Z")),
            (Texts{"coalesced 2026-03-01T04:50:00Z..2026-03-01T04:50:00Z x1",
                   "skipped(excepted) 2026-03-01T05:00:00Z..2026-03-01T05:50:00Z x6",
                   "coalesced 2026-03-01T06:00:00Z..2026-03-01T06:00:00Z x1", "schedule 2026-03-01T06:10:00Z"}));
}

TEST(Except, IsNotMadeUpByACatchUpOfAll) {
  Job job = except(every("20m"), {"05:00-06:00"});
  job.misfire_grace = 3h;
  job.catchup = Catchup::all;
  EXPECT_EQ(texts(decide_at(job, "2026-03-01T04:20:00Z", "2026-03-01T06:20:00Z")),
            (Texts{"skipped(excepted) 2026-03-01T05:00:00Z..2026-03-01T05:40:00Z x3", "catchup 2026-03-01T04:20:00Z",
                   "catchup 2026-03-01T04:40:00Z queued", "catchup 2026-03-01T06:00:00Z queued",
                   "schedule 2026-03-01T06:20:00Z queued"}));
  job.max_catchup = 3;
  EXPECT_EQ(texts(decide_at(job, "2026-03-01T04:20:00Z", "2026-03-01T06:20:00Z")).front(),
            "missed(max_catchup) 2026-03-01T04:20:00Z..2026-03-01T04:20:00Z x1");
}

TEST(Except, GivesEveryDueOneVerdict) {
  for (const Catchup catchup : {Catchup::latest, Catchup::all, Catchup::none}) {
    Job job = except(every("7m"), {"sat", "22:00-06:00", "12:00-13:00"});
    job.catchup = catchup;
    job.misfire_grace = 30h;
    const Decision decision = decide_at(job, "2026-03-05T05:02:00Z", "2026-03-07T13:30:00Z");
    std::int64_t count = static_cast<std::int64_t>(decision.starts.size());
    for (const Account& account : decision.accounts) {
      count += account.count;
      EXPECT_EQ(account.count, count_dues(schedule_for(job), account.first, account.last)) << text(account);
      for (const Occurrence& start : decision.starts) {
        EXPECT_TRUE(start.due < account.first || start.due > account.last) << text(account) << " " << text(start);
      }
    }
    EXPECT_EQ(count, count_dues(schedule_for(job), utc("2026-03-05T05:02:00Z"), utc("2026-03-07T13:30:00Z")));
  }
}

TEST(Except, OfARandomTriggerDrawsTheNextOne) {
  Job job = except(job_of({RandomRule{10min, 20min}}), {"sun"});
  const Decision decision = decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:10:00Z");
  EXPECT_EQ(texts(decision), Texts{"skipped(excepted) 2026-03-01T00:10:00Z..2026-03-01T00:10:00Z x1"});
  EXPECT_EQ(decision.next_due, random_due(schedule_for(job), utc("2026-03-01T00:10:00Z")));
}

TEST(RandomTrigger, CountsFromItsDueAndNotFromTheTurn) {
  const Job job = job_of({RandomRule{10min, 20min}});
  const Decision decision = decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:12:00Z");
  EXPECT_EQ(texts(decision), Texts{"schedule 2026-03-01T00:10:00Z"});
  EXPECT_EQ(decision.next_due, random_due(schedule_for(job), utc("2026-03-01T00:10:00Z")));
}

TEST(RandomTrigger, MissesExactlyOneInADowntime) {
  const Job job = job_of({RandomRule{10min, 20min}});
  const Decision decision = decide_at(job, "2026-03-01T00:10:00Z", "2026-03-09T00:00:00Z");
  EXPECT_EQ(texts(decision), Texts{"missed(too_late) 2026-03-01T00:10:00Z..2026-03-01T00:10:00Z x1"});
  EXPECT_EQ(decision.next_due, random_due(schedule_for(job), utc("2026-03-09T00:00:00Z")));
}

TEST(RandomTrigger, IsOverWithItsUntil) {
  Job job = job_of({RandomRule{10min, 20min}});
  job.until = utc("2026-03-01T00:15:00Z");
  const Decision decision = decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:10:00Z");
  EXPECT_FALSE(decision.next_due);
  EXPECT_TRUE(decision.completed);
}

TEST(FirstDue, OfARandomTriggerIsOneLengthAfterTheJobWasSeenOrItsStart) {
  Job job = job_of({RandomRule{10min, 20min}});
  const Due seen = utc(kAnchor);
  const auto first = first_due(job, schedule_for(job), seen);
  EXPECT_GE(first, seen + 10min);
  EXPECT_LE(first, seen + 20min);
  job.start = seen + 1h;
  EXPECT_EQ(first_due(job, schedule_for(job), seen), seen + 1h);
}

TEST(Jitter, HoldsTheStartBackAndNotTheDue) {
  Job job = every("10m");
  job.trigger.rules[0].jitter = 5min;
  const Due due = utc("2026-03-01T00:10:00Z");
  const auto jitter = jitter_at(schedule_for(job), due);
  ASSERT_GT(jitter, 0s);
  const Decision decision = decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:10:00Z");
  ASSERT_EQ(decision.starts.size(), 1u);
  EXPECT_EQ(decision.starts[0].due, due);
  EXPECT_EQ(decision.starts[0].not_before, due + jitter);
  EXPECT_EQ(decision.next_due, due + 10min);
  const Decision late = decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:15:00Z");
  EXPECT_FALSE(late.starts.at(0).not_before) << "its moment has passed";
}

TEST(Until, MayBeATimeOfTheFirstDay) {
  Job job = every("1h");
  job.until_time = 3h + 30min;
  const Schedule schedule = schedule_of(job, make::zone("America/New_York"), utc("2026-03-08T06:00:00Z"));
  EXPECT_EQ(schedule.until, utc("2026-03-08T07:30:00Z")) << "03:30 on the day of the clock change";
}

}  // namespace
}  // namespace rounds
