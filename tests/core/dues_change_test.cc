#include "core/dues_change.h"

#include <gtest/gtest.h>

#include "core/deciding.h"

namespace rounds {
namespace {

using namespace deciding;
using make::utc;

const Due kFrom = utc(kAnchor);
const Due kTo = kFrom + std::chrono::days(7);

DuesChange change(const std::optional<Job>& before, const std::optional<Job>& after) {
  const auto dues = [](const std::optional<Job>& job) {
    return job ? JobDues{schedule_for(*job), job->max_runs} : JobDues{};
  };
  return compare_dues(dues(before), dues(after), kFrom, kTo);
}

TEST(DuesChange, IsNoneForTheSameScheduleInOtherWords) {
  EXPECT_TRUE(change(cron("*/30 * * * *"), cron("0,30 0-23 * * *")).none());
}

TEST(DuesChange, OfANewJobIsAllItsDues) {
  const auto seen = change(std::nullopt, cron("30 2 * * *"));
  EXPECT_EQ(seen.gained.size(), 7u);
  EXPECT_EQ(seen.gained.front(), utc("2026-03-01T02:30:00Z"));
  EXPECT_EQ(seen.before, 0);
  EXPECT_EQ(seen.after, 7);
}

TEST(DuesChange, OfAJobThatGoesIsAllItsDues) { EXPECT_EQ(change(cron("30 2 * * *"), std::nullopt).lost.size(), 7u); }

TEST(DuesChange, OfAnotherTimeOfDayIsAMove) {
  const auto seen = change(cron("30 2 * * *"), cron("0 3 * * *"));
  EXPECT_TRUE(seen.gained.empty() && seen.lost.empty());
  ASSERT_EQ(seen.moved.size(), 7u);
  EXPECT_EQ(seen.moved[0], std::pair(utc("2026-03-01T02:30:00Z"), utc("2026-03-01T03:00:00Z")));
}

TEST(DuesChange, TellsWhatIsLostOnOtherDays) {
  const auto seen = change(cron("30 2 * * *"), cron("30 2 * * 1-5"));
  EXPECT_EQ(seen.lost, (std::vector<Due>{utc("2026-03-01T02:30:00Z"), utc("2026-03-07T02:30:00Z")}));
  EXPECT_TRUE(seen.gained.empty());
}

TEST(DuesChange, LeavesOutWhatIsExcepted) {
  Job job = cron("30 2 * * *");
  ASSERT_FALSE(add_exception(job.except, "sat-sun"));
  EXPECT_EQ(change(cron("30 2 * * *"), job).lost.size(), 2u);
}

TEST(DuesChange, OnlyCountsWhereThereAreTooMany) {
  const auto seen = change(every("1s"), every("2s"));
  EXPECT_FALSE(seen.walked);
  EXPECT_EQ(seen.before, 604'800);
  EXPECT_EQ(seen.after, 302'400);
}

TEST(DuesChange, EndsWithMaxRuns) {
  Job twice = cron("30 2 * * *"), often = every("1s");
  twice.max_runs = 2;
  often.max_runs = 50'000;
  EXPECT_EQ(change(std::nullopt, twice).gained.size(), 2u);
  EXPECT_EQ(change(cron("30 2 * * *"), twice).lost.size(), 5u);
  EXPECT_EQ(change(std::nullopt, often).after, 50'000);
}

}  // namespace
}  // namespace rounds
