#include <gmock/gmock.h>

#include "inspect/examine.h"
#include "inspect/score.h"

namespace rounds {

namespace {

using testing::ElementsAre;

const Check kCheck{.id = "x.y", .engine = "sqlite"};

SqlRow row(const std::string& subject, const std::string& severity, const std::string& evidence) {
  return {subject, severity, std::int64_t{7}, std::int64_t{5}, evidence};
}

Answer rows(std::vector<SqlRow> list) { return {.rows = std::move(list)}; }

TEST(Judge, TakesNoRowsForOk) {
  const auto entries = judge(kCheck, rows({}));
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].outcome, Outcome::ok);
  EXPECT_FALSE(entries[0].severity);
}

TEST(Judge, MakesOneFindingOfTheRowsOfOneSubject) {
  const auto entries =
      judge(kCheck, rows({row("a", "info", "1"), row("b", "warning", "2"), row("a", "critical", "3")}));
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].severity, Severity::critical);
  EXPECT_THAT(entries[0].evidence, ElementsAre("1", "3"));
  EXPECT_EQ(entries[1].subject, "b");
}

TEST(Judge, CapsTheEvidence) {
  const auto entries = judge(kCheck, rows(std::vector<SqlRow>(25, row("a", "info", "e"))));
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].evidence.size(), 21U);
  EXPECT_EQ(entries[0].evidence.back(), "5 more");
}

TEST(Judge, KeepsTheValueOfAnOkRow) {
  const auto entries = judge(kCheck, rows({row("a", "ok", "")}));
  EXPECT_EQ(entries[0].outcome, Outcome::ok);
  EXPECT_EQ(entries[0].value, SqlValue(std::int64_t{7}));
}

TEST(Judge, NeverTakesACheckThatCouldNotLookForOk) {
  const auto outcome = [](Answer::Status status) { return judge(kCheck, {.status = status}).front().outcome; };
  EXPECT_EQ(outcome(Answer::Status::unavailable), Outcome::skipped);
  EXPECT_EQ(outcome(Answer::Status::timed_out), Outcome::skipped);
  EXPECT_EQ(outcome(Answer::Status::corrupt), Outcome::error);
  EXPECT_EQ(outcome(Answer::Status::failed), Outcome::error);
  EXPECT_EQ(judge(kCheck, rows({row("a", "skipped", "why")})).front().reason, "why");
}

TEST(Judge, TakesDamageForTheFindingOfChecksThatLookForIt) {
  Check check = kCheck;
  check.damage_is_finding = true;
  EXPECT_EQ(judge(check, {.status = Answer::Status::corrupt, .message = "malformed"}).front().severity,
            Severity::critical);
}

TEST(Judge, RefusesRowsThatDoNotFit) {
  EXPECT_EQ(judge(kCheck, rows({{std::int64_t{1}}})).front().outcome, Outcome::error);
  EXPECT_EQ(judge(kCheck, rows({row("a", "fatal", "")})).front().outcome, Outcome::error);
}

Entry entry(const Check& check, Outcome outcome, std::optional<Severity> severity = {}) {
  return {.check = &check, .outcome = outcome, .severity = severity};
}

TEST(Score, IsFullWhenAllIsWell) {
  const Score score = score_of({entry(kCheck, Outcome::ok)});
  EXPECT_EQ(score.points, 100);
  EXPECT_EQ(score.coverage, 100);
}

TEST(Score, IsAtMost59WithACriticalFinding) {
  EXPECT_EQ(score_of({entry(kCheck, Outcome::finding, Severity::critical)}).points, 59);
  EXPECT_EQ(score_of({entry(kCheck, Outcome::finding, Severity::warning)}).points, 95);
}

TEST(Score, DeductsNoMoreThanTheCapOfACategory) {
  const Score score = score_of(std::vector<Entry>(50, entry(kCheck, Outcome::finding, Severity::warning)));
  EXPECT_EQ(score.points, 60);
  EXPECT_EQ(score.categories.front().deduction, 40);
  EXPECT_EQ(score.categories.front().checks, 1);
}

TEST(Score, IsAbsentWhenTooLittleCouldBeSeen) {
  const Check other{.id = "x.z"};
  const Score score = score_of({entry(kCheck, Outcome::ok), entry(other, Outcome::skipped)});
  EXPECT_EQ(score.coverage, 50);
  EXPECT_FALSE(score.points);
}

Examination examination(std::vector<Entry> entries) {
  Examination result;
  result.entries = std::move(entries);
  return result;
}

Entry finding(const std::string& subject) {
  Entry result = entry(kCheck, Outcome::finding, Severity::warning);
  result.subject = subject;
  return result;
}

const Past kPast{{.check = "x.y", .subject = "old", .finding = true, .since = "before"}};

TEST(Comparison, KeepsWhenAFindingWasFirstSeen) {
  Examination now = examination({finding("old"), finding("fresh")});
  compare_with_past(now, kPast, "now");
  EXPECT_EQ(now.entries[0].since, "before");
  EXPECT_EQ(now.entries[1].since, "now");
  EXPECT_TRUE(now.resolved.empty());
}

TEST(Comparison, CallsAFindingResolvedOnlyWhenTheCheckLooked) {
  Examination looked = examination({entry(kCheck, Outcome::ok)});
  compare_with_past(looked, kPast, "now");
  ASSERT_EQ(looked.resolved.size(), 1U);
  EXPECT_EQ(looked.resolved[0].subject, "old");
  Examination blind = examination({entry(kCheck, Outcome::skipped)});
  compare_with_past(blind, kPast, "now");
  EXPECT_TRUE(blind.resolved.empty());
  EXPECT_EQ(blind.not_rechecked.size(), 1U);
}

TEST(Comparison, SaysNothingAboutChecksThatWereNotAsked) {
  Examination none = examination({});
  compare_with_past(none, kPast, "now");
  EXPECT_TRUE(none.resolved.empty() && none.not_rechecked.empty());
}

}  // namespace

}  // namespace rounds
