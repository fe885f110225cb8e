#include "time/exceptions.h"

#include <gtest/gtest.h>

#include "time/make.h"

namespace rounds {
namespace {

using make::schedule;
using make::utc;

Exceptions exceptions(const std::vector<std::string>& texts) {
  Exceptions made;
  for (const std::string& text : texts) {
    if (const auto error = add_exception(made, text)) ADD_FAILURE() << error->message;
  }
  return made;
}

bool covers(const Exceptions& made, std::string_view wall) { return made.cover(parse_civil(wall).value()); }

TEST(Exceptions, CoverWeekdays) {
  const Exceptions made = exceptions({"sat-mon", "wednesday"});
  EXPECT_TRUE(covers(made, "2026-03-07"));
  EXPECT_TRUE(covers(made, "2026-03-08 23:59:59"));
  EXPECT_TRUE(covers(made, "2026-03-09"));
  EXPECT_FALSE(covers(made, "2026-03-10"));
  EXPECT_TRUE(covers(made, "2026-03-11"));
}

TEST(Exceptions, CoverDatesBothIncluded) {
  const Exceptions made = exceptions({"2026-12-24..2026-12-26", "2027-01-01"});
  EXPECT_FALSE(covers(made, "2026-12-23 23:59:59"));
  EXPECT_TRUE(covers(made, "2026-12-24"));
  EXPECT_TRUE(covers(made, "2026-12-26 23:59:59"));
  EXPECT_FALSE(covers(made, "2026-12-27"));
  EXPECT_TRUE(covers(made, "2027-01-01 12:00"));
}

TEST(Exceptions, CoverTimesAlsoAcrossMidnight) {
  const Exceptions night = exceptions({"22:00-06:00"});
  EXPECT_FALSE(covers(night, "2026-03-01 21:59:59"));
  EXPECT_TRUE(covers(night, "2026-03-01 22:00"));
  EXPECT_TRUE(covers(night, "2026-03-02 05:59:59"));
  EXPECT_FALSE(covers(night, "2026-03-02 06:00")) << "the end is not included";
  const Exceptions lunch = exceptions({"12:00-12:30:30"});
  EXPECT_TRUE(covers(lunch, "2026-03-01 12:30:29"));
  EXPECT_FALSE(covers(lunch, "2026-03-01 12:30:30"));
  EXPECT_FALSE(covers(lunch, "2026-03-01 22:00"));
}

TEST(Exceptions, ReadThemselvesBack) {
  const std::vector<std::string> texts{"sun",         "fri",           "sat", "2026-12-25", "2026-12-24..2026-12-26",
                                       "22:00-06:00", "12:00-12:30:30"};
  const Exceptions made = exceptions(texts);
  EXPECT_EQ(to_texts(made), texts);
  EXPECT_EQ(exceptions(to_texts(made)), made);
}

TEST(Exceptions, RefuseWhatTheyDoNotKnow) {
  for (const char* text : {"", "frog", "sat-frog", "2026-02-30", "2026-12-26..2026-12-24", "22:00", "22:00-22:00",
                           "24:00-06:00", "22:00-", "2026-12", "2026-12-25T00:00", "-", "..", "sat,sun"}) {
    Exceptions made;
    const auto error = add_exception(made, text);
    ASSERT_TRUE(error) << text;
    EXPECT_EQ(error->message, "\"" + std::string(text) + "\" is no exception");
    EXPECT_TRUE(made.empty());
  }
}

TEST(Exceptions, ReadAFileOfDays) {
  int line = 0;
  const auto days = parse_days("# holidays\n2026-12-25\r\n\n 2026-12-31..2027-01-01 # the turn\n2027-05-01", line);
  ASSERT_TRUE(std::holds_alternative<std::vector<DayRange>>(days));
  std::vector<std::string> texts;
  for (const DayRange& range : std::get<std::vector<DayRange>>(days)) texts.push_back(to_text(range));
  EXPECT_EQ(texts, (std::vector<std::string>{"2026-12-25", "2026-12-31..2027-01-01", "2027-05-01"}));
  const auto wrong = parse_days("2026-12-25\nChristmas\n", line);
  EXPECT_EQ(std::get<ParseError>(wrong).message, "\"Christmas\" is no date");
  EXPECT_EQ(line, 2);
}

TEST(Exceptions, OfAScheduleGoByTheWall) {
  Schedule job = schedule({make::rule("*/30 * * * *")}, "Europe/Berlin");
  job.except = exceptions({"22:00-06:00"});
  EXPECT_TRUE(is_excepted(job, utc("2026-03-28T21:00:00Z"))) << "22:00 in winter";
  EXPECT_TRUE(is_excepted(job, utc("2026-03-29T03:30:00Z"))) << "05:30 in summer";
  EXPECT_FALSE(is_excepted(job, utc("2026-03-29T04:00:00Z")));
  EXPECT_EQ(utc_text(next_start(job, utc("2026-03-28T20:45:00Z")).value()), "2026-03-29T04:00:00Z");
}

TEST(Exceptions, StretchToTheSecondInWhichTheAnswerChanges) {
  Schedule job = schedule({make::rule("* * * * * *")}, "Europe/Berlin");
  job.except = exceptions({"22:00-06:00", "sat", "2026-03-29..2026-04-02"});
  const Due end = utc("2026-04-10T00:00:00Z");
  Due at = utc("2026-03-20T00:00:00Z");
  while (at < end) {
    const Due last = same_until(job, at, end);
    const bool covered = is_excepted(job, at);
    for (Due between = at; between <= last; between += std::chrono::minutes{10}) {
      ASSERT_EQ(is_excepted(job, between), covered) << utc_text(between);
    }
    if (last < end) {
      ASSERT_NE(is_excepted(job, last + std::chrono::seconds{1}), covered) << utc_text(last);
    }
    at = last + std::chrono::seconds{1};
  }
}

TEST(Exceptions, ThatLeaveNothingHaveNoNextStart) {
  Schedule job = schedule({make::rule("* * * * *")});
  job.except = exceptions({"sun-sat"});
  EXPECT_FALSE(next_start(job, utc("2026-03-01T00:00:00Z")));
  EXPECT_TRUE(next_due(job, utc("2026-03-01T00:00:00Z"))) << "it is due nevertheless";
}

}  // namespace
}  // namespace rounds
