#include "core/decide.h"

#include <gtest/gtest.h>

#include "core/deciding.h"

namespace rounds {
namespace {

using namespace deciding;
using namespace std::chrono_literals;
using make::utc;

TEST(Decide, StartsWhatIsDueAndMovesOn) {
  const Decision decision = decide_at(every("10m"), "2026-03-01T00:10:00Z", "2026-03-01T00:10:00Z");
  EXPECT_EQ(texts(decision), Texts{"schedule 2026-03-01T00:10:00Z"});
  EXPECT_EQ(decision.next_due, utc("2026-03-01T00:20:00Z"));
  EXPECT_EQ(decision.watermark, utc("2026-03-01T00:10:00Z"));
  EXPECT_FALSE(decision.completed);
  EXPECT_FALSE(decision.replace);
}

TEST(Decide, FindsTheNextDueAfterNowAlsoWhenItIsLate) {
  const Decision decision = decide_at(every("10m"), "2026-03-01T00:10:00Z", "2026-03-01T00:19:59Z");
  EXPECT_EQ(decision.next_due, utc("2026-03-01T00:20:00Z"));
  EXPECT_EQ(decision.watermark, utc("2026-03-01T00:10:00Z"));
}

TEST(Decide, CompletesAJobWhoseLastDueThisWas) {
  const Job job = job_of({AtRule{{utc("2026-03-01T08:00:00Z"), utc("2026-03-02T08:00:00Z")}}});
  EXPECT_FALSE(decide_at(job, "2026-03-01T08:00:00Z", "2026-03-01T08:00:00Z").completed);
  const Decision last = decide_at(job, "2026-03-02T08:00:00Z", "2026-03-02T08:00:00Z");
  EXPECT_EQ(last.starts.size(), 1u);
  EXPECT_TRUE(last.completed);
  EXPECT_FALSE(last.next_due);
}

TEST(Decide, GoesNoFurtherThanUntil) {
  Job job = every("10m");
  job.until = utc("2026-03-01T00:30:00Z");
  const Decision decision = decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:55:00Z");
  EXPECT_EQ(texts(decision),
            (Texts{"coalesced 2026-03-01T00:10:00Z..2026-03-01T00:20:00Z x2", "schedule 2026-03-01T00:30:00Z"}));
  EXPECT_TRUE(decision.completed);
}

TEST(MisfireGrace, DropsWhatIsOlderAndKeepsWhatIsExactlyAsOld) {
  const Decision decision = decide_at(every("30m"), "2026-03-01T00:30:00Z", "2026-03-01T03:00:00Z");
  EXPECT_EQ(texts(decision),
            (Texts{"missed(too_late) 2026-03-01T00:30:00Z..2026-03-01T01:30:00Z x3",
                   "coalesced 2026-03-01T02:00:00Z..2026-03-01T02:30:00Z x2", "schedule 2026-03-01T03:00:00Z"}));
}

TEST(MisfireGrace, LeavesNothingToStartWhenAllIsOlder) {
  Job job = every("1h");
  job.misfire_grace = 30s;
  const Decision decision = decide_at(job, "2026-03-01T01:00:00Z", "2026-03-01T02:59:00Z");
  EXPECT_EQ(texts(decision), Texts{"missed(too_late) 2026-03-01T01:00:00Z..2026-03-01T02:00:00Z x2"});
  EXPECT_EQ(decision.next_due, utc("2026-03-01T03:00:00Z"));
  EXPECT_EQ(decision.watermark, utc("2026-03-01T02:00:00Z"));
}

TEST(Catchup, OfTheLatestCoalescesTheOthers) {
  const Decision decision = decide_at(every("10m"), "2026-03-01T00:10:00Z", "2026-03-01T00:35:00Z");
  EXPECT_EQ(texts(decision),
            (Texts{"coalesced 2026-03-01T00:10:00Z..2026-03-01T00:20:00Z x2", "schedule 2026-03-01T00:30:00Z"}));
}

TEST(Catchup, IsTheCauseWhenTheLoopWasNotThere) {
  const Moment moment{.awake_since = utc("2026-03-01T00:34:00Z")};
  const Decision decision = decide_at(every("10m"), "2026-03-01T00:30:00Z", "2026-03-01T00:35:00Z", moment);
  EXPECT_EQ(texts(decision), Texts{"catchup 2026-03-01T00:30:00Z"});
}

TEST(Catchup, OfAllStartsTheNewestOnesOldestFirstOneAfterAnother) {
  Job job = every("10m");
  job.catchup = Catchup::all;
  job.max_catchup = 3;
  const Moment moment{.awake_since = utc("2026-03-01T00:55:00Z")};
  EXPECT_EQ(texts(decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:55:00Z", moment)),
            (Texts{"missed(max_catchup) 2026-03-01T00:10:00Z..2026-03-01T00:20:00Z x2", "catchup 2026-03-01T00:30:00Z",
                   "catchup 2026-03-01T00:40:00Z queued", "catchup 2026-03-01T00:50:00Z queued"}));
}

TEST(Catchup, OfAllStartsThemAtOnceWhereTheyMayOverlap) {
  Job job = every("10m");
  job.catchup = Catchup::all;
  job.overlap = Overlap::allow;
  EXPECT_EQ(texts(decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:20:00Z")),
            (Texts{"catchup 2026-03-01T00:10:00Z", "schedule 2026-03-01T00:20:00Z"}));
}

TEST(Catchup, OfNoneStartsNothingThatTheLoopSlept) {
  Job job = every("10m");
  job.catchup = Catchup::none;
  const Moment away{.awake_since = utc("2026-03-01T00:31:00Z")};
  EXPECT_EQ(texts(decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:35:00Z", away)),
            Texts{"missed(down) 2026-03-01T00:10:00Z..2026-03-01T00:30:00Z x3"});
  const Moment there{.awake_since = utc("2026-03-01T00:30:00Z")};
  EXPECT_EQ(texts(decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:35:00Z", there)),
            (Texts{"missed(down) 2026-03-01T00:10:00Z..2026-03-01T00:20:00Z x2", "schedule 2026-03-01T00:30:00Z"}));
}

TEST(Catchup, DecidesAYearOfDowntimeOfAPerSecondJobInOneAccountEach) {
  for (const Job& job : {every("1s"), cron("* * * * * *")}) {
    const Decision decision = decide_at(job, "2026-03-01T00:00:01Z", "2027-03-01T00:00:00Z");
    EXPECT_EQ(texts(decision),
              (Texts{"missed(too_late) 2026-03-01T00:00:01Z..2027-02-28T22:59:59Z x31532399",
                     "coalesced 2027-02-28T23:00:00Z..2027-02-28T23:59:59Z x3600", "schedule 2027-03-01T00:00:00Z"}));
  }
}

TEST(MaxRuns, CompletesTheJobWithItsLastStart) {
  Job job = every("10m");
  job.max_runs = 5;
  const Decision before = decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:10:00Z", {.scheduled_runs = 3});
  EXPECT_FALSE(before.completed);
  const Decision last = decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:10:00Z", {.scheduled_runs = 4});
  EXPECT_EQ(last.starts.size(), 1u);
  EXPECT_TRUE(last.completed);
  EXPECT_FALSE(last.next_due);
}

TEST(MaxRuns, EndsACatchUpEarly) {
  Job job = every("10m");
  job.catchup = Catchup::all;
  job.max_runs = 2;
  const Decision decision = decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:55:00Z");
  EXPECT_EQ(texts(decision), (Texts{"catchup 2026-03-01T00:10:00Z", "catchup 2026-03-01T00:20:00Z queued"}));
  EXPECT_TRUE(decision.completed);
}

TEST(MaxRuns, DoesNotCountWhatIsSkipped) {
  Job job = every("10m");
  job.max_runs = 1;
  const Moment busy{.busy = {1, 0, std::nullopt}};
  const Decision decision = decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:10:00Z", busy);
  EXPECT_TRUE(decision.starts.empty());
  EXPECT_FALSE(decision.completed);
}

TEST(DelayTrigger, HasOneDueAndNoNextUntilItsRunHasEnded) {
  const Decision decision = decide_at(job_of({DelayRule{30s}}), "2026-03-01T00:00:30Z", "2026-03-01T00:20:00Z");
  EXPECT_EQ(texts(decision), Texts{"schedule 2026-03-01T00:00:30Z"});
  EXPECT_FALSE(decision.next_due);
  EXPECT_FALSE(decision.completed);
}

TEST(DelayTrigger, MissesItsOneDueWhenThatIsTooLateAndGoesOnFromThere) {
  const Decision decision = decide_at(job_of({DelayRule{30s}}), "2026-03-01T00:00:30Z", "2026-03-05T00:00:00Z");
  EXPECT_EQ(texts(decision), Texts{"missed(too_late) 2026-03-01T00:00:30Z..2026-03-01T00:00:30Z x1"});
  EXPECT_EQ(decision.next_due, utc("2026-03-05T00:00:30Z")) << "one delay after this verdict";
}

TEST(DelayTrigger, GoesOnAfterADueThatWasSkipped) {
  const Moment busy{.busy = {1, 0, RunId{7}}};
  const Decision decision = decide_at(job_of({DelayRule{30s}}), "2026-03-01T00:00:30Z", "2026-03-01T00:00:31Z", busy);
  EXPECT_EQ(texts(decision), Texts{"skipped(overlap) 2026-03-01T00:00:30Z..2026-03-01T00:00:30Z x1"});
  EXPECT_EQ(decision.next_due, utc("2026-03-01T00:01:01Z"));
}

TEST(DelayTrigger, CompletesWithItsLastRun) {
  Job job = job_of({DelayRule{30s}});
  job.max_runs = 1;
  EXPECT_TRUE(decide_at(job, "2026-03-01T00:00:30Z", "2026-03-01T00:00:30Z").completed);
}

TEST(DelayTrigger, CompletesWhenItsNextDueWouldBeAfterUntil) {
  Job job = job_of({DelayRule{30s}});
  job.until = utc("2026-03-01T00:01:00Z");
  const Moment busy{.busy = {1, 0, RunId{7}}};
  const Decision decision = decide_at(job, "2026-03-01T00:00:30Z", "2026-03-01T00:00:31Z", busy);
  EXPECT_FALSE(decision.next_due);
  EXPECT_TRUE(decision.completed);
}

TEST(OnTrigger, HasOneDueAndNoNext) {
  const Job job = job_of({OnRule{OnRule::Event::start}});
  const Decision decision = decide_at(job, "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z");
  EXPECT_EQ(texts(decision), Texts{"schedule 2026-03-01T00:00:00Z"});
  EXPECT_FALSE(decision.next_due);
  EXPECT_FALSE(decision.completed);
}

TEST(FirstDue, IsOneStepAfterTheJobWasSeenOrItsStart) {
  Job job = every("1h");
  const Due seen = utc(kAnchor);
  EXPECT_EQ(first_due(job, schedule_for(job), seen), seen + 1h);
  job.start = seen + 20min;
  EXPECT_EQ(first_due(job, schedule_for(job), seen), seen + 20min);
  job.start = seen;
  EXPECT_EQ(first_due(job, schedule_for(job), seen), seen) << "a start in this very second is due";
}

TEST(FirstDue, LiesAfterTheJobWasSeenAlsoWhenItsStartIsPast) {
  Job job = every("1h");
  job.start = utc(kAnchor) - 90min;
  EXPECT_EQ(first_due(job, schedule_for(job), utc(kAnchor)), utc(kAnchor) + 30min);
}

TEST(FirstDue, OfADelayIsOneDelayLater) {
  const Job job = job_of({DelayRule{45s}});
  EXPECT_EQ(first_due(job, schedule_for(job), utc(kAnchor)), utc(kAnchor) + 45s);
}

TEST(FirstDue, OfADelayIsNotBeforeItsStart) {
  Job job = job_of({DelayRule{45s}});
  job.start = utc(kAnchor) + 1h;
  EXPECT_EQ(first_due(job, schedule_for(job), utc(kAnchor)), utc(kAnchor) + 1h);
  job.until = utc(kAnchor) + 30s;
  EXPECT_FALSE(first_due(job, schedule_for(job), utc(kAnchor)));
}

TEST(FirstDue, IsNothingForEventsAndForWhatIsOver) {
  const Job on = job_of({OnRule{OnRule::Event::boot}});
  EXPECT_FALSE(first_due(on, schedule_for(on), utc(kAnchor)));
  const Job past = job_of({AtRule{{utc("2026-02-01T00:00:00Z")}}});
  EXPECT_FALSE(first_due(past, schedule_for(past), utc(kAnchor)));
}

}  // namespace
}  // namespace rounds
