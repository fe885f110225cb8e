#include "time/lint.h"

#include <gtest/gtest.h>

#include "time/make.h"

namespace rounds {
namespace {

using make::utc;

using Texts = std::vector<std::string>;

/// `MESSAGE [what it is about]`, on 1 March 2027.
Texts remarks(const Rule& rule, const std::string& text = "", const std::string& zone = "Europe/Berlin") {
  Texts texts;
  for (const Remark& remark : lint(rule, make::zone(zone), utc("2027-03-01T00:00:00Z"))) {
    texts.push_back(remark.message);
    if (remark.length > 0) texts.back() += " [" + text.substr(remark.at, remark.length) + "]";
  }
  return texts;
}
Texts remarks(const std::string& cron) { return remarks(make::rule(cron), cron); }
Texts remarks_on_every(std::string_view text) { return remarks(Rule{std::get<EveryRule>(parse_every(text))}); }

TEST(Lint, HasNothingToSayOfOrdinarySchedules) {
  for (const char* text : {"30 3 * * 1-5", "*/15 * * * *", "0 */6 * * *", "0 0 1 */3 *", "*/10 * * * * *", "@daily",
                           "0 4 * * sun", "0 4 1-7 * *"}) {
    EXPECT_EQ(remarks(text), Texts{}) << text;
  }
  EXPECT_EQ(remarks_on_every("90m"), Texts{});
  EXPECT_EQ(remarks_on_every("monday at 13:15"), Texts{});
}

TEST(Lint, KnowsDatesThatNeverCome) {
  EXPECT_EQ(remarks("0 0 30 2 *"), Texts{"this is never due: that date does not exist"});
  EXPECT_EQ(remarks("0 0 0 1 1 * 2020-2026"), Texts{"this is never due again: its years are past"});
}

TEST(Lint, SuspectsAStepInTheWrongField) {
  EXPECT_EQ(remarks("* */12 * * *"), Texts{"* */12 is due in every minute of every 12th hour [* */12]"});
  EXPECT_EQ(remarks("* */5 * * * *"), (Texts{"* */5 is due in every second of every 5th minute [* */5]",
                                             "due again after 1s: more often than every 10s"}));
  const auto found = lint(make::rule("* */15 * * *"), Zone::utc(), Due{});
  ASSERT_EQ(found.size(), 1u) << "that the step is uneven is beside the point";
  EXPECT_EQ(found[0].hint, "did you mean \"*/15 *\" or \"0 */15\"?");
}

TEST(Lint, SeesAnUnevenStepInOtherSpellings) {
  EXPECT_EQ(remarks("0/7 * * * *"), Texts{"0/7 is uneven: after 56 comes 0 again, 4 minutes later [0/7]"});
  EXPECT_EQ(remarks("0-59/7 * * * *"), Texts{"0-59/7 is uneven: after 56 comes 0 again, 4 minutes later [0-59/7]"});
  EXPECT_EQ(remarks("0-29/7 * * * *"), Texts{}) << "a range of its own is meant as it is";
}

TEST(Lint, SaysHowAStepIsUneven) {
  EXPECT_EQ(remarks("*/7 * * * *"), Texts{"*/7 is uneven: after 56 comes 0 again, 4 minutes later [*/7]"});
  EXPECT_EQ(remarks("0 */5 * * *"), Texts{"*/5 is uneven: after 20 comes 0 again, 4 hours later [*/5]"});
  EXPECT_EQ(remarks("0 0 */2 * *"), Texts{"*/2 is uneven: after 31 comes 1 again, 1 day later [*/2]"});
  EXPECT_EQ(remarks("0 0 1 */5 *"), Texts{"*/5 is uneven: after 11 comes 1 again, 2 months later [*/5]"});
  EXPECT_EQ(remarks("1,*/40 * * * *"), Texts{"*/40 is uneven: after 40 comes 0 again, 20 minutes later [*/40]"});
}

TEST(Lint, NamesBothDayFields) {
  EXPECT_EQ(remarks("30 4 1,15 * 5"),
            Texts{"day and weekday are both given: a day that matches either of them is due [1,15 * 5]"});
  EXPECT_EQ(remarks("30 4 */2 * 5"), Texts{"*/2 is uneven: after 31 comes 1 again, 1 day later [*/2]"})
      << "both must match";
}

TEST(Lint, NamesWeekday7) {
  EXPECT_EQ(remarks("30 4 * * 7"), Texts{"weekday 7 is Sunday, as 0 is; Saturday is 6 [7]"});
  EXPECT_EQ(remarks("30 4 * * 1,5-7"), Texts{"weekday 7 is Sunday, as 0 is; Saturday is 6 [5-7]"});
  EXPECT_EQ(remarks("30 4 * * 7L"), Texts{"weekday 7 is Sunday, as 0 is; Saturday is 6 [7L]"});
}

TEST(Lint, CountsSecondsBetweenDues) {
  EXPECT_EQ(remarks("*/5 * * * * *"), Texts{"due again after 5s: more often than every 10s"});
  EXPECT_EQ(remarks("2,58 * * * * *"), Texts{"due again after 4s: more often than every 10s"})
      << "over the end of the minute";
  EXPECT_EQ(remarks("2,58 0 * * * *"), Texts{});
  EXPECT_EQ(remarks_on_every("9s"), Texts{"due again after 9s: more often than every 10s"});
  EXPECT_EQ(remarks_on_every("10s"), Texts{});
  EXPECT_EQ(remarks(Rule{DelayRule{std::chrono::seconds{3}}}), Texts{"due again after 3s: more often than every 10s"});
  EXPECT_EQ(remarks(Rule{RandomRule{std::chrono::seconds{3}, std::chrono::hours{1}}}),
            Texts{"due again after 3s: more often than every 10s"});
}

TEST(Lint, SeesTheNextClockChange) {
  const Texts moved{"due between 02:00 and 03:00, which the clock skips on 2027-03-28: due at 03:00 then"};
  EXPECT_EQ(remarks("30 2 * * *"), moved);
  EXPECT_EQ(remarks_on_every("day at 02:30"), moved);
  EXPECT_EQ(remarks_on_every("sunday at 02:30"), moved);
  EXPECT_EQ(remarks("30 2 * * 1-5"), Texts{}) << "not on that day";
  EXPECT_EQ(remarks("0 3 * * *"), Texts{});
  EXPECT_EQ(remarks(make::rule("30 2 * * *"), "", "UTC"), Texts{});
  Rule rule = make::rule("30 2 * * *");
  rule.dst.gap = ClockChange::Gap::skip;
  EXPECT_EQ(remarks(rule), Texts{"due between 02:00 and 03:00, which the clock skips on 2027-03-28: not due then"});
}

TEST(Lint, SeesAJitterThatLetsStartsChangePlaces) {
  Rule hourly = make::rule("0 * * * *");
  hourly.jitter = std::chrono::minutes(59);
  EXPECT_EQ(remarks(hourly), Texts{});
  hourly.jitter = std::chrono::hours(1);
  EXPECT_EQ(remarks(hourly), Texts{"a jitter of 1h is no shorter than the 1h to the next due: starts may change places"});
  Rule once = Rule{AtRule{{utc("2027-06-01T00:00:00Z")}}};
  once.jitter = std::chrono::hours(5);
  EXPECT_EQ(remarks(once), Texts{}) << "there is nobody to change places with";
}

TEST(Lint, PointsIntoTheFieldOfATable) {
  const CronTable table{{CronField::hour, "3"}, {CronField::minute, "1,*/7"}};
  std::size_t wrong = 0;
  const Rule rule{CronRule{std::get<Cron>(parse_cron(table, "", wrong)), to_text(table), table}};
  const auto found = lint(rule, Zone::utc(), Due{});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].table_field, 1u);
  EXPECT_EQ(found[0].at, 2u);
  EXPECT_EQ(found[0].length, 3u);
}

}  // namespace
}  // namespace rounds
