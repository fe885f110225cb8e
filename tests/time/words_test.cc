#include "time/words.h"

#include <gtest/gtest.h>

#include "time/make.h"

namespace rounds {
namespace {

using make::schedule;
using make::utc;

using Pairs = std::vector<std::pair<std::string, std::string>>;

void expect_words(const Pairs& pairs) {
  for (const auto& [text, words] : pairs) EXPECT_EQ(in_words(make::cron(text)), words) << text;
}

TEST(Words, OfTimesOfDay) {
  expect_words({{"* * * * *", "every minute"},
                {"* * * * * *", "every second"},
                {"*/10 * * * * *", "every 10 seconds"},
                {"*/15 * * * *", "every 15 minutes"},
                {"0 * * * *", "every hour"},
                {"17 * * * *", "every hour at :17"},
                {"30 17 * * * *", "every hour at :17:30"},
                {"0,30 * * * *", "every 30 minutes"},
                {"10,40 * * * *", "every hour at :10 and :40"},
                {"5/15 * * * *", "every hour at :05, :20, :35 and :50"},
                {"*/7 * * * *", "every 7 minutes"},
                {"0 */2 * * *", "every 2 hours"},
                {"10 */6 * * *", "at 00:10, 06:10, 12:10 and 18:10, every day"},
                {"30 9-17 * * *", "every hour from 09:30 to 17:30"},
                {"0 8-18/2,23 * * *", "at :00 of the hours 8, 10, 12, 14, 16, 18 and 23"},
                {"*/5 9-17 * * *", "every 5 minutes, from 09:00 to 17:59"},
                {"* 2 * * *", "every minute, from 02:00 to 02:59"},
                {"*/5 22-2 * * *", "every 5 minutes, from 22:00 to 02:59"},
                {"*/5 1,5,9 * * *", "every 5 minutes, in the hours 1, 5 and 9"},
                {"1-9,40 * * * *", "at the minutes 1 to 9 and 40"},
                {"20 * * * * *", "every minute at second 20"},
                {"*/20 30 2 * * *", "at 02:30, 02:30:20 and 02:30:40, every day"},
                {"* 30 * * * *", "every second of the minute 30"},
                {"*/5 0-9 8 * * *", "every 5 seconds of the minutes 0 to 9, from 08:00 to 08:59"},
                {"30 2 * * *", "at 02:30, every day"},
                {"30 2,14 * * *", "at 02:30 and 14:30, every day"}});
}

TEST(Words, OfDays) {
  expect_words({{"30 2 * * 1-5", "at 02:30, Monday to Friday"},
                {"30 2 * * fri-mon", "at 02:30, Friday to Monday"},
                {"0 8 * * wed", "at 08:00, on Wednesday"},
                {"0 8 * * 1,3,5", "at 08:00, Monday, Wednesday and Friday"},
                {"0 8 * * sat,sun", "at 08:00, on Saturday and Sunday"},
                {"0 0 1 * *", "at 00:00, on the 1st"},
                {"0 0 1,15 * *", "at 00:00, on the 1st and the 15th"},
                {"0 0 8-14,22 * *", "at 00:00, on the 8th to 14th and the 22nd"},
                {"0 0 */2 * *", "at 00:00, on every 2nd day from the 1st on"},
                {"0 0 L * *", "at 00:00, on the last day"},
                {"0 0 L-2 * *", "at 00:00, on the day 2 before the last"},
                {"0 0 15W,LW * *", "at 00:00, on the workday nearest to the 15th and the last workday"},
                {"0 0 * * 2#1,friL", "at 00:00, on the first Tuesday and the last Friday"},
                {"0 0 1 1 *", "at 00:00, on the 1st, in January"},
                {"0 0 1 nov-feb *", "at 00:00, on the 1st, in November to February"},
                {"*/15 * * 6,7 *", "every 15 minutes, in June and July"},
                {"0 0 0 1 1 * 2027-2030,2040", "at 00:00, on the 1st, in January, in 2027 to 2030 and 2040"}});
}

TEST(Words, SayHowTheTwoDayFieldsGoTogether) {
  expect_words({{"30 4 1,15 * 5", "at 04:30, on the 1st and the 15th and on Friday"},
                {"0 0 */2 * 1", "at 00:00, on every 2nd day from the 1st on when that is Monday"},
                {"0 0 13 * 1-5", "at 00:00, on the 13th and Monday to Friday"},
                {"0 0 1-31 * 5", "at 00:00, every day"},
                {"0 0 30 2 *", "never: that date does not exist"}});
}

std::string table(const CronTable& fields) {
  std::size_t wrong = 0;
  return in_words(std::get<Cron>(parse_cron(fields, "", wrong)));
}

TEST(Words, OfTables) {
  EXPECT_EQ(table({{CronField::month, "6-8"}, {CronField::day, "3rd fri"}, {CronField::hour, "0-3"}}),
            "at 00:00, 01:00, 02:00 and 03:00, on the third Friday, in June to August");
  EXPECT_EQ(table({{CronField::day, "13"}, {CronField::weekday, "fri"}}), "at 00:00, on the 13th when that is Friday");
  EXPECT_EQ(table({{CronField::week, "10-12"}}), "at 00:00, on Monday, in ISO week 10 to 12");
}

TEST(Words, AreTheSameForOtherSpellings) {
  EXPECT_EQ(in_words(make::cron("0,15,30,45 0-23 * * *")), in_words(make::cron("*/15 * * * *")));
  EXPECT_EQ(in_words(make::cron("@weekly")), in_words(make::cron("0 0 ? * SUN")));
}

std::string rule_words(Rule rule, const std::string& zone = "UTC") {
  return in_words(schedule({std::move(rule)}, zone));
}
EveryRule every(std::string_view text) { return std::get<EveryRule>(parse_every(text)); }

TEST(Words, OfLengthsAndPhrases) {
  EXPECT_EQ(rule_words(every("90m")), "every 90 minutes");
  EXPECT_EQ(rule_words(every("1h")), "every hour");
  EXPECT_EQ(rule_words(every("2h10m")), "every 2 hours and 10 minutes");
  EXPECT_EQ(rule_words(every("1d")), "every day");
  EXPECT_EQ(rule_words(every("2w")), "every 2 weeks");
  EXPECT_EQ(rule_words(every("2 weeks at 08:00")), "every 2 weeks at 08:00");
  EXPECT_EQ(rule_words(every("3 months")), "every 3 months");
  EXPECT_EQ(rule_words(every("year at 08:00")), "every year at 08:00");
  EXPECT_EQ(rule_words(every("day at 10:30")), "at 10:30, every day");
  EXPECT_EQ(rule_words(every("monday at 13:15")), "at 13:15, on Monday");
  EXPECT_EQ(rule_words(every("hour at :17")), "every hour at :17");
}

TEST(Words, OfTheOtherTriggers) {
  EXPECT_EQ(rule_words(AtRule{{utc("2026-12-31T22:59:00Z")}}, "Europe/Berlin"), "once, Thu 2026-12-31 23:59");
  EXPECT_EQ(rule_words(AtRule{{utc("2026-12-31T22:59:00Z"), utc("2027-01-01T00:00:00Z")}}),
            "once each, Thu 2026-12-31 22:59 and Fri 2027-01-01 00:00");
  const Due first = utc("2026-12-31T00:00:00Z");
  const std::chrono::days day{1};
  EXPECT_EQ(rule_words(AtRule{{first, first + day, first + 2 * day, first + 3 * day}}),
            "4 times, Thu 2026-12-31 00:00 to Sun 2027-01-03 00:00");
  EXPECT_EQ(rule_words(RandomRule{std::chrono::minutes{20}, std::chrono::minutes{40}}),
            "20 to 40 minutes after the due before");
  EXPECT_EQ(rule_words(RandomRule{std::chrono::seconds{90}, std::chrono::hours{2}}),
            "90 seconds to 2 hours after the due before");
  EXPECT_EQ(rule_words(RandomRule{std::chrono::seconds{1}, std::chrono::seconds{1}}), "1 second after the due before");
  EXPECT_EQ(rule_words(DelayRule{std::chrono::seconds{30}}), "30 seconds after the run before has ended");
  EXPECT_EQ(rule_words(OnRule{OnRule::Event::start}), "when the scheduler starts");
  EXPECT_EQ(rule_words(OnRule{OnRule::Event::boot}), "when the machine boots");
}

TEST(Words, OfWhatChangesARule) {
  Rule rule = make::rule("30 2 * * *");
  rule.jitter = std::chrono::minutes{5};
  rule.dst = {ClockChange::Gap::skip, ClockChange::Overlap::second};
  EXPECT_EQ(
      rule_words(rule),
      "at 02:30, every day, up to 5 minutes later, times that a clock change skips left out, the second of times that "
      "come twice");
  rule.dst = {ClockChange::Gap::after, ClockChange::Overlap::both};
  rule.jitter = {};
  EXPECT_EQ(rule_words(rule),
            "at 02:30, every day, times that a clock change skips after it, times that come twice both times");
  rule.dst = {ClockChange::Gap::by_meaning, ClockChange::Overlap::first};
  EXPECT_EQ(rule_words(rule), "at 02:30, every day, the first of times that come twice");
}

TEST(Words, OfUnionsAndExceptions) {
  Schedule job = schedule({make::rule("30 2 * * 1-5"), every("6h")});
  for (const char* text : {"sat", "2026-12-25", "22:00-06:00"}) EXPECT_FALSE(add_exception(job.except, text));
  EXPECT_EQ(in_words(job), "at 02:30, Monday to Friday; every 6 hours, except Saturday, 2026-12-25 and 22:00-06:00");
  job.except = {};
  job.except.files = {{"/etc/holidays", {}}};
  EXPECT_EQ(in_words(job), "at 02:30, Monday to Friday; every 6 hours, except the days of /etc/holidays");
}

}  // namespace
}  // namespace rounds
