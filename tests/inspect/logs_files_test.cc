// Files as they are found in the wild: rotated, packed, huge, cut, damaged.
#include <gmock/gmock.h>

#include <random>

#include "inspect/logs/lines.h"
#include "inspect/logs/text.h"
#include "logs.h"

namespace rounds {

namespace {

using namespace seed;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using testing::UnorderedElementsAre;

std::string entry(const std::string& time, const std::string& text = "division by zero") {
  return "2026-11-" + time + ".000 UTC [7] eve@shop ERROR:  " + text + "\n";
}

// --- which files there are

TEST(LogFiles, OfARotationCountTogether) {
  Logs logs("postgresql");
  logs.file("log.1", entry("19 23:00:00") + entry("20 01:00:00"));
  logs.file("log", entry("20 02:00:00") + entry("20 03:00:00"));
  logs.gzip("log.2.gz", entry("18 01:00:00"));
  EXPECT_THAT(logs.groups(), ElementsAre("ERROR x 3: division by zero"));
  EXPECT_EQ(logs.cover(), "whole");
}

TEST(LogFiles, ThatArePackedAreReadToo) {
  Logs logs("postgresql");
  logs.gzip("log.1.gz", entry("19 23:00:00") + entry("20 01:00:00"));
  EXPECT_THAT(logs.groups(), ElementsAre("ERROR x 1: division by zero"));
  EXPECT_EQ(logs.cover(), "whole");
}

TEST(LogFiles, ThatArePackedAndCutShortSaySo) {
  Logs logs("postgresql");
  std::string text = entry("19 23:00:00");
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) text += entry("20 01:00:00", "x" + std::to_string(random()));
  const std::string path = logs.gzip("log.1.gz", text);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  EXPECT_THAT(logs.cover(), HasSubstr("cut short"));
}

TEST(LogFiles, NamedTwiceCountOnce) {
  Logs logs("postgresql");
  const std::string path = logs.file("log", entry("19 23:00:00") + entry("20 01:00:00"));
  std::filesystem::create_symlink(path, logs.folder() + "current");
  logs.request().paths = {path, logs.folder() + "*", logs.folder()};
  EXPECT_THAT(logs.groups(), ElementsAre("ERROR x 1: division by zero"));
}

TEST(LogFiles, ThatAreNotThereAreMissed) {
  Logs logs("postgresql");
  logs.request().paths = {logs.folder() + "*.log"};
  EXPECT_THAT(logs.cover(), HasSubstr("no file has this name"));
  EXPECT_EQ(logs.read().sources.at(0).state, LogSource::State::missing);
  logs.request().declared = false;
  EXPECT_THAT(logs.cover(), StartsWith("none: "));
  logs.request().paths.clear();
  EXPECT_THAT(logs.cover(), StartsWith("none: no log is declared"));
}

TEST(LogFiles, OfOtherKindsAreNotTouched) {
  Logs logs("postgresql");
  ASSERT_EQ(::mkfifo((logs.folder() + "pipe").c_str(), 0600), 0);
  logs.file("log", entry("19 23:00:00"));
  Logs::date_back(logs.file("old.zst", "(packed)"), at("2026-11-10T00:00:00Z"));
  logs.file("none.log", "");
  logs.request().paths = {logs.folder()};
  const LogFacts facts = logs.read();
  EXPECT_THAT(facts.sources, SizeIs(3));
  EXPECT_EQ(facts.cover.state, LogCover::State::whole);
}

// --- what they cover

TEST(LogCover, IsPartialWhenTheOldestEntryIsTooYoung) {
  Logs logs("postgresql");
  logs.file("log", entry("20 05:00:00"));
  EXPECT_THAT(logs.cover(), AllOf(StartsWith("partial: "), HasSubstr("2026-11-20T05:00:00Z")));
}

TEST(LogCover, OfANewServerBeginsWithItsStart) {
  Logs logs("postgresql");
  logs.file("log",
            "2026-11-20 05:00:00.000 UTC [7] LOG:  starting PostgreSQL 15.20 on x86_64-pc-linux-gnu, compiled by gcc, "
            "64-bit\n");
  EXPECT_THAT(logs.cover(), StartsWith("begun: "));
  Logs chinese("postgresql");
  chinese.file("log",
               "2026-11-20 05:00:00.000 UTC [7] 日志:  正在启动 PostgreSQL 15.20 on x86_64-pc-linux-gnu, compiled by "
               "gcc, 64-bit\n");
  EXPECT_THAT(chinese.cover(), StartsWith("begun: "));
}

TEST(LogCover, IsPartialWhenAFileIsHidden) {
  Logs logs("postgresql");
  Logs::date_back(logs.file("log.1", entry("19 23:00:00")), at("2026-11-19T23:00:00Z"));
  logs.file("log.2.xz", "(packed)");
  EXPECT_THAT(logs.cover(), AllOf(StartsWith("partial: "), HasSubstr("compressed with xz")));
}

TEST(LogCover, DoesNotMindStrangersInTheFolder) {
  Logs logs("postgresql");
  logs.file("log", entry("19 23:00:00") + entry("20 01:00:00"));
  logs.file("pgbackrest.log", "2026-11-20 05:00:00.123 P00   INFO: backup command begin\nP00 INFO\n");
  EXPECT_EQ(logs.cover(), "whole");
}

TEST(LogCover, DoesNotMindAHiddenFileFromBeforeTheWindow) {
  Logs logs("postgresql");
  Logs::date_back(logs.file("log.2.xz", "(packed)"), at("2026-11-10T00:00:00Z"));
  logs.file("log", entry("19 23:00:00") + entry("20 01:00:00"));
  EXPECT_EQ(logs.cover(), "whole");
}

TEST(LogCover, IsPartialWhenNotAllMayBeRead) {
  Logs logs("postgresql");
  std::string text = entry("19 23:00:00");
  for (int i = 0; i < 1000; ++i) text += entry("20 01:00:00");
  text += entry("20 02:00:00", "newest");
  logs.file("log", text);
  const LogFacts facts = logs.read({.bytes = 10'000});
  EXPECT_EQ(facts.cover.state, LogCover::State::partial);
  EXPECT_EQ(facts.sources.at(0).state, LogSource::State::capped);
  EXPECT_THAT(Logs::lines_of(facts), Contains("ERROR x 1: newest"));
  EXPECT_EQ(logs.read({.time = std::chrono::milliseconds{-1}}).cover.state, LogCover::State::partial);
}

// --- large files

/// A month of entries, one each two seconds and about 110 MB; returns its path.
std::string write_month(const Logs& logs) {
  std::string path = logs.quiet_file("month.log", "");
  std::ofstream out(path, std::ios::binary);
  const std::string filler(40, 'x');
  for (Due now = at("2026-10-22T00:00:00Z"); now < at("2026-11-21T12:00:00Z"); now += std::chrono::seconds{2}) {
    std::string time = utc_text(now).substr(0, 19);
    time[10] = ' ';
    out << time << ".000 UTC [7] eve@shop LOG:  " << filler << '\n';
  }
  return path;
}

TEST(LargeLog, IsSearchedRatherThanRead) {
  Logs logs("postgresql");
  logs.request().paths = {write_month(logs)};
  const auto begin = std::chrono::steady_clock::now();
  const LogFacts facts = logs.read();
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_THAT(Logs::lines_of(facts), ElementsAre("LOG x 43200: " + std::string(40, 'x')));
  EXPECT_EQ(facts.groups.at(0).peak_hour, 1800);
  EXPECT_EQ(facts.cover.state, LogCover::State::whole);
  EXPECT_LT(facts.sources.at(0).lines, 55'000);
  EXPECT_LT(took, std::chrono::seconds{3});
}

TEST(LargeLog, MayBeginWithAHole) {
  Logs logs("postgresql");
  const std::string path = logs.file("log", "");
  std::filesystem::resize_file(path, std::uintmax_t{3} << 20);  // as after copytruncate
  std::ofstream(path, std::ios::app) << '\n' + entry("19 23:00:00") + entry("20 01:00:00");
  EXPECT_THAT(logs.groups(), ElementsAre("ERROR x 1: division by zero"));
}

TEST(LargeLog, OfOneLineIsNotHeld) {
  Logs logs("postgresql");
  const std::string path =
      logs.file("log", entry("19 23:00:00") + "2026-11-20 01:00:00.000 UTC [7] eve@shop ERROR:  long ");
  {
    std::ofstream out(path, std::ios::app);
    const std::string megabyte(1 << 20, 'y');
    for (int i = 0; i < 20; ++i) out << megabyte;
    out << "\n" << entry("20 02:00:00");
  }
  EXPECT_THAT(logs.groups(), UnorderedElementsAre(StartsWith("ERROR x 1: long yyy"), "ERROR x 1: division by zero"));
}

TEST(LargeLog, KeepsItsQuotesInOrderBeyondWhatIsHeld) {
  Logs logs("postgresql");
  const std::string begin = "2026-11-20 01:00:00.000 UTC,\"eve\",\"shop\",1,,,1,\"SELECT\",,,,ERROR,22012,\"";
  const std::string end = "\",,,,,,,,,\"psql\",\"client backend\",,0\n";
  logs.file("a.csv", begin + std::string(200'000, 'y') + "\n\"\"more\"\"" + end + begin + "division by zero" + end);
  EXPECT_THAT(logs.groups(), Contains("ERROR 22012 x 1: division by zero"));
}

TEST(LargeLog, HasAtMostSoManyGroups) {
  Logs logs("postgresql");
  std::string text = entry("19 23:00:00");
  const auto word = [](int i) {
    std::string letters;
    for (; i > 0; i /= 26) letters += static_cast<char>('g' + i % 20);
    return letters;
  };
  for (int i = 1; i <= 3000; ++i) {
    text += entry("20 01:00:00", word(i * 7 + 1000));
    text += "2026-11-20 01:00:00.000 UTC [7] LOG:  " + word(i * 11 + 5000) + "\n";
  }
  text += "2026-11-20 01:00:00.000 UTC [7] LOG:  server process (PID 9) was terminated by signal 9: Killed\n";
  logs.file("log", text);
  const LogFacts facts = logs.read({.groups = 100});
  std::int64_t all = 0;
  for (const LogGroup& group : facts.groups) all += group.count;
  EXPECT_LE(facts.groups.size(), 110U);
  EXPECT_EQ(all, 6001);
  EXPECT_THAT(Logs::lines_of(facts), AllOf(Contains(HasSubstr("(other messages)")),
                                           Contains("LOG x 1: server process was terminated by signal")));
}

// --- text

TEST(LogText, LosesNumbersAndQuotations) {
  EXPECT_EQ(normalised("relation \"a\" has 5 rows at 0xFF, lsn 0/1A2B3C4D"), "relation \"…\" has N rows at N, lsn N/N");
  EXPECT_EQ(normalised("don't quote 'it''s' here"), "don't quote \"…\" here");
  EXPECT_EQ(normalised("Rolle »x« und „y“"), "Rolle \"…\" und \"…\"");
  EXPECT_EQ(normalised("duration: 5.1 ms  statement: select 1"), normalised("duration: 7 ms  statement: delete"));
  EXPECT_EQ(normalised("first\nsecond"), "first");
}

TEST(LogText, KeepsNamesAndHidesValues) {
  EXPECT_EQ(redacted("relation \"orders\" does not exist"), "relation \"orders\" does not exist");
  EXPECT_EQ(redacted("invalid input syntax for type integer: \"secret\""),
            "invalid input syntax for type integer: \"…\"");
  EXPECT_EQ(redacted("Duplicate entry 'secret' for key 'PRIMARY'"), "Duplicate entry \"…\" for key \"…\"");
  EXPECT_EQ(redacted("Access denied for user 'eve'@'10.0.0.1'"), "Access denied for user 'eve'@'10.0.0.1'");
  EXPECT_THAT(redacted("statement: select 'secret'"), Not(HasSubstr("secret")));
  EXPECT_THAT(redacted("syntax error at or near \"'a \"secret\" b\""), Not(HasSubstr("secret")));
  EXPECT_THAT(redacted("InnoDB: 000000000000000500000004000000060000"), Not(HasSubstr("0005")));
  EXPECT_THAT(redacted("a\nsecret"), Not(HasSubstr("secret")));
}

TEST(LogText, IsHarmless) {
  EXPECT_EQ(harmless("a\x1b[31m\tb\x7f", 100), "a [31m b ");
  EXPECT_EQ(harmless("\xff\xc3(\xed\xa0\x80 é", 100), std::string("?") + "?(" + std::string(3, '?') + " é");
  EXPECT_EQ(harmless("x\u202ey\u2028z\u0085", 100), "x y z ");
  EXPECT_EQ(harmless("éé", 3), "é");
}

TEST(LogLines, LoseTheirNulBytes) {
  Logs logs("postgresql");
  logs.file("log", entry("19 23:00:00") + std::string("\0\0\0", 3) + entry("20 01:00:00"));
  EXPECT_THAT(logs.groups(), ElementsAre("ERROR x 1: division by zero"));
}

/// Bytes that mean something to some parser more often than chance has it.
std::string noise(std::mt19937& random, std::size_t size) {
  static const std::vector<std::string> kWords{"\n",
                                               "\r\n",
                                               "\"",
                                               "\"\"",
                                               ",",
                                               "{\"timestamp\":\"",
                                               "2026-11-20 01:00:00",
                                               ".000 UTC",
                                               " [7] ",
                                               "eve@shop ",
                                               "ERROR:  ",
                                               "FATAL:  ",
                                               "\\u",
                                               "\\",
                                               "[ERROR] ",
                                               "[",
                                               "]",
                                               "261120  3:04:05 ",
                                               "2026-11-20T01:00:00Z ",
                                               "database is locked",
                                               "}",
                                               ":",
                                               "'",
                                               "\t",
                                               "»",
                                               std::string(1, '\0')};
  std::string text;
  while (text.size() < size) {
    if (random() % 4 == 0) {
      text += static_cast<char>(random());
    } else {
      text += kWords[random() % kWords.size()];
    }
  }
  return text;
}

TEST(LogNoise, IsReadWithoutHarm) {
  std::mt19937 random(20261120);
  for (int round = 0; round < 60; ++round) {
    for (const char* engine : {"postgresql", "mariadb", "sqlite"}) {
      Logs logs(engine);
      logs.request().line_prefix = noise(random, 12) + "%m %q%u%a%%%";
      for (const char* name : {"a.log", "a.csv", "a.json", "a.gz"}) logs.file(name, noise(random, 20'000));
      for (const LogGroup& group : logs.read().groups) {
        EXPECT_GT(group.count, 0);
        EXPECT_EQ(harmless(group.sample + group.text + group.user, 1 << 20), group.sample + group.text + group.user);
      }
    }
  }
}

}  // namespace

}  // namespace rounds
