#include <gtest/gtest.h>

#include "core/deciding.h"

namespace rounds {
namespace {

using namespace deciding;
using make::utc;

/// The decision at 00:10 about a job that is due each 10 minutes, with so many runs open.
Decision decide_beside(const Job& job, int running, int waiting = 0) {
  const Moment moment{.busy = {running, waiting, running > 0 ? std::optional(RunId{7}) : std::nullopt}};
  return decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:10:00Z", moment);
}

Job job_with(Overlap overlap) {
  Job job = every("10m");
  job.overlap = overlap;
  return job;
}

/// Three dues at once, at 00:30.
Decision catch_up(Job job, int running, int waiting = 0) {
  job.catchup = Catchup::all;
  const Moment moment{.busy = {running, waiting, RunId{7}}};
  return decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:30:00Z", moment);
}

TEST(Overlap, SkippingNamesTheRunInTheWay) {
  const Decision decision = decide_beside(job_with(Overlap::skip), 1);
  EXPECT_EQ(texts(decision), Texts{"skipped(overlap) 2026-03-01T00:10:00Z..2026-03-01T00:10:00Z x1"});
  EXPECT_EQ(decision.accounts.at(0).waited_for, RunId{7});
  EXPECT_EQ(decision.next_due, utc("2026-03-01T00:20:00Z"));
  EXPECT_EQ(decision.watermark, utc("2026-03-01T00:10:00Z"));
}

TEST(Overlap, SkippingTellsOfManyInOneAccount) {
  EXPECT_EQ(texts(catch_up(job_with(Overlap::skip), 1)),
            Texts{"skipped(overlap) 2026-03-01T00:10:00Z..2026-03-01T00:30:00Z x3"});
}

TEST(Overlap, SkippingLetsTheRunsOfOneCatchUpFollowEachOther) {
  const Decision decision = catch_up(job_with(Overlap::skip), 0);
  EXPECT_TRUE(decision.accounts.empty());
  ASSERT_EQ(decision.starts.size(), 3u);
  EXPECT_FALSE(decision.starts[0].queued);
  EXPECT_TRUE(decision.starts[2].queued);
}

TEST(Overlap, QueueingWaitsForTheRunInTheWay) {
  EXPECT_EQ(texts(decide_beside(job_with(Overlap::queue), 0)), Texts{"schedule 2026-03-01T00:10:00Z"});
  EXPECT_EQ(texts(decide_beside(job_with(Overlap::queue), 1)), Texts{"schedule 2026-03-01T00:10:00Z queued"});
}

TEST(Overlap, QueueingSkipsWhatDoesNotFit) {
  Job job = job_with(Overlap::queue);
  job.max_catchup = 2;
  EXPECT_EQ(texts(decide_beside(job, 1, 1)), Texts{"schedule 2026-03-01T00:10:00Z queued"});
  EXPECT_EQ(texts(decide_beside(job, 1, 2)),
            Texts{"skipped(queue_full) 2026-03-01T00:10:00Z..2026-03-01T00:10:00Z x1"});
}

TEST(Overlap, QueueingCountsWhatThisTurnQueued) {
  Job job = job_with(Overlap::queue);
  job.max_catchup = 4;
  EXPECT_EQ(texts(catch_up(job, 1, 2)),
            (Texts{"skipped(queue_full) 2026-03-01T00:30:00Z..2026-03-01T00:30:00Z x1",
                   "catchup 2026-03-01T00:10:00Z queued", "catchup 2026-03-01T00:20:00Z queued"}));
}

TEST(Overlap, ReplacingStopsWhatRunsAndStartsBehindIt) {
  const Decision decision = decide_beside(job_with(Overlap::replace), 1);
  EXPECT_TRUE(decision.replace);
  EXPECT_EQ(texts(decision), Texts{"schedule 2026-03-01T00:10:00Z queued"});
}

TEST(Overlap, ReplacingStopsNothingWhereNothingRuns) {
  const Decision decision = decide_beside(job_with(Overlap::replace), 0);
  EXPECT_FALSE(decision.replace);
  EXPECT_EQ(texts(decision), Texts{"schedule 2026-03-01T00:10:00Z"});
}

TEST(Overlap, AllowingStartsBesideAnyNumber) {
  EXPECT_EQ(texts(decide_beside(job_with(Overlap::allow), 40)), Texts{"schedule 2026-03-01T00:10:00Z"});
}

TEST(Overlap, AllowingIsBoundedByMaxInstances) {
  Job job = job_with(Overlap::allow);
  job.max_instances = 2;
  EXPECT_EQ(texts(decide_beside(job, 1)), Texts{"schedule 2026-03-01T00:10:00Z"});
  EXPECT_EQ(texts(decide_beside(job, 2)), Texts{"skipped(overlap) 2026-03-01T00:10:00Z..2026-03-01T00:10:00Z x1"});
  EXPECT_EQ(texts(catch_up(job, 1)),
            (Texts{"skipped(overlap) 2026-03-01T00:20:00Z..2026-03-01T00:30:00Z x2", "catchup 2026-03-01T00:10:00Z"}));
}

}  // namespace
}  // namespace rounds
