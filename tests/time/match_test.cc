#include "time/match.h"

#include <gtest/gtest.h>

#include "time/make.h"

namespace rounds {
namespace {

using make::schedule;
using make::utc;

/// `month=3 day=1! …`: ! where the field does not match.
std::string text(const CronMatch& found) {
  std::string text;
  for (const FieldMatch& field : found.fields) {
    text += std::string(to_text(field.field)) + "=" + std::to_string(field.value) + (field.matches ? " " : "! ");
  }
  return text + (found.either_day ? "either " : "") + (found.matches ? "due" : "no");
}

std::string at(const std::string& cron, std::string_view wall) {
  return text(match(make::cron(cron), parse_civil(wall).value()));
}

TEST(Match, SaysForEachFieldWhetherItMatches) {
  EXPECT_EQ(at("30 2 * * 1-5", "2027-03-26 02:30"), "month=3 day=26 weekday=5 hour=2 minute=30 second=0 due");
  EXPECT_EQ(at("30 2 * * 1-5", "2027-03-27 02:31"), "month=3 day=27 weekday=6! hour=2 minute=31! second=0 no");
  EXPECT_EQ(at("0 0 0 1 1 * 2030", "2027-01-01"), "year=2027! month=1 day=1 weekday=5 hour=0 minute=0 second=0 no");
}

TEST(Match, TellsThatEitherDayIsEnough) {
  EXPECT_EQ(at("0 0 13 * 5", "2027-03-26"), "month=3 day=26! weekday=5 hour=0 minute=0 second=0 either due");
}

TEST(Match, LooksAtTheWeekOfATable) {
  std::size_t wrong = 0;
  const auto cron =
      std::get<Cron>(parse_cron(CronTable{{CronField::week, "10"}, {CronField::day, "last fri"}}, "", wrong));
  EXPECT_EQ(text(match(cron, parse_civil("2027-03-26").value())),
            "month=3 week=12! day=26 weekday=5 hour=0 minute=0 second=0 no");
}

TEST(Match, TakesAnExpressionApart) {
  std::string parts;
  const std::string expression = " 0 30\t2 * * 1-5 ";
  for (const CronFieldText& field : cron_fields(expression)) {
    EXPECT_EQ(expression.substr(field.at, field.text.size()), field.text);
    parts += std::string(to_text(field.field)) + ":" + std::string(field.text) + " ";
  }
  EXPECT_EQ(parts, "second:0 minute:30 hour:2 day:* month:* weekday:1-5 ");
  EXPECT_TRUE(cron_fields("@daily").empty());
}

Standing standing(const Rule& rule, std::string_view instant) {
  Schedule job = schedule({rule}, "America/New_York");
  job.anchor = utc("2021-03-01T00:00:00Z");
  return standing_of(rule, job, utc(instant));
}

TEST(Standing, TellsDuesThatAreMovedOrLeftOut) {
  const Rule nightly = make::rule("30 2 * * *");
  EXPECT_EQ(standing(nightly, "2021-03-13T07:30:00Z"), Standing::due);
  EXPECT_EQ(standing(nightly, "2021-03-14T07:00:00Z"), Standing::makes_up);
  EXPECT_EQ(standing(nightly, "2021-03-14T07:30:00Z"), Standing::not_due) << "03:30 on the wall";
  const Rule hourly = make::rule("50 * * * *");
  EXPECT_EQ(standing(hourly, "2021-03-14T07:00:00Z"), Standing::passed_over) << "a cadence goes on";
  EXPECT_EQ(standing(hourly, "2021-03-13T07:00:00Z"), Standing::not_due);
  EXPECT_EQ(standing(hourly, "2021-11-07T06:00:00Z"), Standing::not_due) << "nothing is skipped there";
  const Rule early = make::rule("30 1 * * *");
  EXPECT_EQ(standing(early, "2021-11-07T05:30:00Z"), Standing::due);
  EXPECT_EQ(standing(early, "2021-11-07T06:30:00Z"), Standing::left_out) << "the second pass";
  EXPECT_EQ(standing(std::get<EveryRule>(parse_every("day at 02:30")), "2021-03-14T07:00:00Z"), Standing::makes_up);
  EXPECT_EQ(standing(std::get<EveryRule>(parse_every("week at 02:30")), "2021-03-14T07:00:00Z"), Standing::makes_up);
  EXPECT_EQ(standing(std::get<EveryRule>(parse_every("1h")), "2021-03-14T07:00:00Z"), Standing::due);
  EXPECT_EQ(standing(AtRule{{utc("2021-03-14T07:00:00Z")}}, "2021-03-14T07:00:00Z"), Standing::due);
  EXPECT_EQ(standing(DelayRule{std::chrono::seconds{5}}, "2021-03-14T07:00:00Z"), Standing::not_due);
}

}  // namespace
}  // namespace rounds
