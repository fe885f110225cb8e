#include "core/simulate.h"

#include <gtest/gtest.h>

#include "core/deciding.h"

namespace rounds {
namespace {

using namespace deciding;
using make::utc;
using std::chrono::seconds;

SimulatedJob simulated(Job job, seconds length = seconds(1)) {
  SimulatedJob out{std::move(job), schedule_for(every("1h"))};
  out.schedule = schedule_for(out.job);
  out.next_due = first_due(out.job, out.schedule, utc(kAnchor));
  out.length = length;
  return out;
}

/// From midnight of 1 March 2026, a Sunday.
Simulation until(std::string_view to, std::vector<Outage> down = {}, int slots = 128) {
  return {utc(kAnchor), utc(to), std::move(down), slots};
}

Forecast forecast(std::vector<SimulatedJob> jobs, const Simulation& simulation) {
  return simulate(std::move(jobs), simulation, Zone::utc());
}

/// `succeeded x3`, by verdict.
Texts fates(const Forecast::OfJob& job) {
  Texts out;
  for (const auto& [fate, count] : job.fates) {
    out.push_back(to_text(fate.first) + (fate.second ? "(" + to_text(*fate.second) + ")" : "") + " x" + std::to_string(count));
  }
  return out;
}

TEST(Simulation, RunsAJobAtEachOfItsDues) {
  const auto seen = forecast({simulated(every("10m"))}, until("2026-03-01T01:00:30Z"));
  EXPECT_EQ(fates(seen.jobs[0]), Texts{"succeeded x6"});
  EXPECT_EQ(seen.jobs[0].starts, 6);
  EXPECT_EQ(seen.jobs[0].waits, 0);
  EXPECT_EQ(seen.collisions, 0);
  EXPECT_EQ(seen.most_at_once, 1);
}

TEST(Simulation, SkipsWhatOverlaps) {
  const auto seen = forecast({simulated(every("10m"), seconds(15 * 60))}, until("2026-03-01T01:00:00Z"));
  EXPECT_EQ(fates(seen.jobs[0]), (Texts{"succeeded x3", "skipped(overlap) x3"}));
}

TEST(Simulation, LetsQueuedRunsFollowEachOther) {
  Job job = every("10m");
  job.overlap = Overlap::queue;
  const auto seen = forecast({simulated(job, seconds(15 * 60))}, until("2026-03-01T01:00:00Z"));
  EXPECT_EQ(seen.jobs[0].starts, 4) << "00:10, 00:25, 00:40, 00:55";
}

TEST(Simulation, EndsEachRunOnceThoughAnotherWaitsBehindIt) {
  Job job = every("10m");
  job.overlap = Overlap::queue;
  const auto seen = forecast({simulated(job, seconds(15 * 60))}, until("2026-03-01T00:20:00Z"));
  EXPECT_EQ(seen.jobs[0].starts, 1);
  EXPECT_EQ(fates(seen.jobs[0]), Texts{"succeeded x1"});
}

TEST(Simulation, ReplacesWhatIsToBeReplaced) {
  Job job = every("10m");
  job.overlap = Overlap::replace;
  const auto seen = forecast({simulated(job, seconds(15 * 60))}, until("2026-03-01T00:35:00Z"));
  EXPECT_EQ(fates(seen.jobs[0]), (Texts{"succeeded x1", "killed(replaced) x2"}));
}

TEST(Simulation, TimesOutWhatLastsTooLong) {
  Job job = every("10m");
  job.timeout = seconds(60);
  const auto seen = forecast({simulated(job, seconds(15 * 60))}, until("2026-03-01T00:35:00Z"));
  EXPECT_EQ(fates(seen.jobs[0]), Texts{"timed_out x3"});
}

TEST(Simulation, CatchesUpAfterAnOutage) {
  const std::vector<Outage> down = {{utc("2026-03-01T00:15:00Z"), utc("2026-03-01T00:45:00Z")}};
  const auto seen = forecast({simulated(every("10m"))}, until("2026-03-01T01:00:30Z", down));
  EXPECT_EQ(fates(seen.jobs[0]), (Texts{"succeeded x4", "coalesced x2"}));
}

TEST(Simulation, MissesWhatIsTooOldAfterAnOutage) {
  const std::vector<Outage> down = {{utc("2026-03-01T00:15:00Z"), utc("2026-03-01T02:05:00Z")}};
  const auto seen = forecast({simulated(every("10m"))}, until("2026-03-01T02:05:30Z", down));
  EXPECT_EQ(fates(seen.jobs[0]), (Texts{"succeeded x2", "missed(too_late) x5", "coalesced x5"}));
}

TEST(Simulation, StartsByPriorityWhenSlotsAreShort) {
  Job low = every("10m"), high = every("10m");
  high.priority = 1;
  const auto seen = forecast({simulated(low, seconds(30)), simulated(high, seconds(30))}, until("2026-03-01T00:15:00Z", {}, 1));
  EXPECT_EQ(seen.jobs[1].waits, 0);
  EXPECT_EQ(seen.jobs[0].waits, 1);
  EXPECT_EQ(seen.jobs[0].longest_wait, seconds(30));
  EXPECT_EQ(seen.most_at_once, 1);
}

TEST(Simulation, TellsWhichSecondsAreCrowded) {
  const auto seen = forecast({simulated(every("10m")), simulated(every("20m")), simulated(every("1h"))},
                             until("2026-03-01T01:00:30Z"));
  EXPECT_EQ(seen.collisions, 3);
  ASSERT_EQ(seen.crowds.size(), 3u);
  EXPECT_EQ(seen.crowds[0].at, utc("2026-03-01T01:00:00Z"));
  EXPECT_EQ(seen.crowds[0].starts, 3);
  EXPECT_EQ(seen.crowds[1].starts, 2);
}

TEST(Simulation, MapsTheStartsByWeekdayAndHour) {
  const auto seen = forecast({simulated(every("1h"))}, until("2026-03-08T00:00:30Z"));
  const std::size_t sunday = 6, monday = 0;
  EXPECT_EQ(seen.load[sunday][1], 1);
  EXPECT_EQ(seen.load[sunday][0], 1) << "a week later";
  EXPECT_EQ(seen.load[monday][23], 1);
}

TEST(Simulation, StartsADelayAfterTheRunBefore) {
  const auto seen = forecast({simulated(job_of({DelayRule{seconds(60)}}), seconds(60))}, until("2026-03-01T00:09:30Z"));
  EXPECT_EQ(seen.jobs[0].starts, 5) << "each two minutes";
}

TEST(Simulation, StartsAnOnStartJobWheneverTheLoopDoes) {
  const std::vector<Outage> down = {{utc("2026-03-01T00:15:00Z"), utc("2026-03-01T00:45:00Z")}};
  const auto seen = forecast({simulated(job_of({OnRule{OnRule::Event::start}})), simulated(every("10m"))},
                             until("2026-03-01T01:00:30Z", down));
  EXPECT_EQ(seen.jobs[0].starts, 2);
}

TEST(Simulation, StartsAnOnStartJobAfterAnOutageInWhichNothingElseIsDue) {
  const std::vector<Outage> down = {{utc("2026-03-01T00:15:00Z"), utc("2026-03-01T00:45:00Z")}};
  const SimulatedJob on_start = simulated(job_of({OnRule{OnRule::Event::start}}));
  EXPECT_EQ(forecast({on_start}, until("2026-03-01T01:00:00Z", down)).jobs[0].starts, 2);
  const std::vector<Outage> from_the_first = {{utc(kAnchor), utc("2026-03-01T00:45:00Z")}};
  EXPECT_EQ(forecast({on_start}, until("2026-03-01T01:00:00Z", from_the_first)).jobs[0].starts, 1);
}

TEST(Simulation, DecidesWhatIsOverdueAtItsBeginning) {
  SimulatedJob late = simulated(job_of({RandomRule{seconds(600), seconds(600)}}));
  late.next_due = utc(kAnchor) - std::chrono::hours(5);
  const auto seen = forecast({late}, until("2026-03-01T00:30:30Z"));
  EXPECT_EQ(fates(seen.jobs[0]), (Texts{"succeeded x3", "missed(too_late) x1"}));
  EXPECT_EQ(seen.load[5][19], 0) << "nothing happens before the simulation";
}

TEST(Simulation, CancelsAReplacedStartThatItsJitterHolds) {
  Job job = every("10s");
  job.overlap = Overlap::replace;
  job.trigger.rules.front().jitter = std::chrono::hours(10);
  const auto seen = forecast({simulated(job)}, until("2026-03-01T00:01:00Z"));
  EXPECT_EQ(fates(seen.jobs[0]), Texts{"cancelled(replaced) x5"}) << "the sixth still waits";
}

TEST(Simulation, LeavesAQueuedStartItsJitter) {
  Rule soon = AtRule{{utc("2026-03-01T00:10:00Z")}}, late = AtRule{{utc("2026-03-01T00:20:00Z")}};
  late.jitter = std::chrono::hours(100);
  Job job = job_of({soon, late});
  job.overlap = Overlap::queue;
  EXPECT_EQ(forecast({simulated(job, seconds(601))}, until("2026-03-01T00:40:00Z")).jobs[0].starts, 1);
}

TEST(Simulation, NeverTakesMoreSlotsThanThereAre) {
  Job job = every("1m");
  job.overlap = Overlap::allow;
  job.catchup = Catchup::all;
  const std::vector<Outage> down = {{utc("2026-03-01T00:00:30Z"), utc("2026-03-01T00:50:00Z")}};
  const auto seen = forecast({simulated(job)}, until("2026-03-01T00:59:30Z", down, 4));
  EXPECT_EQ(seen.most_at_once, 4);
  EXPECT_EQ(seen.jobs[0].starts, 59);
}

TEST(Simulation, CountsTheStartsOfASecondTogether) {
  Job job = every("10s");
  job.overlap = Overlap::replace;
  const auto seen = forecast({simulated(job, seconds(15)), simulated(every("20s"))}, until("2026-03-01T00:00:25Z"));
  EXPECT_EQ(seen.collisions, 1) << "one starts in the room of what it replaces, in the same second as the other";
}

TEST(Simulation, EndsAtMaxRuns) {
  Job job = every("10m");
  job.max_runs = 3;
  EXPECT_EQ(forecast({simulated(job)}, until("2026-03-02T00:00:00Z")).jobs[0].starts, 3);
}

}  // namespace
}  // namespace rounds
