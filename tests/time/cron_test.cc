#include "time/cron.h"

#include <gtest/gtest.h>

#include "time/make.h"

namespace rounds {
namespace {

using make::cron;

struct Refusal {
  const char* text;
  const char* message;
  std::size_t at;
  std::size_t length;
  const char* hint;
};
/// Names the test; the bytes of the pointers would differ from run to run.
void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.text; }

class CronRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(CronRefusal, NamesThePlaceAndTheWayOut) {
  const auto parsed = parse_cron(GetParam().text);
  const auto* error = std::get_if<ParseError>(&parsed);
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->message, GetParam().message);
  EXPECT_EQ(error->at, GetParam().at);
  EXPECT_EQ(error->length, GetParam().length);
  EXPECT_EQ(error->hint, GetParam().hint);
}

INSTANTIATE_TEST_SUITE_P(
    All, CronRefusal,
    testing::Values(
        Refusal{"30 25 * * *", "cron field \"hour\" is 0-23, got 25", 3, 2, ""},
        Refusal{" 0 24 * * *", "cron field \"hour\" is 0-23, got 24", 3, 2, "midnight is hour 0"},
        Refusal{"0 0 * * 1-8", "cron field \"weekday\" is 0-7, got 8", 10, 1,
                "days of the week are 0-7; 0 and 7 are both Sunday"},
        Refusal{"0 0 * * mno", "cron field \"weekday\" is 0-7, got \"mno\"", 8, 3,
                "names have three letters: sun mon tue wed thu fri sat"},
        Refusal{"0 0 * * wedn", "cron field \"weekday\" is 0-7, got \"wedn\"", 8, 4, "did you mean \"wed\"?"},
        Refusal{"0 0 * jum *", "cron field \"month\" is 1-12, got \"jum\"", 6, 3, "did you mean \"jun\"?"},
        Refusal{"0 0 * sat *", "cron field \"month\" is 1-12, got \"sat\"", 6, 3,
                "names of weekdays belong in the field after the month"},
        Refusal{"0 0 * * jan", "cron field \"weekday\" is 0-7, got \"jan\"", 8, 3,
                "names of months belong in the field after the day"},
        Refusal{"00005 0 * * *", "cron field \"minute\" is 0-59, got 00005", 0, 5, "numbers have at most four digits"},
        Refusal{"*/60 * * * *", "step in cron field \"minute\" is 1-59, got 60", 2, 2, ""},
        Refusal{"* * L-0 * *", "n of L-n in cron field \"day\" is 1-30, got 0", 6, 1, ""},
        Refusal{"* * * * 5#", "n of #n in cron field \"weekday\" is 1-5, got nothing", 8, 2, ""},
        Refusal{"* * * * L", "\"L\" in cron field \"weekday\" follows a day", 8, 1,
                "friL is the last Friday of the month"},
        Refusal{"* * 1-5W * *", "\"W\" in cron follows one day, got \"1-5W\"", 4, 4,
                "15W is the workday nearest to the 15th"},
        Refusal{"? * * * *", "\"?\" in cron stands alone, in a day field", 0, 1, "write * for every value"},
        Refusal{"* * ?,5 * *", "\"?\" in cron stands alone, in a day field", 4, 1, "write * for every value"},
        Refusal{"0 0 0 1 1 * 2030-2029", "cron field \"year\" does not wrap, got 2030-2029", 12, 9, "write 2029-2030"},
        Refusal{"1, * * * *", "cron field \"minute\" has an empty item", 0, 2, ""},
        Refusal{"* *", "a cron expression has 5, 6 or 7 fields, got 2", 0, 3,
                "the fields are [second] minute hour day month weekday [year]"},
        Refusal{"", "a cron expression has 5, 6 or 7 fields, got 0", 0, 1,
                "the fields are [second] minute hour day month weekday [year]"},
        Refusal{"@Daily", "unknown cron macro \"@Daily\"", 0, 6,
                "the macros are @yearly @annually @monthly @weekly @daily @midnight @hourly"},
        Refusal{"@reboot", "unknown cron macro \"@reboot\"", 0, 7, "what is due at boot has the trigger on = \"boot\""},
        Refusal{"H/15 * * * *", "\"H\" in cron needs the name of a job", 0, 4, "rounds next takes one: --name NAME"}));

class CronBadText : public testing::TestWithParam<const char*> {};
TEST_P(CronBadText, IsRefused) { EXPECT_TRUE(std::holds_alternative<ParseError>(parse_cron(GetParam()))); }
INSTANTIATE_TEST_SUITE_P(All, CronBadText,
                         testing::Values("*-5 * * * *", "?/2 * * * *", "* * ?/2 * *", "* * L/2 * *", "* * L-3-5 * *",
                                         "* * LWW * *", "* * 0W * *", "* * W5 * *", "* * * * 5L/2", "* * * * 1-5L",
                                         "* * * * 8L", "* * * * 5#1/2", "* * * * 1-2#1", "* * * * 5#1#2", "* * * * */8",
                                         "* * * */13 *", "* * */32 * *", "* */24 * * *", "+5 * * * *", "1.5 * * * *",
                                         "5/ * * * *", "/5 * * * *", "5//5 * * * *", "1-5/2/2 * * * *", "** * * * *",
                                         "* * * * *\n", "0 0 0 1 1 * 1969", "0 0 0 1 1 * 2100", "0 0 0 1 1 * */130",
                                         "0 0 0 1 1 * 20300", "* * * jan-xxx *", "* * * *,", "@daily 5", "@",
                                         "\x01 * * * *", "* * * * mon-", "* * * * #", "* * h * *"));

TEST(Cron, TakesEquivalentSpellingsAsTheSame) {
  EXPECT_EQ(cron("0 0 * * 7"), cron("0 0 * * sun"));
  EXPECT_EQ(cron("0 0 * * 7/2"), cron("00 00 * * 0/2"));
  EXPECT_EQ(cron("0 0 * * 7-2"), cron("0 0 * * SUN-tue"));
  EXPECT_EQ(cron("0 0 * * 7-7"), cron("0 0 * * 0"));
  EXPECT_EQ(cron("0 0 * * fri-mon"), cron("0 0 * * 5,6,0,1"));
  EXPECT_EQ(cron("0 0 * * 5-7/2"), cron("0 0 * * 5,7"));
  EXPECT_EQ(cron("56-4/4 * * * *"), cron("56,0,4 * * * *"));
  EXPECT_EQ(cron("0 0 1 nov-feb/2 *"), cron("0 0 1 11,1 *"));
  EXPECT_EQ(cron("0 0 l,lw,15w * ?"), cron("0 0 L,LW,15W * *"));
  EXPECT_EQ(cron("@weekly"), cron(" \t0 0\t * * 0 "));
  EXPECT_EQ(cron("0 5 4 * * *"), cron("5 4 * * *"));
  EXPECT_EQ(cron("0 5 4 * * * *"), cron("5 4 * * *"));
}

TEST(Cron, KnowsAtOnceThatADateNeverComes) {
  for (const char* text : {"0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 L-30 2,4 *", "0 0 31W 2 *", "0 0 0 29 2 ? 2021-2023",
                           "0 0 0 29 2 ? 1970-2099/4"}) {
    EXPECT_TRUE(cron(text).never()) << text;
    EXPECT_FALSE(next_due(make::schedule({make::rule(text)}), Due{})) << text;
    EXPECT_FALSE(previous_due(make::schedule({make::rule(text)}), kLatestDue)) << text;
  }
  EXPECT_FALSE(cron("0 0 29 2 *").never());
  EXPECT_FALSE(cron("0 0 29 2 */7").never());
  EXPECT_FALSE(cron("0 0 30 2 1").never()) << "both day fields restricted: Mondays";
}

TEST(Cron, FindsTheRarestOfDates) {
  // 29 February on a Sunday: 2088 is followed by 2128, since 2100 is no leap year.
  const auto schedule = make::schedule({make::rule("0 0 29 2 */7")});
  EXPECT_EQ(make::dues(schedule, "2060-03-01T00:00:00Z", 2),
            (std::vector<std::string>{"2088-02-29T00:00:00Z", "2128-02-29T00:00:00Z"}));
  EXPECT_EQ(utc_text(previous_due(schedule, make::utc("2128-02-29T00:00:00Z")).value()), "2088-02-29T00:00:00Z");
}

TEST(Cron, KeepsToItsYears) {
  const auto schedule = make::schedule({make::rule("0 0 0 1 1 * 2098/1")});
  EXPECT_EQ(make::dues(schedule, "1990-01-01T00:00:00Z", 9),
            (std::vector<std::string>{"2098-01-01T00:00:00Z", "2099-01-01T00:00:00Z"}));
  EXPECT_EQ(utc_text(previous_due(schedule, make::utc("2500-01-01T00:00:00Z")).value()), "2099-01-01T00:00:00Z");
  EXPECT_FALSE(previous_due(schedule, make::utc("2098-01-01T00:00:00Z")));
  EXPECT_EQ(count_dues(schedule, Due::min(), Due::max()), 2);
}

TEST(Cron, WithoutYearsHasNoEnd) {
  EXPECT_EQ(make::dues(make::schedule({make::rule("0 0 0 1 1 * 2030,*")}), "2150-01-01T00:00:00Z", 1),
            std::vector<std::string>{"2151-01-01T00:00:00Z"});
}

}  // namespace
}  // namespace rounds
