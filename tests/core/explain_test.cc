#include "core/explain.h"

#include <gtest/gtest.h>

#include "core/deciding.h"

namespace rounds {
namespace {

using namespace deciding;
using make::utc;

RuleCheck check(const Job& job, std::string_view at, const std::string& zone = "UTC") {
  return check_rules(schedule_for(job, zone), utc(at)).at(0);
}

/// The fields that do not match: `hour 2, is 03`.
Texts misses(const RuleCheck& rule) {
  Texts out;
  for (const FieldCheck& field : rule.fields) {
    if (!field.matches) out.push_back(field.field + " " + field.pattern + ", is " + field.value);
  }
  return out;
}

TEST(Explanation, OfADueFindsEveryFieldRight) {
  const RuleCheck rule = check(cron("30 2 * * 1-5"), "2026-03-02T02:30:00Z");
  EXPECT_TRUE(rule.due);
  EXPECT_EQ(misses(rule), Texts{});
  EXPECT_EQ(rule.text, "30 2 * * 1-5");
}

TEST(Explanation, NamesTheFieldsThatAreWrong) {
  const RuleCheck rule = check(cron("30 2 * * 1-5"), "2026-03-01T03:30:00Z");
  EXPECT_FALSE(rule.due);
  EXPECT_EQ(misses(rule), (Texts{"hour 2, is 03", "weekday 1-5, is Sun"}));
}

TEST(Explanation, KnowsSecondsAndYears) {
  EXPECT_EQ(misses(check(cron("15 30 2 1 3 ? 2027"), "2026-03-01T02:30:00Z")), (Texts{"second 15, is 00", "year 2027, is 2026"}));
}

TEST(Explanation, SaysThatOneDayFieldIsEnough) {
  const RuleCheck rule = check(cron("30 2 13 * fri"), "2026-03-13T02:30:00Z");
  EXPECT_TRUE(rule.either_day);
  EXPECT_FALSE(check(cron("30 2 13 * *"), "2026-03-13T02:30:00Z").either_day);
}

TEST(Explanation, LooksAtTheWallOfTheZone) {
  EXPECT_TRUE(check(cron("30 2 * * *"), "2026-03-02T01:30:00Z", "Europe/Berlin").due);
}

TEST(Explanation, TellsOfEachRule) {
  const auto rules = check_rules(schedule_for(job_of({make::rule("0 9 * * *"), EveryRule{make::span("1h")}})), utc("2026-03-02T08:00:00Z"));
  ASSERT_EQ(rules.size(), 2u);
  EXPECT_FALSE(rules[0].due);
  EXPECT_TRUE(rules[1].due);
  EXPECT_TRUE(rules[1].fields.empty());
}

TEST(ClockChange, IsNamedWhereItTouchesAnInstant) {
  const Zone berlin = make::zone("Europe/Berlin");
  EXPECT_EQ(clock_change_at(berlin, utc("2026-03-29T01:00:00Z")), "02:00 to 03:00 skipped");
  EXPECT_EQ(clock_change_at(berlin, utc("2026-10-25T00:30:00Z")), "first of two");
  EXPECT_EQ(clock_change_at(berlin, utc("2026-10-25T01:30:00Z")), "second of two");
  EXPECT_EQ(clock_change_at(berlin, utc("2026-06-01T00:00:00Z")), "");
  EXPECT_EQ(clock_change_at(make::zone("Pacific/Apia"), utc("2011-12-30T10:00:00Z")),
            "2011-12-30 00:00 to 2011-12-31 00:00 skipped");
}

TEST(Fate, OfADueIsWhatTheDecisionHasForIt) {
  Job job = cron("*/20 * * * *");
  job.except.weekdays = 1;  // Sundays
  const Decision decision = decide_at(job, "2026-02-28T21:00:00Z", "2026-03-01T00:10:00Z");
  EXPECT_EQ(fate_in(decision, utc("2026-02-28T22:40:00Z")), "missed (too_late)");
  EXPECT_EQ(fate_in(decision, utc("2026-02-28T23:20:00Z")), "coalesced");
  EXPECT_EQ(fate_in(decision, utc("2026-02-28T23:40:00Z")), "started");
  EXPECT_EQ(fate_in(decision, utc("2026-03-01T00:00:00Z")), "skipped (excepted)");
  EXPECT_EQ(fate_in(decision, utc("2026-03-01T00:20:00Z")), "") << "it has not come";
}

TEST(MaxRuns, AreUsedUpByTheDuesBefore) {
  Job job = every("1h");
  const Schedule schedule = schedule_for(job);
  const auto is_beyond = [&](std::int64_t left, std::string_view at) {
    return is_beyond_max_runs(schedule, left, utc("2026-03-01T01:00:00Z"), utc(at));
  };
  EXPECT_FALSE(is_beyond(2, "2026-03-01T02:00:00Z"));
  EXPECT_TRUE(is_beyond(2, "2026-03-01T03:00:00Z"));
  EXPECT_TRUE(is_beyond(0, "2026-03-01T01:00:00Z"));
}

}  // namespace
}  // namespace rounds
