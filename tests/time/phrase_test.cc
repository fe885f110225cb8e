#include <gtest/gtest.h>

#include "time/make.h"

namespace rounds {
namespace {

using make::dues;
using make::schedule;
using make::utc;

using Texts = std::vector<std::string>;

EveryRule phrase(std::string_view text) {
  const auto parsed = parse_every(text);
  if (const auto* error = std::get_if<ParseError>(&parsed)) ADD_FAILURE() << text << ": " << error->message;
  return std::get<EveryRule>(parsed);
}

/// First seen at `anchor`; with `start` that is due itself.
Schedule seen(std::string_view text, std::string_view anchor, const std::string& zone = "UTC") {
  Schedule made = schedule({phrase(text)}, zone);
  made.anchor = utc(anchor);
  return made;
}

Schedule started(std::string_view text, std::string_view start, const std::string& zone = "UTC") {
  Schedule made = seen(text, start, zone);
  made.anchor_is_due = true;
  made.start = made.anchor;
  return made;
}

TEST(Phrase, OfDaysAndWeekdaysAndHoursIsTheCronOfTheSameMeaning) {
  const std::vector<std::pair<const char*, const char*>> pairs{
      {"day at 10:30", "30 10 * * *"},  {"day at 02:30:15", "15 30 2 * * *"}, {"monday at 13:15", "15 13 * * 1"},
      {"sun at 2:00", "0 2 * * 0"},     {"hour at :17", "17 * * * *"},        {"hour at :17:30", "30 17 * * * *"},
      {"minute at :17", "17 * * * * *"}};
  for (const char* zone : {"America/New_York", "Australia/Lord_Howe", "Pacific/Apia"}) {
    for (const auto& [words, cron] : pairs) {
      const auto by_words = seen(words, "2011-10-01T00:00:00Z", zone);
      const auto by_cron = schedule({make::rule(cron)}, zone);
      EXPECT_EQ(dues(by_words, "2011-10-01T00:00:00Z", 3000), dues(by_cron, "2011-10-01T00:00:00Z", 3000))
          << words << zone;
    }
  }
}

TEST(Phrase, WithoutATimeIsALength) {
  for (const auto& [words, length] : std::vector<std::pair<const char*, const char*>>{{"second", "1s"},
                                                                                      {"5 minutes", "5m"},
                                                                                      {"2 hours", "2h"},
                                                                                      {"day", "1d"},
                                                                                      {"2 weeks", "2w"},
                                                                                      {"1 day", "1d"}}) {
    EXPECT_EQ(to_text(Trigger{{phrase(words)}}), "every " + std::string(length));
    EXPECT_EQ(phrase(words).step, make::span(length));
  }
}

TEST(Phrase, CountsDaysAndWeeksFromItsAnchorAtTheTimeItGives) {
  EXPECT_EQ(dues(seen("2 weeks at 08:00", "2026-03-02T09:15:00Z", "Europe/Berlin"), "2026-03-02T09:15:00Z", 3),
            (Texts{"2026-03-16T07:00:00Z", "2026-03-30T06:00:00Z", "2026-04-13T06:00:00Z"}))
      << "the first one is a step after the job was seen, summer or winter";
  EXPECT_EQ(dues(seen("3 days at 08:00", "2026-03-02T07:00:00Z"), "2026-03-02T07:00:00Z", 2),
            (Texts{"2026-03-05T08:00:00Z", "2026-03-08T08:00:00Z"}));
  EXPECT_EQ(dues(started("2 weeks at 08:00", "2026-03-02T00:00:00Z"), "2026-01-01T00:00:00Z", 2),
            (Texts{"2026-03-02T08:00:00Z", "2026-03-16T08:00:00Z"}));
  EXPECT_EQ(dues(started("2 weeks at 08:00", "2026-03-02T09:00:00Z"), "2026-01-01T00:00:00Z", 1),
            Texts{"2026-03-16T08:00:00Z"})
      << "nothing is due before the start";
}

TEST(Phrase, CountsHoursFromItsAnchorAtTheMinuteItGives) {
  EXPECT_EQ(dues(seen("2 hours at :17", "2026-03-02T09:05:00Z"), "2026-03-02T09:05:00Z", 3),
            (Texts{"2026-03-02T11:17:00Z", "2026-03-02T13:17:00Z", "2026-03-02T15:17:00Z"}));
  EXPECT_EQ(dues(seen("2 hours at :17", "2026-03-02T09:40:00Z", "Asia/Kolkata"), "2026-03-02T09:40:00Z", 2),
            (Texts{"2026-03-02T11:47:00Z", "2026-03-02T13:47:00Z"}))
      << "17 minutes past on a wall half an hour off";
  EXPECT_EQ(dues(started("5 minutes at :20", "2026-03-02T09:05:00Z"), "2026-03-01T00:00:00Z", 2),
            (Texts{"2026-03-02T09:05:20Z", "2026-03-02T09:10:20Z"}));
  EXPECT_EQ(count_dues(seen("2 hours at :17", "2026-03-02T09:05:00Z"), utc("2026-03-02T11:17:00Z"),
                       utc("2026-03-03T11:16:59Z")),
            12);
}

TEST(Phrase, OfMonthsClampsWithoutDrift) {
  const auto job = started("1 month", "2026-01-31T10:00:00Z", "Europe/Berlin");
  EXPECT_EQ(dues(job, "2026-01-01T00:00:00Z", 6),
            (Texts{"2026-01-31T10:00:00Z", "2026-02-28T10:00:00Z", "2026-03-31T09:00:00Z", "2026-04-30T09:00:00Z",
                   "2026-05-31T09:00:00Z", "2026-06-30T09:00:00Z"}));
  EXPECT_EQ(count_dues(job, utc("2026-01-31T10:00:00Z"), utc("2027-01-31T10:00:00Z")), 13);
  EXPECT_EQ(utc_text(previous_due(job, utc("2026-03-31T09:00:00Z")).value()), "2026-02-28T10:00:00Z");
  EXPECT_EQ(utc_text(previous_due(job, utc("2026-01-31T10:00:00Z"), true).value()), "2025-12-31T10:00:00Z");
}

TEST(Phrase, OfYearsComesBackToTheLeapDay) {
  EXPECT_EQ(dues(started("year", "2024-02-29T12:00:00Z"), "2024-01-01T00:00:00Z", 5),
            (Texts{"2024-02-29T12:00:00Z", "2025-02-28T12:00:00Z", "2026-02-28T12:00:00Z", "2027-02-28T12:00:00Z",
                   "2028-02-29T12:00:00Z"}));
}

TEST(Phrase, OfMonthsTakesTheTimeItGives) {
  EXPECT_EQ(dues(seen("3 months at 08:00", "2026-11-30T15:00:00Z", "Europe/Berlin"), "2026-11-30T15:00:00Z", 3),
            (Texts{"2027-02-28T07:00:00Z", "2027-05-30T06:00:00Z", "2027-08-30T06:00:00Z"}));
}

TEST(Phrase, OfMonthsIsTheSameForwardsAndBackwards) {
  for (const char* words :
       {"month", "month at 02:30", "7 months at 00:00", "2 years", "9 days at 23:45", "week at 02:30"}) {
    for (const char* zone : {"Europe/Berlin", "Pacific/Apia", "America/Sao_Paulo"}) {
      const auto job = seen(words, "1987-12-31T11:30:00Z", zone);
      Due due = job.anchor;
      for (int i = 0; i < 400; ++i) {
        const Due next = next_due(job, due).value();
        ASSERT_GT(next, due) << words << " " << zone;
        ASSERT_EQ(next_due(job, next - std::chrono::seconds{1}), next);
        if (i > 0) {
          ASSERT_EQ(previous_due(job, next), due) << words << " " << zone << " " << utc_text(next);
        }
        due = next;
      }
      EXPECT_EQ(count_dues(job, job.anchor, due), 400) << words << " " << zone;
    }
  }
}

TEST(Phrase, IsShownInOneSpelling) {
  for (const auto& [written, shown] :
       std::vector<std::pair<const char*, const char*>>{{"1 day at 9:05", "day at 09:05"},
                                                        {"  Monday   at 13:15 ", "monday at 13:15"},
                                                        {"tue at 13:15:00", "tuesday at 13:15"},
                                                        {"1 months", "month"},
                                                        {"2 week at 08:00", "2 weeks at 08:00"},
                                                        {"hour at :7", "hour at :07"},
                                                        {"hours at :07:30", "hour at :07:30"},
                                                        {"2 years at 00:00:01", "2 years at 00:00:01"}}) {
    EXPECT_EQ(to_text(Trigger{{phrase(written)}}), "every " + std::string(shown));
    EXPECT_EQ(phrase(shown).phrase, shown) << "reads itself back";
  }
}

struct Refusal {
  const char* text;
  const char* message;
  std::size_t at;
  std::size_t length;
  const char* hint;
};

TEST(Phrase, NamesThePlaceOfAMistakeAndTheWayOut) {
  const char* example =
      "a phrase is written like \"day at 10:30\", \"monday at 13:15\", \"hour at :17\", \"2 weeks at 08:00\" or \"3 "
      "months\"";
  const std::vector<Refusal> refusals{
      {"mondey at 10:00", "\"mondey at 10:00\" is no length and no phrase", 0, 6, "did you mean \"monday\"?"},
      {"2 fortnights", "\"2 fortnights\" is no length and no phrase", 2, 10, example},
      {"90", "length \"90\" has no unit", 0, 2, "write 90s, 90m or 90h"},
      {"0 days", "the number is 1-100000, got 0", 0, 1, example},
      {"day 10:30", "\"at\" belongs here, got \"10:30\"", 4, 5, example},
      {"day at", "the time here is written HH:MM or HH:MM:SS, got \"\"", 6, 1, example},
      {"day at :30", "the time here is written HH:MM or HH:MM:SS, got \":30\"", 7, 3, example},
      {"day at 10", "the time here is written HH:MM or HH:MM:SS, got \"10\"", 7, 2, example},
      {"day at 24:00", "the hour of \"24:00\" is 0-23", 7, 5, "midnight is 00:00"},
      {"day at 10:60", "the minute of \"10:60\" is 0-59", 7, 5, example},
      {"day at 10:3o", "the minute of \"10:3o\" is 0-59", 7, 5, example},
      {"day at 10:30 pm", "nothing follows the time, got \"pm\"", 13, 2, example},
      {"hour at 17", "the time here is written :MM or :MM:SS, got \"17\"", 8, 2, example},
      {"minute at :17:00", "the time here is written :SS, got \":17:00\"", 10, 6, example},
      {"second at :01", "seconds have no \"at\"", 10, 3, example},
      {"monday", "a weekday needs a time", 0, 6, "\"monday at 08:00\""},
      {"2 mondays at 08:00", "a weekday comes every week", 0, 18, "count weeks from a start: \"2 weeks at 08:00\""},
      {"101 years", "\"101 years\" is above 100 years", 0, 9, example},
      {" ", "\" \" is no length and no phrase", 1, 1, example}};
  for (const Refusal& refusal : refusals) {
    const auto parsed = parse_every(refusal.text);
    const auto* error = std::get_if<ParseError>(&parsed);
    ASSERT_NE(error, nullptr) << refusal.text;
    EXPECT_EQ(error->message, refusal.message);
    EXPECT_EQ(error->at, refusal.at) << refusal.text;
    EXPECT_EQ(error->length, refusal.length) << refusal.text;
    EXPECT_EQ(error->hint, refusal.hint) << refusal.text;
  }
}

TEST(Random, IsReadFromARangeOfLengths) {
  for (const auto& [written, shown] :
       std::vector<std::pair<const char*, const char*>>{{"20m..40m", "random 20m..40m"},
                                                        {"5..10 minutes", "random 5m..10m"},
                                                        {"5..10m", "random 5m..10m"},
                                                        {" 90s .. 2h30m ", "random 90s..2h30m"},
                                                        {"1 day..2 days", "random 1d..2d"},
                                                        {"7s..7s", "random 7s..7s"}}) {
    const auto parsed = parse_random(written);
    ASSERT_TRUE(std::holds_alternative<RandomRule>(parsed)) << written << std::get<ParseError>(parsed).message;
    EXPECT_EQ(to_text(Trigger{{std::get<RandomRule>(parsed)}}), shown);
  }
}

TEST(Random, RefusesWhatIsNoRange) {
  const auto message = [](const char* text) {
    const auto parsed = parse_random(text);
    const auto* error = std::get_if<ParseError>(&parsed);
    return error ? error->message : "";
  };
  EXPECT_EQ(message(""), "\"\" is no range of lengths");
  EXPECT_EQ(message("20m"), "\"20m\" is no range of lengths");
  EXPECT_EQ(message("40m..20m"), "the shortest length 40m is above the longest 20m");
  EXPECT_EQ(message("5..10"), "length \"5\" has no unit");
  EXPECT_EQ(message("0m..1m"), "length \"0m\" is zero");
  EXPECT_EQ(message("1m..1 month"), "\"1 month\" is no length");
  EXPECT_NE(message(".."), "");
  EXPECT_NE(message("1m.."), "");
  EXPECT_NE(message("..1m"), "");
}

Schedule random_job(const char* range, std::uint64_t seed = 7) {
  Schedule job = schedule({std::get<RandomRule>(parse_random(range))});
  job.seed = seed;
  return job;
}

TEST(Random, DrawsEveryLengthOfItsRangeAndTheSameOneAgain) {
  const Schedule job = random_job("10s..14s");
  Due due = utc("2026-03-01T00:00:00Z");
  std::vector<int> drawn(15);
  for (int i = 0; i < 1000; ++i) {
    const Due next = random_due(job, due).value();
    EXPECT_EQ(random_due(job, due), next);
    ++drawn.at(static_cast<std::size_t>((next - due).count()));
    due = next;
  }
  for (int length = 10; length <= 14; ++length) EXPECT_NEAR(drawn[static_cast<std::size_t>(length)], 200, 60);
  EXPECT_NE(random_due(random_job("1s..1000d", 8), due), random_due(random_job("1s..1000d", 9), due)) << "by job";
}

TEST(Random, BeginsWithItsStartAndEndsWithItsUntil) {
  Schedule job = random_job("10s..14s");
  job.start = utc("2026-03-01T12:00:00Z");
  EXPECT_EQ(random_due(job, utc("2026-03-01T00:00:00Z")), job.start);
  job.until = *job.start + std::chrono::seconds{9};
  EXPECT_FALSE(random_due(job, *job.start));
}

TEST(Jitter, IsDrawnAnewForEachDueAndStaysWithinItsLength) {
  Schedule job = make::every("1h", "2026-01-01T00:00:00Z");
  job.trigger.rules[0].jitter = std::chrono::minutes{5};
  job.seed = 7;
  std::set<std::chrono::seconds> seen;
  Due due = job.anchor;
  for (int i = 0; i < 1000; ++i) {
    due = next_due(job, due).value();
    EXPECT_EQ(due.time_since_epoch() % 3600, std::chrono::seconds{0}) << "the grid does not move";
    const auto jitter = jitter_at(job, due);
    EXPECT_EQ(jitter_at(job, due), jitter);
    EXPECT_LE(jitter, std::chrono::minutes{5});
    seen.insert(jitter);
  }
  EXPECT_GT(seen.size(), 250u);
  EXPECT_EQ(*seen.begin(), std::chrono::seconds{0});
  EXPECT_EQ(*seen.rbegin(), std::chrono::minutes{5});
}

TEST(Jitter, OfAUnionIsThatOfTheRuleThatIsDue) {
  Schedule job = schedule({make::rule("0 * * * *"), make::rule("30 * * * *")});
  job.trigger.rules[0].jitter = std::chrono::minutes{5};
  int jittered = 0;
  for (Due due = utc("2026-01-01T00:00:00Z"); due < utc("2026-01-02T00:00:00Z"); due += std::chrono::hours{1}) {
    jittered += jitter_at(job, due).count() != 0 ? 1 : 0;
    EXPECT_EQ(jitter_at(job, due + std::chrono::minutes{30}), std::chrono::seconds{0});
  }
  EXPECT_GT(jittered, 20);
}

}  // namespace
}  // namespace rounds
