#include <gtest/gtest.h>

#include <random>

#include "time/make.h"

namespace rounds {
namespace {

using make::utc;
using std::chrono::seconds;

std::int64_t walked(const Schedule& schedule, Due first, Due last) {
  std::int64_t count = 0;
  for (auto due = next_due(schedule, first - seconds{1}); due && *due <= last; due = next_due(schedule, *due)) ++count;
  return count;
}

EveryRule every(std::string_view text) { return std::get<EveryRule>(parse_every(text)); }

// Rules with so many dues that they are counted as sets of a day's seconds, and few that are walked.
const std::vector<Rule>& rules() {
  static const std::vector<Rule> all{make::rule("* * * * * *"),
                                     make::rule("*/7 * * * * *"),
                                     make::rule("0-30 * 8-18 * * 1-5"),
                                     make::rule("30 */2 1-3 * * *"),
                                     make::rule("*/5 30 2 * * *"),
                                     make::rule("10,40 * * * * 0"),
                                     make::rule("0 * * * *"),
                                     make::rule("30 2 * * *"),
                                     every("7s"),
                                     every("90s"),
                                     every("5s"),
                                     every("1m"),
                                     every("36h"),
                                     every("minute at :17"),
                                     every("hour at :30"),
                                     every("day at 02:30"),
                                     every("2 hours at :20"),
                                     every("3 days at 01:30"),
                                     AtRule{{utc("2021-03-14T07:00:00Z"), utc("2021-03-14T07:00:01Z")}}};
  return all;
}

TEST(UnionCount, IsWhatWalkingCounts) {
  std::mt19937 random(20261122);
  const auto pick = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  const std::vector<const char*> zones{"UTC", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia",
                                       "Asia/Kolkata"};
  const std::vector<const char*> days{"2021-03-13T20:00:00Z", "2021-11-06T20:00:00Z", "2021-04-03T07:00:00Z",
                                      "2011-12-29T07:00:00Z", "2021-10-02T12:00:00Z"};
  for (int i = 0; i < 60; ++i) {
    Schedule job = make::schedule({rules()[pick(6)], rules()[pick(rules().size())]}, zones[pick(zones.size())]);
    if (pick(2) == 0) job.trigger.rules.push_back(rules()[pick(rules().size())]);
    for (Rule& rule : job.trigger.rules) {
      if (pick(4) == 0) rule.dst = {ClockChange::Gap(pick(3)), ClockChange::Overlap(pick(4))};
    }
    job.anchor = utc(days[pick(days.size())]) + seconds{static_cast<int>(pick(20000))};
    job.anchor_is_due = pick(2) == 0;
    const Due first = utc(days[pick(days.size())]) + seconds{static_cast<int>(pick(4000))};
    const Due last = first + seconds{static_cast<int>(pick(130000))};
    ASSERT_EQ(count_dues(job, first, last), walked(job, first, last))
        << to_text(job.trigger) << " in " << job.zone.name() << " from " << utc_text(first) << " to " << utc_text(last)
        << " anchor " << utc_text(job.anchor);
  }
}

TEST(UnionCount, OfAYearOfSecondsIsAllSeconds) {
  const auto job =
      make::schedule({make::rule("* * * * * *"), make::rule("*/2 * * * * *"), every("1s")}, "Europe/Berlin");
  EXPECT_EQ(count_dues(job, utc("2026-01-01T00:00:00Z"), utc("2026-12-31T23:59:59Z")), 365 * 86400);
}

}  // namespace
}  // namespace rounds
