#include <gtest/gtest.h>

#include "time/make.h"

namespace rounds {
namespace {

using make::cron;
using make::dues;
using make::schedule;

using Texts = std::vector<std::string>;

Parsed<Cron> parse(const CronTable& table, std::size_t* wrong = nullptr) {
  std::size_t at = 0;
  auto parsed = parse_cron(table, "job", at);
  if (wrong) *wrong = at;
  return parsed;
}

Cron table(const CronTable& fields) {
  const auto parsed = parse(fields);
  if (const auto* error = std::get_if<ParseError>(&parsed)) ADD_FAILURE() << to_text(fields) << ": " << error->message;
  return std::get<Cron>(parsed);
}

Texts dues_of(const CronTable& fields, std::string_view after, std::size_t n) {
  return dues(schedule({CronRule{table(fields), to_text(fields), fields}}), after, n);
}

TEST(CronTable, IsDueAtTheThirdFridaysOfItsMonths) {
  const CronTable fields{{CronField::month, "6-8,11-12"}, {CronField::day, "3rd fri"}, {CronField::hour, "0-3"}};
  EXPECT_EQ(dues_of(fields, "2026-08-21T01:30:00Z", 4),
            (Texts{"2026-08-21T02:00:00Z", "2026-08-21T03:00:00Z", "2026-11-20T00:00:00Z", "2026-11-20T01:00:00Z"}));
}

TEST(CronTable, IsDueAtTheFirstMomentOfTheSmallestFieldGiven) {
  const char* after = "2026-03-04T05:06:07Z";
  EXPECT_EQ(dues_of({{CronField::year, "2027,2029"}}, after, 3),
            (Texts{"2027-01-01T00:00:00Z", "2029-01-01T00:00:00Z"}));
  EXPECT_EQ(dues_of({{CronField::month, "6"}}, after, 2), (Texts{"2026-06-01T00:00:00Z", "2027-06-01T00:00:00Z"}));
  EXPECT_EQ(dues_of({{CronField::week, "10"}}, after, 2), (Texts{"2027-03-08T00:00:00Z", "2028-03-06T00:00:00Z"}))
      << "a week begins on its Monday";
  EXPECT_EQ(dues_of({{CronField::day, "15"}}, after, 2), (Texts{"2026-03-15T00:00:00Z", "2026-04-15T00:00:00Z"}));
  EXPECT_EQ(dues_of({{CronField::weekday, "wed"}}, after, 1), Texts{"2026-03-11T00:00:00Z"});
  EXPECT_EQ(dues_of({{CronField::hour, "6"}}, after, 2), (Texts{"2026-03-04T06:00:00Z", "2026-03-05T06:00:00Z"}));
  EXPECT_EQ(dues_of({{CronField::minute, "7"}}, after, 2), (Texts{"2026-03-04T05:07:00Z", "2026-03-04T06:07:00Z"}));
  EXPECT_EQ(dues_of({{CronField::second, "8"}}, after, 2), (Texts{"2026-03-04T05:06:08Z", "2026-03-04T05:07:08Z"}));
}

TEST(CronTable, NeedsAllItsFieldsToMatch) {
  const CronTable friday_13th{{CronField::day, "13"}, {CronField::weekday, "fri"}};
  EXPECT_EQ(dues_of(friday_13th, "2026-03-14T00:00:00Z", 2), (Texts{"2026-11-13T00:00:00Z", "2027-08-13T00:00:00Z"}));
  const CronTable week_days{{CronField::week, "53"}, {CronField::weekday, "sun"}, {CronField::hour, "3"}};
  EXPECT_EQ(dues_of(week_days, "2026-03-14T00:00:00Z", 2), (Texts{"2027-01-03T03:00:00Z", "2033-01-02T03:00:00Z"}))
      << "2026 and 2032 have 53 weeks";
}

TEST(CronTable, CountsWeekdaysOfTheMonth) {
  EXPECT_EQ(table({{CronField::day, "last"}}), table({{CronField::day, "L"}}));
  EXPECT_EQ(dues_of({{CronField::day, "last fri, 1st mon,5th sun"}}, "2026-03-20T00:00:00Z", 5),
            (Texts{"2026-03-27T00:00:00Z", "2026-03-29T00:00:00Z", "2026-04-06T00:00:00Z", "2026-04-24T00:00:00Z",
                   "2026-05-04T00:00:00Z"}));
}

TEST(CronTable, AgreesWithTheExpressionOfTheSameMeaning) {
  const auto same = [](const CronTable& fields, const std::string& text) {
    const auto by_table = schedule({CronRule{table(fields), "table"}}, "America/New_York");
    const auto by_text = schedule({make::rule(text)}, "America/New_York");
    EXPECT_EQ(dues(by_table, "2021-01-01T00:00:00Z", 500), dues(by_text, "2021-01-01T00:00:00Z", 500)) << text;
  };
  same({{CronField::minute, "*/15"}}, "*/15 * * * *");
  same({{CronField::hour, "2"}, {CronField::minute, "30"}}, "30 2 * * *");
  same({{CronField::weekday, "mon-fri"}, {CronField::hour, "2"}, {CronField::minute, "30"}}, "30 2 * * 1-5");
  same({{CronField::day, "2nd sun"}, {CronField::hour, "2"}}, "0 2 * * 0#2");
  same({{CronField::day, "LW"}, {CronField::hour, "1"}}, "0 1 LW * *");
  same({{CronField::month, "nov-feb"}}, "0 0 1 11-2 *");
}

TEST(CronTable, OfWeekThatTheYearDoesNotReachNeverComes) {
  EXPECT_TRUE(table({{CronField::month, "6"}, {CronField::week, "2"}}).never());
  EXPECT_TRUE(table({{CronField::year, "2027"}, {CronField::week, "53"}, {CronField::weekday, "tue"}}).never());
  EXPECT_FALSE(table({{CronField::year, "2026"}, {CronField::week, "53"}, {CronField::weekday, "tue"}}).never());
}

TEST(CronTable, AgreesWithTheWeeksOfIsoDayByDay) {
  const auto by_week = schedule({CronRule{table({{CronField::week, "1,9-12,52-53"}, {CronField::weekday, "*"}}), ""}});
  std::vector<std::string> expected;
  for (auto day = std::chrono::sys_days{std::chrono::year{2019} / 1 / 1}; expected.size() < 900;
       day += std::chrono::days{1}) {
    // The week belongs to the year of its Thursday; its number counts the Thursdays up to it.
    const auto monday = day - (std::chrono::weekday{day} - std::chrono::Monday);
    const auto thursday = monday + std::chrono::days{3};
    int week = 1;
    for (auto other = thursday - std::chrono::days{7};
         std::chrono::year_month_day{other}.year() == std::chrono::year_month_day{thursday}.year();
         other -= std::chrono::days{7}) {
      ++week;
    }
    if (week == 1 || (week >= 9 && week <= 12) || week >= 52) expected.push_back(utc_text(Due{day}));
  }
  EXPECT_EQ(dues(by_week, "2018-12-31T23:59:59Z", 900), expected);
}

TEST(CronTable, ShowsItselfAsItIsWritten) {
  EXPECT_EQ(to_text(CronTable{{CronField::month, "6-8"}, {CronField::day, "3rd fri"}, {CronField::hour, "3"}}),
            "{ month = \"6-8\", day = \"3rd fri\", hour = 3 }");
}

struct Refusal {
  CronTable table;
  std::size_t wrong;
  const char* message;
  std::size_t at;
  std::size_t length;
};

TEST(CronTable, NamesTheFieldAndThePlaceOfAMistake) {
  const std::vector<Refusal> refusals{
      {{{CronField::hour, "3"}, {CronField::minute, "60"}}, 1, "cron field \"minute\" is 0-59, got 60", 0, 2},
      {{{CronField::week, "1,54"}}, 0, "cron field \"week\" is 1-53, got 54", 2, 2},
      {{{CronField::day, "3th fri"}}, 0, "\"3th\" in cron field \"day\" is none of 1st 2nd 3rd 4th 5th last", 0, 3},
      {{{CronField::day, "1, 3rd frog"}}, 0, "\"frog\" in cron field \"day\" is no weekday", 7, 4},
      {{{CronField::hour, ""}}, 0, "cron field \"hour\" has an empty item", 0, 0},
      {{{CronField::hour, " , 3"}}, 0, "cron field \"hour\" has an empty item", 0, 4},
      {{{CronField::weekday, "3rd fri"}}, 0, "cron field \"weekday\" is 0-7, got \"3rd fri\"", 0, 7}};
  for (const Refusal& refusal : refusals) {
    std::size_t wrong = 99;
    const auto parsed = parse(refusal.table, &wrong);
    const auto* error = std::get_if<ParseError>(&parsed);
    ASSERT_NE(error, nullptr) << to_text(refusal.table);
    EXPECT_EQ(wrong, refusal.wrong);
    EXPECT_EQ(error->message, refusal.message);
    EXPECT_EQ(error->at, refusal.at) << refusal.message;
    EXPECT_EQ(error->length, refusal.length) << refusal.message;
  }
}

TEST(CronTable, NeedsAField) {
  const auto parsed = parse({});
  EXPECT_EQ(std::get<ParseError>(parsed).message, "a cron table needs at least one field");
}

TEST(CronTable, CountsWhatTheExpressionDoesNot) {
  const auto expression = parse_cron("0 0 3rd * *");
  EXPECT_TRUE(std::holds_alternative<ParseError>(expression)) << "only a table has 3rd fri";
  EXPECT_TRUE(std::holds_alternative<ParseError>(parse_cron("0 0 last * *")));
}

// H: a value by the name of the job.

std::uint64_t minute_of(const std::string& text, const std::string& job) {
  return std::get<Cron>(parse_cron(text, job)).times().minutes;
}

TEST(CronHash, StaysPutForAName) {
  EXPECT_EQ(std::get<Cron>(parse_cron("H H(0-5) * * *", "backup")),
            std::get<Cron>(parse_cron("H H(0-5) * * *", "backup")));
  EXPECT_EQ(
      dues(schedule({CronRule{std::get<Cron>(parse_cron("H H * * *", "backup")), ""}}), "2026-01-01T00:00:00Z", 1),
      Texts{"2026-01-01T20:32:00Z"})
      << "a value that changes moves every job that uses it";
}

TEST(CronHash, SpreadsAThousandJobsOverItsRange) {
  std::vector<int> minutes(60);
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t set = minute_of("H * * * *", "job" + std::to_string(i));
    ASSERT_EQ(std::popcount(set), 1);
    ++minutes[static_cast<std::size_t>(std::countr_zero(set))];
  }
  EXPECT_GT(*std::min_element(minutes.begin(), minutes.end()), 3);
  EXPECT_LT(*std::max_element(minutes.begin(), minutes.end()), 40);
}

TEST(CronHash, DiffersFromFieldToField) {
  int same = 0;
  for (int i = 0; i < 100; ++i) {
    const auto parsed = std::get<Cron>(parse_cron("H H * * * *", "job" + std::to_string(i)));
    same += parsed.times().seconds == parsed.times().minutes ? 1 : 0;
  }
  EXPECT_LT(same, 10);
}

TEST(CronHash, KeepsToItsRangeAndStep) {
  for (int i = 0; i < 200; ++i) {
    const std::string job = "job" + std::to_string(i);
    const auto hours = std::get<Cron>(parse_cron("0 H(22-2) * * *", job)).times().hours;
    EXPECT_EQ(std::popcount(hours), 1);
    EXPECT_NE(hours & 0b110000000000000000000111u, 0u) << "22, 23, 0, 1 or 2";
    const std::uint64_t quarters = minute_of("H/15 * * * *", job);
    EXPECT_EQ(std::popcount(quarters), 4);
    EXPECT_EQ(quarters & quarters >> 15 & 0x7fff, quarters & 0x7fff) << "15 minutes apart";
    const std::uint64_t tens = minute_of("H(0-29)/10 * * * *", job);
    EXPECT_EQ(std::popcount(tens), 3);
    EXPECT_LT(tens, std::uint64_t{1} << 30);
    const auto days = std::get<Cron>(parse_cron("0 0 H * *", job)).dates().days.days;
    EXPECT_EQ(days & ~0x1ffffffeu, 0u) << "every month has the days 1 to 28";
  }
}

TEST(CronHash, NeedsANameAndItsForm) {
  const auto message = [](const char* text, const char* job) {
    const auto parsed = parse_cron(text, job);
    const auto* error = std::get_if<ParseError>(&parsed);
    return error ? error->message : "";
  };
  EXPECT_EQ(message("H * * * *", ""), "\"H\" in cron needs the name of a job");
  for (const char* text : {"H5", "H(", "H()", "H(5", "H(*)", "H-5", "HH", "H(1-5"}) {
    EXPECT_EQ(message((std::string(text) + " * * * *").c_str(), "j"),
              "\"" + std::string(text) + "\" in cron is no form of H");
  }
  EXPECT_EQ(message("H(5-60) * * * *", "j"), "cron field \"minute\" is 0-59, got 60");
  EXPECT_EQ(message("H/0 * * * *", "j"), "step in cron field \"minute\" is 1-59, got 0");
  EXPECT_EQ(message("0 0 0 1 1 * H", "j"), "\"H\" in cron cannot stand for a year");
}

TEST(CronHash, IsAnAppointmentOrACadenceLikeAnyOtherExpression) {
  // In the night to 14 March 2021 the hour from 2:00 is skipped.
  const auto nightly = schedule({CronRule{std::get<Cron>(parse_cron("H 2 * * *", "backup")), ""}}, "America/New_York");
  EXPECT_EQ(dues(nightly, "2021-03-14T00:00:00Z", 1), Texts{"2021-03-14T07:00:00Z"});
  const auto often = schedule({CronRule{std::get<Cron>(parse_cron("H/15 * * * *", "backup")), ""}}, "America/New_York");
  EXPECT_EQ(count_dues(often, make::utc("2021-03-14T05:00:00Z"), make::utc("2021-03-14T08:59:59Z")), 16);
}

}  // namespace
}  // namespace rounds
