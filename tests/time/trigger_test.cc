#include "time/trigger.h"

#include <gtest/gtest.h>

#include "time/make.h"

namespace rounds {
namespace {

using make::dues;
using make::every;
using make::rule;
using make::schedule;
using make::utc;
using std::chrono::seconds;

using Texts = std::vector<std::string>;

std::string previous(const Schedule& of, std::string_view before, bool ignore_start = false) {
  const auto due = previous_due(of, utc(before), ignore_start);
  return due ? utc_text(*due) : "none";
}

TEST(Every, OfElapsedTimeIgnoresClockChanges) {
  const auto job = every("6h", "2021-03-13T22:00:00Z", "America/New_York");
  EXPECT_EQ(dues(job, "2021-03-13T22:00:00Z", 3),
            (Texts{"2021-03-14T04:00:00Z", "2021-03-14T10:00:00Z", "2021-03-14T16:00:00Z"}));
}

TEST(Every, DayKeepsTheWallTimeOfTheAnchor) {
  const auto job = every("1d", "2021-03-12T07:30:00Z", "America/New_York");  // 02:30 on the wall
  EXPECT_EQ(dues(job, "2021-03-12T07:30:00Z", 3),
            (Texts{"2021-03-13T07:30:00Z", "2021-03-14T07:00:00Z", "2021-03-15T06:30:00Z"}));
}

TEST(Every, DayTakesTheFirstPassOfATimeThatComesTwice) {
  const auto job = every("1d", "2021-11-05T05:30:00Z", "America/New_York");  // 01:30 on the wall
  EXPECT_EQ(dues(job, "2021-11-06T05:30:00Z", 2), (Texts{"2021-11-07T05:30:00Z", "2021-11-08T06:30:00Z"}));
}

TEST(Every, WeekKeepsTheWeekday) {
  const auto job = every("2w", "2021-03-01T08:00:00Z", "Europe/Berlin");
  EXPECT_EQ(dues(job, "2021-03-20T00:00:00Z", 2), (Texts{"2021-03-29T07:00:00Z", "2021-04-12T07:00:00Z"}));
}

TEST(Every, DayThatIsMissingAtMidnightIsOneWithTheNext) {
  const auto job = every("1d", "2011-12-28T10:00:00Z", "Pacific/Apia");  // midnight; the 30th does not exist
  EXPECT_EQ(dues(job, "2011-12-28T10:00:00Z", 3),
            (Texts{"2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"}));
  EXPECT_EQ(count_dues(job, utc("2011-12-28T10:00:01Z"), utc("2011-12-31T10:00:00Z")), 3);
}

TEST(Every, AnchorIsDueOnlyWhenItIsTheStart) {
  auto job = every("1h", "2026-01-01T00:00:00Z");
  EXPECT_EQ(dues(job, "2025-01-01T00:00:00Z", 1), Texts{"2026-01-01T01:00:00Z"});
  EXPECT_EQ(previous(job, "2026-01-01T01:00:00Z"), "none");
  EXPECT_EQ(count_dues(job, Due::min(), utc("2026-01-01T02:00:00Z")), 2);
  job.anchor_is_due = true;
  job.start = job.anchor;
  EXPECT_EQ(dues(job, "2025-01-01T00:00:00Z", 2), (Texts{"2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"}));
  EXPECT_EQ(previous(job, "2026-01-01T01:00:00Z"), "2026-01-01T00:00:00Z");
  EXPECT_EQ(count_dues(job, Due::min(), utc("2026-01-01T02:00:00Z")), 3);
}

TEST(Every, GridReachesBackBeforeItsAnchorForWindows) {
  const auto hourly = every("1h", "2026-01-01T00:00:00Z");
  EXPECT_EQ(previous(hourly, "2026-01-01T01:00:00Z", true), "2026-01-01T00:00:00Z");
  EXPECT_EQ(previous(hourly, "2026-01-01T00:00:00Z", true), "2025-12-31T23:00:00Z");
  const auto weekly = every("1w", "2021-03-29T07:00:00Z", "Europe/Berlin");
  EXPECT_EQ(previous(weekly, "2021-03-29T07:00:00Z", true), "2021-03-22T08:00:00Z");
}

TEST(Every, DayIsTheSameForwardsAndBackwards) {
  for (const char* name : {"Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Pacific/Kwajalein"}) {
    for (const char* anchor : {"1969-01-15T09:30:00Z", "1993-07-01T12:00:00Z", "2011-06-01T10:00:00Z"}) {
      const auto job = every("1d", anchor, name);
      Due due = job.anchor;
      for (int i = 0; i < 1000; ++i) {
        const Due next = next_due(job, due).value();
        ASSERT_GT(next, due);
        ASSERT_LE(next - due, std::chrono::hours{49}) << name << " " << utc_text(due);
        ASSERT_EQ(previous_due(job, next, true), due) << name << " " << utc_text(next);
        ASSERT_EQ(next_due(job, next - seconds{1}), next) << name << " " << utc_text(next);
        due = next;
      }
    }
  }
}

TEST(Every, IsCountedWithoutWalking) {
  const auto job = every("1s", "1970-01-01T00:00:00Z");
  EXPECT_EQ(count_dues(job, utc("1970-01-01T00:00:01Z"), utc("9970-01-01T00:00:00Z")), 252455616000);
  EXPECT_EQ(count_dues(every("7m", "2026-01-01T00:00:00Z"), utc("2026-01-01T00:07:00Z"), utc("2026-01-01T00:14:00Z")),
            2);
}

TEST(At, IsDueOnceEach) {
  const auto job = schedule({AtRule{{utc("2026-01-01T00:00:00Z"), utc("2026-06-01T00:00:00Z")}}});
  EXPECT_EQ(dues(job, "2025-01-01T00:00:00Z", 9), (Texts{"2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"}));
  EXPECT_EQ(previous(job, "2026-06-01T00:00:00Z"), "2026-01-01T00:00:00Z");
  EXPECT_EQ(previous(job, "2026-01-01T00:00:00Z"), "none");
  EXPECT_EQ(count_dues(job, utc("2026-01-01T00:00:00Z"), utc("2026-06-01T00:00:00Z")), 2);
}

TEST(Schedule, KeepsWithinStartAndUntilBothIncluded) {
  auto job = schedule({rule("0 0 * * *")});
  job.start = utc("2026-01-02T00:00:00Z");
  job.until = utc("2026-01-04T00:00:00Z");
  EXPECT_EQ(dues(job, "2025-01-01T00:00:00Z", 9),
            (Texts{"2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"}));
  EXPECT_EQ(count_dues(job, Due::min(), Due::max()), 3);
  EXPECT_EQ(previous(job, "2027-01-01T00:00:00Z"), "2026-01-04T00:00:00Z");
  EXPECT_EQ(previous(job, "2026-01-02T00:00:00Z"), "none");
  EXPECT_EQ(previous(job, "2026-01-02T00:00:00Z", true), "2026-01-01T00:00:00Z");
}

TEST(Schedule, OfDelayOrEventsHasNoDues) {
  for (const Rule& one : {Rule{DelayRule{seconds{30}}}, Rule{OnRule{OnRule::Event::boot}}}) {
    const auto job = schedule({one});
    EXPECT_FALSE(next_due(job, Due{}));
    EXPECT_FALSE(previous_due(job, kLatestDue));
    EXPECT_EQ(count_dues(job, kEarliestDue, kLatestDue), 0);
  }
}

TEST(Schedule, EndsWithTheYear9999) {
  const auto job = schedule({rule("0 0 1 1 *")}, "America/New_York");
  EXPECT_EQ(dues(job, "9998-06-01T00:00:00Z", 3), Texts{"9999-01-01T05:00:00Z"});
  EXPECT_FALSE(next_due(job, Due::max()));
  EXPECT_TRUE(next_due(job, Due::min()));
  EXPECT_TRUE(previous_due(job, Due::max()));
  EXPECT_FALSE(previous_due(job, Due::min()));
  EXPECT_EQ(count_dues(every("1d", "2026-01-01T00:00:00Z"), Due::max(), Due::min()), 0);
}

TEST(Union, CountsTheSameInstantOnce) {
  const auto job = schedule({rule("0 * * * *"), rule("*/30 * * * *"), EveryRule{make::span("45m")}});
  const Due first = utc("1970-01-01T00:00:00Z");
  const Due last = utc("1970-01-01T03:00:00Z");
  EXPECT_EQ(dues(job, "1970-01-01T00:00:00Z", 8),
            (Texts{"1970-01-01T00:30:00Z", "1970-01-01T00:45:00Z", "1970-01-01T01:00:00Z", "1970-01-01T01:30:00Z",
                   "1970-01-01T02:00:00Z", "1970-01-01T02:15:00Z", "1970-01-01T02:30:00Z", "1970-01-01T03:00:00Z"}));
  EXPECT_EQ(count_dues(job, first, last), 9);
  EXPECT_EQ(previous(job, "1970-01-01T02:30:00Z"), "1970-01-01T02:15:00Z");
}

TEST(Union, DecidesClockChangesForEachRule) {
  const auto job = schedule({rule("15 1 * * *"), rule("30 * * * *")}, "America/New_York");
  EXPECT_EQ(dues(job, "2021-11-07T04:50:00Z", 4),
            (Texts{"2021-11-07T05:15:00Z", "2021-11-07T05:30:00Z", "2021-11-07T06:30:00Z", "2021-11-07T07:30:00Z"}));
}

TEST(Previous, DueOfTheLastYearIsFoundFromWithinTheSecondPass) {
  const auto job = schedule({rule("0 30 1 7 11 ? 2021")}, "America/New_York");
  EXPECT_EQ(previous(job, "2021-11-07T06:10:00Z"), "2021-11-07T05:30:00Z");
}

TEST(Count, OfAYearBySecondsKnowsItsClockChanges) {
  const auto job = schedule({rule("* * * * * *")}, "Europe/Berlin");
  EXPECT_EQ(count_dues(job, utc("2023-01-01T00:00:00Z"), utc("2023-12-31T23:59:59Z")), 365 * 86400);
  const auto daily = schedule({rule("30 2 * * *")}, "Europe/Berlin");
  EXPECT_EQ(count_dues(daily, utc("2023-01-01T00:00:00Z"), utc("2023-12-31T23:59:59Z")), 365);
}

TEST(StepBack, CountsCivilDaysThenElapsedTime) {
  const Zone berlin = make::zone("Europe/Berlin");
  const Due due = utc("2027-03-29T00:30:00Z");  // 02:30 on the day after the change
  EXPECT_EQ(step_back(due, make::span("3d"), berlin), utc("2027-03-26T01:30:00Z"));
  EXPECT_EQ(step_back(due, make::span("1d"), berlin), utc("2027-03-28T01:00:00Z")) << "skipped: the end of the gap";
  EXPECT_EQ(step_back(due, make::span("72h"), berlin), utc("2027-03-26T00:30:00Z"));
  EXPECT_EQ(step_back(due, make::span("3d2h"), berlin), utc("2027-03-25T23:30:00Z"));
}

TEST(Trigger, HasAText) {
  const Trigger trigger{{rule("30 2 * * 1-5"), EveryRule{make::span("90m")},
                         AtRule{{utc("2026-12-31T22:59:00Z"), utc("2027-12-31T22:59:00Z")}}, DelayRule{seconds{30}},
                         OnRule{OnRule::Event::start}, OnRule{OnRule::Event::boot}}};
  EXPECT_EQ(
      to_text(trigger),
      "30 2 * * 1-5 | every 90m | at 2026-12-31T22:59:00Z, 2027-12-31T22:59:00Z | delay 30s | on start | on boot");
}

TEST(Trigger, IsADelayOrAnEventOnlyAlone) {
  const Trigger delay{{DelayRule{seconds{30}}}};
  EXPECT_EQ(delay_of(delay)->length, seconds{30});
  EXPECT_EQ(on_of(delay), nullptr);
  const Trigger boot{{OnRule{OnRule::Event::boot}}};
  EXPECT_EQ(on_of(boot)->event, OnRule::Event::boot);
  EXPECT_EQ(delay_of({{DelayRule{seconds{30}}, rule("@daily")}}), nullptr);
}

}  // namespace
}  // namespace rounds
