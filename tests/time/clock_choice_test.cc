#include <gtest/gtest.h>

#include "time/make.h"

// What `dst = { gap, overlap }` makes of a rule. In New York the hour from 2:00 of 14 March 2021 is skipped, that from
// 1:00 of 7 November 2021 comes twice.
namespace rounds {
namespace {

using make::dues;
using make::schedule;
using make::utc;

using Gap = ClockChange::Gap;
using Overlap = ClockChange::Overlap;
using Texts = std::vector<std::string>;

Schedule choosing(Rule rule, ClockChange dst, const std::string& zone = "America/New_York") {
  rule.dst = dst;
  Schedule made = schedule({std::move(rule)}, zone);
  made.anchor = utc("2021-01-01T05:00:00Z");
  return made;
}

EveryRule phrase(std::string_view text) { return std::get<EveryRule>(parse_every(text)); }

Texts of_day(const Schedule& schedule, std::string_view midnight, int hours = 6) {
  Texts texts;
  const Due begin = utc(midnight);
  for (auto due = next_due(schedule, begin - std::chrono::seconds{1}); due && *due < begin + std::chrono::hours{hours};
       due = next_due(schedule, *due)) {
    texts.push_back(utc_text(*due).substr(11, 5));
  }
  return texts;
}

constexpr const char* kSpring = "2021-03-14T05:00:00Z";  // midnight
constexpr const char* kAutumn = "2021-11-07T04:00:00Z";

TEST(ClockChoice, OfAGapMayDropAnAppointment) {
  EXPECT_EQ(of_day(choosing(make::rule("30 2 * * *"), {}), kSpring), Texts{"07:00"});
  EXPECT_EQ(of_day(choosing(make::rule("30 2 * * *"), {.gap = Gap::skip}), kSpring), Texts{});
  EXPECT_EQ(of_day(choosing(phrase("2 days at 02:30"), {}), kSpring), Texts{"07:00"});
  EXPECT_EQ(of_day(choosing(phrase("2 days at 02:30"), {.gap = Gap::skip}), kSpring), Texts{});
}

TEST(ClockChoice, OfAGapMayMakeUpForACadenceThatMissesItsEnd) {
  EXPECT_EQ(of_day(choosing(make::rule("30 * * * *"), {}), kSpring, 4), (Texts{"05:30", "06:30", "07:30", "08:30"}));
  EXPECT_EQ(of_day(choosing(make::rule("30 * * * *"), {.gap = Gap::after}), kSpring, 4),
            (Texts{"05:30", "06:30", "07:00", "07:30", "08:30"}));
  EXPECT_EQ(of_day(choosing(make::rule("*/30 * * * *"), {.gap = Gap::after}), kSpring, 3),
            (Texts{"05:00", "05:30", "06:00", "06:30", "07:00", "07:30"}))
      << "one that falls on that instant anyway is the same";
}

TEST(ClockChoice, OfAnOverlapTakesEitherPassOrBoth) {
  const auto nightly = [](Overlap overlap) {
    return of_day(choosing(make::rule("30 1 * * *"), {.overlap = overlap}), kAutumn);
  };
  EXPECT_EQ(nightly(Overlap::by_meaning), Texts{"05:30"});
  EXPECT_EQ(nightly(Overlap::first), Texts{"05:30"});
  EXPECT_EQ(nightly(Overlap::second), Texts{"06:30"});
  EXPECT_EQ(nightly(Overlap::both), (Texts{"05:30", "06:30"}));
}

TEST(ClockChoice, OfAnOverlapHoldsForACadenceToo) {
  const auto hourly = [](Overlap overlap) {
    return of_day(choosing(make::rule("15 * * * *"), {.overlap = overlap}), kAutumn, 5);
  };
  EXPECT_EQ(hourly(Overlap::by_meaning), (Texts{"04:15", "05:15", "06:15", "07:15", "08:15"}));
  EXPECT_EQ(hourly(Overlap::first), (Texts{"04:15", "05:15", "07:15", "08:15"}));
  EXPECT_EQ(hourly(Overlap::second), (Texts{"04:15", "06:15", "07:15", "08:15"}));
  EXPECT_EQ(hourly(Overlap::both), hourly(Overlap::by_meaning));
}

TEST(ClockChoice, OfAnOverlapHoldsForCivilSteps) {
  const auto daily = [](Overlap overlap) {
    return of_day(choosing(phrase("2 days at 01:30"), {.overlap = overlap}), kAutumn);
  };
  EXPECT_EQ(daily(Overlap::by_meaning), Texts{"05:30"});
  EXPECT_EQ(daily(Overlap::first), Texts{"05:30"});
  EXPECT_EQ(daily(Overlap::second), Texts{"06:30"});
  EXPECT_EQ(daily(Overlap::both), (Texts{"05:30", "06:30"}));
}

TEST(ClockChoice, IsTheSameForwardsBackwardsAndCounted) {
  for (const char* zone :
       {"America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kwajalein", "Antarctica/Troll"}) {
    for (const Gap gap : {Gap::by_meaning, Gap::after, Gap::skip}) {
      for (const Overlap overlap : {Overlap::by_meaning, Overlap::first, Overlap::second, Overlap::both}) {
        for (const Rule& rule :
             {Rule{make::rule("30 1 * * *")}, Rule{make::rule("*/20 * * * *")}, Rule{make::rule("15 0-3 * * *")},
              Rule{phrase("2 days at 01:45")}, Rule{phrase("month at 02:00")}}) {
          const auto job = choosing(rule, {gap, overlap}, zone);
          const Due begin = utc("2021-02-01T00:00:00Z");
          std::vector<Due> forwards;
          for (auto due = next_due(job, begin); due && *due < utc("2022-01-01T00:00:00Z"); due = next_due(job, *due)) {
            ASSERT_TRUE(forwards.empty() || *due > forwards.back());
            forwards.push_back(*due);
          }
          ASSERT_EQ(count_dues(job, begin + std::chrono::seconds{1}, forwards.back()),
                    static_cast<std::int64_t>(forwards.size()))
              << zone << " " << to_text(job.trigger);
          Due at = forwards.back() + std::chrono::seconds{1};
          for (auto wanted = forwards.rbegin(); wanted != forwards.rend(); ++wanted) {
            at = previous_due(job, at).value();
            ASSERT_EQ(at, *wanted) << zone << " " << to_text(job.trigger);
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace rounds
