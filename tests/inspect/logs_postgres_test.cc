// PostgreSQL's three formats of log, and what makes them hard.
#include <gmock/gmock.h>

#include "inspect/logs/csv.h"
#include "inspect/logs/flat_json.h"
#include "inspect/logs/postgres.h"
#include "inspect/logs/prefix.h"
#include "logs.h"

namespace rounds {

namespace {

using namespace seed;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;

// --- log_line_prefix

LogEntry parsed(const std::string& prefix, const std::string& line) {
  LogEntry entry;
  EXPECT_EQ(LogPrefix(prefix).parse(line, entry), LineKind::entry) << prefix << " | " << line;
  return entry;
}

TEST(LogPrefix, OfTheServerItself) {
  const LogEntry entry = parsed("%m [%p] ", "2026-11-20 03:04:05.678 CET [4711] ERROR:  division by zero");
  EXPECT_EQ(entry.severity, "ERROR");
  EXPECT_EQ(entry.message, "division by zero");
  EXPECT_EQ(entry.stamp.abbreviation, "CET");
}

TEST(LogPrefix, OfDebianWithAndWithoutASession) {
  const LogEntry entry = parsed("%m [%p] %q%u@%d ", "2026-11-20 03:04:05.678 UTC [4711] shop user@shop db FATAL:  no");
  EXPECT_EQ(entry.user, "shop user");
  EXPECT_EQ(entry.database, "shop db");
  EXPECT_EQ(parsed("%m [%p] %q%u@%d ", "2026-11-20 03:04:05.678 UTC [4711] LOG:  mail a@b c").message, "mail a@b c");
}

TEST(LogPrefix, WithEverything) {
  const LogEntry entry = parsed("%n %a|%u|%d|%r|%b|%p|%l|%c|%s|%v|%x|%e|%i|%Q|%% ",
                                "1795140245.678 odd app|eve|shop|10.1.2.3(4711)|client "
                                "backend|99|12|6b022b86.2ed0|2026-11-20 03:00:00 UTC|3/17|0|"
                                "28P01|authentication|-77|% FATAL:  password authentication failed for user \"eve\"");
  EXPECT_EQ(entry.application, "odd app");
  EXPECT_EQ(entry.host, "10.1.2.3");
  EXPECT_EQ(entry.code, "28P01");
  EXPECT_EQ(*entry.stamp.offset, std::chrono::seconds{0});
}

TEST(LogPrefix, OfACloudWithoutSpaces) {
  const LogEntry entry =
      parsed("%t:%r:%u@%d:[%p]:",
             "2026-11-20 03:04:05 UTC:10.0.0.1(51222):app@shop:[881]:ERROR:  relation \"x\" does not exist");
  EXPECT_EQ(entry.user, "app");
  EXPECT_EQ(entry.host, "10.0.0.1");
  EXPECT_EQ(parsed("%t:%r:%u@%d:[%p]:", "2026-11-20 03:04:05 UTC::@:[881]:LOG:  hello").user, "");
}

TEST(LogPrefix, WithWidthsAndVerboseCodes) {
  const LogEntry entry =
      parsed("%m %-8u [%6p] ", "2026-11-20 03:04:05.678 +0530 bob      [   881] ERROR:  42P01: no table");
  EXPECT_EQ(entry.user, "bob");
  EXPECT_EQ(entry.code, "42P01");
  EXPECT_EQ(entry.message, "no table");
  EXPECT_EQ(*entry.stamp.offset, std::chrono::minutes{330});
}

TEST(LogPrefix, DoesNotCountDetailsAndContinuations) {
  LogEntry entry;
  const LogPrefix prefix("%m [%p] ");
  for (const char* label :
       {"DETAIL:  Key", "STATEMENT:  select", "CONTEXT:  x", "ANWEISUNG:  x", "ASTUCE :  x", "详情:  x"}) {
    EXPECT_EQ(prefix.parse("2026-11-20 03:04:05.678 UTC [4711] " + std::string(label), entry), LineKind::stamped)
        << label;
  }
  EXPECT_EQ(prefix.parse("\t2026-11-20 03:04:05.678 UTC [4711] PANIC:  forged", entry), LineKind::other);
  EXPECT_EQ(prefix.parse("", entry), LineKind::other);
  EXPECT_EQ(prefix.parse("2026-13-45 03:04:05.678 UTC [4711] PANIC:  no such day", entry), LineKind::other);
}

TEST(LogPrefix, KnowsSeveritiesInOtherLanguages) {
  const auto severity = [](const std::string& word) {
    return std::string(parsed("%m ", "2026-11-20 03:04:05.678 UTC " + word + ":  x").severity);
  };
  EXPECT_EQ(severity("灾难性错误"), "PANIC");
  EXPECT_EQ(severity("致命错误"), "FATAL");
  EXPECT_EQ(severity("错误"), "ERROR");
  EXPECT_EQ(severity("FEHLER"), "ERROR");
  EXPECT_EQ(severity("ВАЖНО"), "FATAL");
  EXPECT_EQ(severity("ERREUR"), "ERROR");
  EXPECT_EQ(severity("日志"), "LOG");
}

// --- jsonlog and csvlog

TEST(FlatJson, IsReadWithEscapesAndNesting) {
  std::vector<std::string> seen;
  const auto keep = [&](std::string_view key, std::string_view value) {
    seen.push_back(std::string(key) + "=" + std::string(value));
  };
  EXPECT_TRUE(read_flat_json(R"({"a":"x\"\n\u00e9\ud83d\ude00","b":-1.5, "c":{"d":["}"]},"e":null})", keep));
  EXPECT_THAT(seen, ElementsAre("a=x\"\né😀", "b=-1.5", "c=", "e=null"));
  for (const char* broken :
       {"", "{", "{\"a\"", "{\"a\":", "{\"a\":\"\\u12", "{\"a\":\"x", "[1]", "{\"a\":[[[[", "{\"a\":1 2}"}) {
    EXPECT_FALSE(read_flat_json(broken, keep)) << broken;
  }
}

std::string json_line(const std::string& time, const std::string& severity, const std::string& code,
                      const std::string& message, const std::string& application = "psql") {
  return R"({"timestamp":")" + time +
         R"(","user":"eve","dbname":"shop","pid":1,"remote_host":"10.0.0.1","remote_port":5,)" +
         R"("error_severity":")" + severity + R"(","state_code":")" + code + R"(","message":")" + message +
         R"(","statement":"select 'secret'","application_name":")" + application + "\"}\n";
}

std::string csv_line(const std::string& time, const std::string& severity, const std::string& code,
                     const std::string& message, int columns = 26, const std::string& application = "psql") {
  std::string line =
      time + ",\"eve\",\"shop\",4711,\"10.0.0.1:5432\",6b022b86.2ee9,1,\"SELECT\",2026-11-20 00:00:00 UTC,3/12,0," +
      severity + "," + code + ",\"" + message + "\",,,,,,,,,\"" + application + "\"";
  for (int i = 23; i < columns; ++i) line += i == 23 ? ",\"client backend\"" : i == 25 ? ",0" : ",";
  return line + "\n";
}

TEST(Jsonlog, CountsWithinTheHalfOpenWindow) {
  Logs logs("postgresql");
  logs.file("a.json", json_line("2026-11-19 23:59:59.999 UTC", "ERROR", "22012", "before") +
                          json_line("2026-11-20 00:00:00.000 UTC", "ERROR", "22012", "division by zero") +
                          json_line("2026-11-20 23:59:59.999 UTC", "ERROR", "22012", "division by zero") +
                          json_line("2026-11-21 00:00:00.000 UTC", "ERROR", "22012", "after"));
  EXPECT_THAT(logs.groups(), ElementsAre("ERROR 22012 x 2: division by zero"));
  const LogGroup group = logs.read().groups.at(0);
  EXPECT_EQ(group.first, at("2026-11-20T00:00:00Z"));
  EXPECT_EQ(group.last, at("2026-11-20T23:59:59Z"));
  EXPECT_EQ(group.peak_hour, 1);
  EXPECT_EQ(group.user + "@" + group.host + "/" + group.database, "eve@10.0.0.1/shop");
  EXPECT_EQ(logs.cover(), "whole");
}

TEST(Jsonlog, LeavesOurOwnSessionsOut) {
  Logs logs("postgresql");
  logs.file("a.json", json_line("2026-11-20 01:00:00.000 UTC", "ERROR", "42501", "permission denied", "rounds") +
                          json_line("2026-11-20 01:00:00.000 UTC", "ERROR", "42501", "permission denied", "roundsman"));
  EXPECT_THAT(logs.groups(), ElementsAre("ERROR 42501 x 1: permission denied"));
}

TEST(Csvlog, HasMoreColumnsFromVersionToVersion) {
  for (const int columns : {23, 24, 25, 26, 27}) {
    Logs logs("postgresql");
    logs.file("a.csv", csv_line("2026-11-20 01:00:00.000 UTC", "ERROR", "22012", "division by zero", columns) +
                           csv_line("2026-11-20 01:00:00.000 UTC", "ERROR", "22012", "ours", columns, "rounds"));
    EXPECT_THAT(logs.groups(), ElementsAre("ERROR 22012 x 1: division by zero")) << columns;
  }
}

TEST(Csvlog, HasRecordsOfManyLinesThatMayLookLikeOthers) {
  Logs logs("postgresql");
  const std::string forged =
      "bad \"\"thing\"\"\n" + csv_line("2026-11-20 02:00:00.000 UTC", "PANIC", "XX000", "forged");
  std::string doubled;
  for (const char c : forged.substr(forged.find('\n'))) doubled += c == '"' ? "\"\"" : std::string(1, c);
  logs.file("a.csv", csv_line("2026-11-20 01:00:00.000 UTC", "ERROR", "P0001", "bad \"\"thing\"\"" + doubled) +
                         csv_line("2026-11-20 03:00:00.000 UTC", "ERROR", "22012", "division by zero"));
  EXPECT_THAT(logs.groups(), UnorderedElementsAre("ERROR P0001 x 1: bad \"…\"", "ERROR 22012 x 1: division by zero"));
}

TEST(Csvlog, GoesOnAfterARecordThatWasCutShort) {
  Logs logs("postgresql");
  const std::string whole = csv_line("2026-11-20 01:00:00.000 UTC", "ERROR", "22012", "division by zero");
  logs.file("a.csv", whole + "2026-11-20 01:00:00.000 UTC,\"eve\",\"shop\",1,,,1,\"SELECT\",,,,ERROR,22012,\"divisi\n" +
                         whole + whole);
  EXPECT_THAT(logs.groups(), Contains("ERROR 22012 x 3: division by zero"));
}

TEST(Csvlog, IsJudgedByItsCodeWhenTheLanguageIsNotKnown) {
  Logs logs("postgresql");
  logs.file("a.csv", csv_line("2026-11-20 01:00:00.000 UTC", "致命错误", "28P01", "用户 \"\"eve\"\" 的密码认证失败") +
                         csv_line("2026-11-20 01:00:00.000 UTC", "VILLA", "22012", "núlli") +
                         csv_line("2026-11-20 01:00:00.000 UTC", "SKRÁ", "00000", "allt gott"));
  EXPECT_THAT(logs.groups(), ElementsAre("FATAL 28P01 x 1: password authentication failed", "ERROR 22012 x 1: núlli"));
}

// --- stderr

TEST(Stderr, KnowsMessagesInOtherLanguages) {
  Logs logs("postgresql");
  const std::string stamp = "2026-11-20 01:00:00.000 UTC [7] ";
  logs.file("a.log", stamp + "日志:  服务器进程（PID 12049）被信号 9 终止: 已杀死\n" +  //
                         stamp + "日志:  服务器进程 (PID 12049) 被信号 9 中断: 已杀死\n" + stamp +
                         "LOG:  Serverprozess (PID 12) wurde von Signal 9 beendet: Getötet\n" + stamp +
                         "СООБЩЕНИЕ:  система БД была остановлена нештатно; производится\n" + stamp +
                         "LOG:  échec de la commande d'archivage avec un code de retour 1\n" + stamp +
                         "eve@shop 致命错误:  用户 \"eve\" 的密码认证失败\n" + stamp +
                         "eve@shop FEHLER:  konnte Datei »base/1/2« nicht erweitern: Auf dem Gerät ist kein "
                         "Speicherplatz mehr verfügbar\n");
  EXPECT_THAT(logs.groups(),
              UnorderedElementsAre(
                  "FATAL 28P01 x 1: password authentication failed", "ERROR 53100 x 1: no space left on device",
                  "LOG x 3: server process was terminated by signal", "LOG x 1: archive command failed",
                  "LOG x 1: database system was not properly shut down; automatic recovery in progress"));
}

TEST(Stderr, GivesCodesToKnownMessagesWhereThePrefixHasNone) {
  Logs logs("postgresql");
  const std::string stamp = "2026-11-20 01:00:00.000 UTC [7] eve@shop ";
  logs.file("a.log",
            stamp + "FATAL:  role \"eve\" does not exist\n" + stamp + "ERROR:  role \"eve\" does not exist\n" + stamp +
                "FATAL:  no pg_hba.conf entry for host \"10.0.0.1\", user \"eve\", database \"shop\", no encryption\n" +
                stamp + "ERROR:  invalid page in block 3 of relation base/5/16384\n");
  EXPECT_THAT(logs.groups(),
              UnorderedElementsAre("FATAL 28000 x 1: the role does not exist", "FATAL 28000 x 1: no pg_hba.conf entry",
                                   "ERROR x 1: role \"…\" does not exist", "ERROR XX001 x 1: invalid page"));
}

TEST(Stderr, FindsTheUserThatThePrefixDoesNotName) {
  Logs logs("postgresql");
  logs.request().line_prefix = "%m [%p] ";
  logs.file("a.log", "2026-11-20 01:00:00.000 UTC [7] FATAL:  password authentication failed for user \"eve x\"\n");
  EXPECT_EQ(logs.read().groups.at(0).user, "eve x");
}

TEST(Stderr, WithoutATimeCannotBePlaced) {
  Logs logs("postgresql");
  logs.request().line_prefix = "[%p] %u ";
  logs.file("a.log", "[7] eve ERROR:  division by zero\n");
  EXPECT_THAT(logs.groups(), IsEmpty());
  EXPECT_THAT(logs.cover(), AllOf(StartsWith("unreadable: "), HasSubstr("has no %m, %t or %n")));
  EXPECT_EQ(logs.read().sources.at(0).state, LogSource::State::unreadable);
}

TEST(Stderr, OfAnUnknownLanguageIsNotCalledQuiet) {
  Logs logs("postgresql");
  logs.file("a.log",
            "2026-11-20 01:00:00.000 UTC [7] VILLA:  núlli\n2026-11-20 02:00:00.000 UTC [7] SKRÁ:  allt gott\n");
  EXPECT_THAT(logs.cover(), HasSubstr("language that is not known"));
}

TEST(Stderr, MayHaveNothingButTheEndOfAnEntryNearTheWindow) {
  Logs logs("postgresql");
  std::string text;
  for (int i = 0; i < 60'000; ++i) {
    text +=
        "2026-11-18 01:00:00.000 UTC [7] eve@shop ERROR:  x\n2026-11-18 01:00:00.000 UTC [7] eve@shop STATEMENT:  y\n";
  }
  logs.file("a.log", text);
  EXPECT_THAT(logs.groups(), IsEmpty());
  EXPECT_EQ(logs.cover(), "whole");
}

TEST(Stderr, FromBeforeThePrefixWasChangedIsReadToo) {
  Logs logs("postgresql");
  logs.request().line_prefix = "%m [%p] %a: ";
  logs.file("a.log",
            "2026-11-20 01:00:00.000 UTC [7] ERROR:  division by zero\n"
            "2026-11-20 02:00:00.000 UTC [7] psql: ERROR:  division by zero\n"
            "2026-11-20 02:00:00.000 UTC [7] rounds: ERROR:  division by zero\n");
  EXPECT_THAT(logs.groups(), ElementsAre("ERROR x 2: division by zero"));
}

TEST(Stderr, ThatSomethingElseWroteIsNotUnderstood) {
  Logs logs("postgresql");
  logs.file("a.log", "Nov 20 01:00:00 host postgres[7]: [5-1] ERROR:  division by zero\n");
  EXPECT_THAT(logs.cover(), HasSubstr("no line begins with the log_line_prefix"));
}

// --- several formats at once

TEST(PostgresLogs, OfThreeFormatsCountOnce) {
  Logs logs("postgresql");
  const std::string time = "2026-11-20 01:00:00.000 UTC", later = "2026-11-20 05:00:00.000 UTC";
  logs.file("a.log",
            time + " [7] eve@shop ERROR:  division by zero\n" + later + " [7] eve@shop ERROR:  division by zero\n");
  logs.file("a.csv", csv_line(time, "ERROR", "22012", "division by zero") +
                         csv_line(later, "ERROR", "22012", "division by zero"));
  logs.file("a.json", json_line(time, "ERROR", "22012", "division by zero") +
                          json_line(later, "ERROR", "22012", "division by zero"));
  EXPECT_THAT(logs.groups(), ElementsAre("ERROR 22012 x 2: division by zero"));
}

TEST(PostgresLogs, CountFromTheOlderFormatWhereTheNewerDoesNotReach) {
  Logs logs("postgresql");
  logs.file("a.log",
            "2026-11-19 01:00:00.000 UTC [7] LOG:  hello\n2026-11-20 01:00:00.000 UTC [7] eve@shop ERROR:  old\n"
            "2026-11-20 05:00:00.000 UTC [7] eve@shop ERROR:  new\n");
  logs.file("a.json", json_line("2026-11-20 04:00:00.000 UTC", "LOG", "00000", "started") +
                          json_line("2026-11-20 05:00:00.000 UTC", "ERROR", "P0001", "new"));
  EXPECT_THAT(logs.groups(), UnorderedElementsAre("ERROR P0001 x 1: new", "ERROR x 1: old", "LOG x 1: started"));
  EXPECT_EQ(logs.cover(), "whole");
}

// --- time

TEST(LogTime, OfAnAmbiguousAbbreviationIsTheServersZone) {
  Logs logs("postgresql");
  logs.request().timezone = "Asia/Shanghai";
  logs.file("a.log",
            "2026-11-20 07:59:59.999 CST [7] LOG:  x\n2026-11-20 08:00:00.000 CST [7] eve@shop ERROR:  first\n"
            "2026-11-21 07:59:59.000 CST [7] eve@shop ERROR:  last\n2026-11-21 08:00:00.000 CST [7] eve@shop ERROR:  "
            "after\n");
  EXPECT_THAT(logs.groups(), UnorderedElementsAre("ERROR x 1: first", "ERROR x 1: last"));
}

TEST(LogTime, OfTheRepeatedHourGoesByAbbreviation) {
  Logs logs("postgresql");
  logs.request().timezone = "Europe/Berlin";
  logs.request().window = {at("2026-10-25T00:00:00Z"), at("2026-10-25T01:00:00Z")};
  logs.file("a.log",
            "2026-10-25 02:30:00.000 CEST [7] eve@shop ERROR:  first\n2026-10-25 02:30:00.000 CET [7] eve@shop ERROR:  "
            "second\n");
  EXPECT_THAT(logs.groups(), ElementsAre("ERROR x 1: first"));
}

TEST(LogTime, OfTheRepeatedHourGoesByOrderWhereNothingElseTells) {
  Logs logs("mariadb");
  logs.request().timezone = "Europe/Berlin";
  logs.request().window = {at("2026-10-25T01:00:00Z"), at("2026-10-25T02:00:00Z")};
  logs.file("err.log",
            "2026-10-25  2:10:00 1 [ERROR] a\n2026-10-25  2:50:00 1 [ERROR] b\n2026-10-25  2:49:58 1 [ERROR] b\n"
            "2026-10-25  2:10:00 1 [ERROR] c\n2026-10-25  2:55:00 1 [ERROR] d\n2026-10-25  3:00:00 1 [ERROR] e\n");
  EXPECT_THAT(logs.groups(), UnorderedElementsAre("ERROR x 1: c", "ERROR x 1: d"));
}

TEST(LogTime, OfAZoneWithoutALetterIsAnOffset) {
  for (const char* zone : {"<+08>-08", "+08", "Asia/Singapore"}) {
    Logs logs("postgresql");
    logs.request().timezone = zone;
    logs.file("a.log",
              "2026-11-20 07:59:59.999 +08 [7] LOG:  x\n2026-11-20 08:00:00.000 +08 [7] eve@shop ERROR:  first\n");
    EXPECT_THAT(logs.groups(), ElementsAre("ERROR x 1: first")) << zone;
  }
}

TEST(LogTime, OfAZoneThatIsNotKnownIsNotGuessed) {
  Logs logs("postgresql");
  logs.request().timezone = "Mars/Olympus";
  logs.file("a.log", "2026-11-20 01:00:00.000 MST [7] eve@shop PANIC:  x\n");
  EXPECT_THAT(logs.groups(), IsEmpty());
  EXPECT_THAT(logs.cover(), HasSubstr("Mars/Olympus"));
}

}  // namespace

}  // namespace rounds
