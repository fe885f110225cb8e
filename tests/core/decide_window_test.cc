#include <gtest/gtest.h>

#include "core/deciding.h"

namespace rounds {
namespace {

using namespace deciding;
using namespace std::chrono_literals;
using make::utc;

/// The window of the one run that starts.
std::string window(const Job& job, std::string_view next_due, std::string_view now, const Moment& moment = {}) {
  const Decision decision = decide_at(job, next_due, now, moment);
  if (decision.starts.size() != 1) return "starts " + std::to_string(decision.starts.size());
  return utc_text(decision.starts[0].window.from) + ".." + utc_text(decision.starts[0].window.to);
}

Job with_window(Job job, std::string_view length) {
  job.window = make::span(length);
  return job;
}

const Moment kBerlin{.zone = "Europe/Berlin"};  // goes forward on 29 March 2026, from 02:00 to 03:00

TEST(Window, ReachesBackToThePreviousDue) {
  EXPECT_EQ(window(every("10m"), "2026-03-01T00:30:00Z", "2026-03-01T00:30:00Z"),
            "2026-03-01T00:20:00Z..2026-03-01T00:30:00Z");
}

TEST(Window, ReachesBackToAPreviousDueFromBeforeTheJobExisted) {
  EXPECT_EQ(window(every("10m"), "2026-03-01T00:10:00Z", "2026-03-01T00:10:00Z"),
            "2026-03-01T00:00:00Z..2026-03-01T00:10:00Z");
  EXPECT_EQ(window(cron("0 12 * * *"), "2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"),
            "2026-02-28T12:00:00Z..2026-03-01T12:00:00Z");
}

TEST(Window, HasAFixedLengthWhereTheJobGivesOne) {
  EXPECT_EQ(window(with_window(every("10m"), "3d"), "2026-03-05T00:10:00Z", "2026-03-05T00:10:00Z"),
            "2026-03-02T00:10:00Z..2026-03-05T00:10:00Z");
}

TEST(Window, OfARunForManyStartsWhereTheFirstOfThemWould) {
  EXPECT_EQ(window(every("10m"), "2026-03-01T00:30:00Z", "2026-03-01T00:55:00Z"),
            "2026-03-01T00:20:00Z..2026-03-01T00:50:00Z");
  EXPECT_EQ(window(with_window(every("10m"), "5m"), "2026-03-01T00:30:00Z", "2026-03-01T00:55:00Z"),
            "2026-03-01T00:25:00Z..2026-03-01T00:50:00Z");
}

TEST(Window, OfARunForManyLeavesOutWhatWasMissed) {
  EXPECT_EQ(window(every("30m"), "2026-03-01T00:30:00Z", "2026-03-01T09:00:00Z"),
            "2026-03-01T07:30:00Z..2026-03-01T09:00:00Z");
}

TEST(Window, OfARunForManyLeavesOutWhatWasExceptedBeforeThem) {
  Job job = cron("0 9 * * *");
  job.except.weekdays = 1 | 1 << 6;
  job.misfire_grace = 96h;
  EXPECT_EQ(window(job, "2026-03-07T09:00:00Z", "2026-03-09T09:05:00Z"), "2026-03-08T09:00:00Z..2026-03-09T09:00:00Z")
      << "Saturday and Sunday are nobody's";
  EXPECT_EQ(window(job, "2026-03-07T09:00:00Z", "2026-03-10T09:05:00Z"), "2026-03-08T09:00:00Z..2026-03-10T09:00:00Z")
      << "Monday's is part of Tuesday's";
}

TEST(Window, OfDaysIsCivilAcrossAClockChange) {
  const Job noon = cron("0 12 * * *");
  EXPECT_EQ(window(with_window(noon, "1d"), "2026-03-29T10:00:00Z", "2026-03-29T10:00:00Z", kBerlin),
            "2026-03-28T11:00:00Z..2026-03-29T10:00:00Z");
  EXPECT_EQ(window(with_window(noon, "24h"), "2026-03-29T10:00:00Z", "2026-03-29T10:00:00Z", kBerlin),
            "2026-03-28T10:00:00Z..2026-03-29T10:00:00Z");
  EXPECT_EQ(window(noon, "2026-03-29T10:00:00Z", "2026-03-29T10:00:00Z", kBerlin),
            "2026-03-28T11:00:00Z..2026-03-29T10:00:00Z");
}

TEST(Window, OfARunForManyIsCivilAcrossAClockChange) {
  Job noon = with_window(cron("0 12 * * *"), "1d");
  noon.misfire_grace = 7 * 24h;
  EXPECT_EQ(window(noon, "2026-03-28T11:00:00Z", "2026-03-30T10:00:00Z", kBerlin),
            "2026-03-27T11:00:00Z..2026-03-30T10:00:00Z");
}

TEST(Window, OfADelayReachesBackToThePreviousOccurrence) {
  const Job job = job_of({DelayRule{30s}});
  EXPECT_EQ(window(job, "2026-03-01T00:10:30Z", "2026-03-01T00:10:30Z", {.watermark = utc("2026-03-01T00:05:00Z")}),
            "2026-03-01T00:05:00Z..2026-03-01T00:10:30Z");
  EXPECT_EQ(window(job, "2026-03-01T00:10:30Z", "2026-03-01T00:10:30Z"), "2026-03-01T00:10:30Z..2026-03-01T00:10:30Z")
      << "the first one is empty";
}

TEST(Window, OfEachRunOfACatchUpIsItsOwn) {
  Job job = every("10m");
  job.catchup = Catchup::all;
  const Decision decision = decide_at(job, "2026-03-01T00:10:00Z", "2026-03-01T00:20:00Z");
  ASSERT_EQ(decision.starts.size(), 2u);
  EXPECT_EQ(decision.starts[0].window, (Window{utc("2026-03-01T00:00:00Z"), utc("2026-03-01T00:10:00Z")}));
  EXPECT_EQ(decision.starts[1].window, (Window{utc("2026-03-01T00:10:00Z"), utc("2026-03-01T00:20:00Z")}));
}

TEST(Pause, HasOneAccountForAllThatPassed) {
  const Schedule schedule = schedule_for(every("10m"));
  const auto account =
      account_of_pause(schedule, utc("2026-03-01T00:10:00Z"), utc("2026-03-01T01:00:00Z"), Reason::paused);
  ASSERT_TRUE(account);
  EXPECT_EQ(text(*account), "skipped(paused) 2026-03-01T00:20:00Z..2026-03-01T01:00:00Z x5")
      << "after the first instant, up to and with the last";
}

TEST(Pause, HasNoAccountWhereNothingWasDue) {
  const Schedule schedule = schedule_for(every("10m"));
  EXPECT_FALSE(account_of_pause(schedule, utc("2026-03-01T00:10:00Z"), utc("2026-03-01T00:19:59Z"), Reason::disabled));
  const Schedule delay = schedule_for(job_of({DelayRule{30s}}));
  EXPECT_FALSE(account_of_pause(delay, utc("2026-03-01T00:00:00Z"), utc("2026-03-09T00:00:00Z"), Reason::paused));
}

TEST(Overdue, IsToldInTwoPartsByWhetherALoopWasThere) {
  const Job job = every("10m");
  const DueJob due{job, schedule_for(job), utc("2026-03-01T00:10:00Z"), std::nullopt};
  const auto told = [&](std::string_view awake_since, Reason reason) {
    const auto accounts = account_of_overdue(due, utc("2026-03-01T01:00:00Z"), utc(awake_since), reason);
    std::vector<std::string> texts;
    for (const Account& one : accounts) texts.push_back(text(one));
    return texts;
  };
  EXPECT_EQ(told("2026-03-01T00:30:00Z", Reason::removed),
            (Texts{"missed(down) 2026-03-01T00:10:00Z..2026-03-01T00:20:00Z x2",
                   "cancelled(removed) 2026-03-01T00:30:00Z..2026-03-01T01:00:00Z x4"}));
  EXPECT_EQ(told("2026-03-01T00:00:00Z", Reason::disabled),
            (Texts{"skipped(disabled) 2026-03-01T00:10:00Z..2026-03-01T01:00:00Z x6"}));
  EXPECT_EQ(told("2026-03-02T00:00:00Z", Reason::replaced),
            (Texts{"missed(down) 2026-03-01T00:10:00Z..2026-03-01T01:00:00Z x6"}));
}

TEST(Overdue, IsOneDueOfARuleWithoutAGrid) {
  const Job job = job_of({DelayRule{30s}});
  const DueJob due{job, schedule_for(job), utc("2026-03-01T00:10:00Z"), std::nullopt};
  const auto accounts =
      account_of_overdue(due, utc("2026-03-01T01:00:00Z"), utc("2026-03-01T00:00:00Z"), Reason::paused);
  ASSERT_EQ(accounts.size(), 1u);
  EXPECT_EQ(text(accounts[0]), "skipped(paused) 2026-03-01T00:10:00Z..2026-03-01T00:10:00Z x1");
}

TEST(Pause, CountsAcrossAClockChange) {
  const Schedule schedule = schedule_for(cron("*/30 * * * *"), "Europe/Berlin");
  const auto account =
      account_of_pause(schedule, utc("2026-03-28T23:00:00Z"), utc("2026-03-29T22:00:00Z"), Reason::disabled);
  ASSERT_TRUE(account);
  EXPECT_EQ(text(*account), "skipped(disabled) 2026-03-28T23:30:00Z..2026-03-29T22:00:00Z x46") << "a day of 23 hours";
}

}  // namespace
}  // namespace rounds
