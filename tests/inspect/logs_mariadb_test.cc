// The error log of MariaDB and MySQL, and logs of applications.
#include <gmock/gmock.h>

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
using testing::UnorderedElementsAre;

TEST(MariadbLog, PadsTheHourAndContinuesWithoutATime) {
  Logs logs("mariadb");
  logs.file("err.log",
            "2026-11-20  3:04:05 0 [Note] mariadbd: ready for connections.\n"
            "Version: '10.11.19-MariaDB'  socket: '/run/s'  port: 3306  Debian 12\n"
            "2026-11-20  3:04:06 12 [ERROR] Something failed (errno: 28 \"No space left on device\")\n"
            "[ERROR] not an entry of its own\n"
            "2026-11-20 13:04:06 12 [Warning] Access denied for user 'eve'@'10.0.0.1' (using password: YES)\n");
  EXPECT_THAT(logs.groups(), ElementsAre("ERROR 28 x 1: Something failed (errno: N \"…\")",
                                         "WARNING 1045 x 1: Access denied for user \"…\"@\"…\" (using password: YES)",
                                         "NOTE x 1: mariadbd: ready for connections."));
  const LogGroup refused = logs.read().groups.at(1);
  EXPECT_EQ(refused.user + "@" + refused.host, "eve@10.0.0.1");
  EXPECT_EQ(refused.first, at("2026-11-20T13:04:06Z"));
}

TEST(MariadbLog, TellsOfSignalsInAnOlderShape) {
  Logs logs("mariadb");
  logs.file("err.log",
            "2026-11-20  3:04:05 0 [Note] hello\n261120  3:05:00 [ERROR] mariadbd got signal 11 ;\n"
            "Sorry, we probably made a mistake, and this is a bug.\n\n"
            "261120 03:05:01 mysqld_safe Number of processes running now: 0\n"
            "261120 03:05:01 mysqld_safe mysqld restarted\n"
            "2026-11-20  3:05:09 0x7f00 InnoDB: Assertion failure in file ./x.cc line 12\n");
  EXPECT_THAT(logs.groups(),
              testing::IsSupersetOf({std::string("ERROR x 1: mariadbd got signal N ;"),
                                     std::string("NOTE x 1: mysqld_safe mysqld restarted"),
                                     std::string("ERROR x 1: InnoDB: Assertion failure in file ./x.cc line N")}));
}

TEST(MariadbLog, TellsWhenAServerWasKilledWithoutAnyOtherTrace) {
  const std::string start =
      "2026-11-20  3:04:05 0 [Note] Starting MariaDB 10.11.19-MariaDB source revision 5843 as process 12174\n";
  const std::string ready = "2026-11-20  3:04:06 0 [Note] mariadbd: ready for connections.\n";
  const std::string stop =
      "2026-11-20  3:04:07 0 [Note] mariadbd (initiated by: root[root] @ localhost []): Normal shutdown\n";
  const std::string refused = "2026-11-20  3:04:05 0 [ERROR] Aborting\n";
  const auto kills = [&](const std::string& text) {
    Logs logs("mariadb");
    logs.file("err.log", text);
    std::int64_t times = 0;
    for (const LogGroup& group : logs.read().groups) {
      if (group.text.find("without having been shut down") != std::string::npos) times += group.count;
    }
    return times;
  };
  EXPECT_EQ(kills(start + ready + start + ready), 1);
  EXPECT_EQ(kills(start + ready + stop + start + ready), 0);
  EXPECT_EQ(kills(start + refused + start + ready), 0);
  EXPECT_EQ(kills("2026-11-20  3:04:05 9 [Note] busy\n" + start), 1);
  EXPECT_EQ(kills("2026-11-20  3:04:05 0 [Warning] Could not increase number of max_open_files\n" + start), 0);
}

TEST(MariadbLog, OfMysqlHasItsOwnTimesAndCodes) {
  Logs logs("mariadb");
  logs.file("err.log",
            "2026-11-20T03:04:05.123456Z 0 [System] [MY-010116] [Server] /usr/sbin/mysqld (mysqld 8.0.34) starting as "
            "process 5\n"
            "2026-11-20T03:04:05.123456+08:00 8 [ERROR] [MY-010119] [Server] Aborting\n"
            "2026-11-20T03:04:06.000000Z 8 [Warning] [MY-010055] [Server] IP address could not be resolved\n");
  EXPECT_THAT(logs.groups(), ElementsAre("WARNING 010055 x 1: IP address could not be resolved",
                                         HasSubstr("NOTE 010116 x 1: /usr/sbin/mysqld")));
  logs.request().window.from -= std::chrono::hours{8};
  EXPECT_THAT(logs.groups(), Contains("ERROR 010119 x 1: Aborting"));
}

TEST(MariadbLog, OfMysqlMayBeJson) {
  Logs logs("mariadb");
  logs.file(
      "err.00.json",
      R"({ "prio" : 1, "err_code" : 10119, "subsystem" : "Server", "msg" : "Aborting", "time" : "2026-11-20T03:04:05.1Z", "label" : "Error" })"
      "\n");
  EXPECT_THAT(logs.groups(), ElementsAre("ERROR 10119 x 1: Aborting"));
}

TEST(MariadbLog, OfMysqlEndsWithoutADate) {
  Logs logs("mariadb");
  logs.file("err.log",
            "2026-11-20T03:04:05.1Z 8 [Note] [MY-010055] [Server] hello\n03:04:06 UTC - mysqld got signal 11 ;\n");
  EXPECT_THAT(logs.groups(), Contains("ERROR x 1: UTC - mysqld got signal N ;"));
}

TEST(MariadbLog, IsNotTheLogOfStatements) {
  Logs logs("mariadb");
  logs.file("general.log", "261120  3:04:05      3 Query\tselect 'mysqld got signal 11 ; InnoDB: Assertion failure'\n");
  EXPECT_THAT(logs.groups(), IsEmpty());
}

TEST(MariadbLog, MayBeInAnAbbreviatedZoneOfTheHost) {
  Logs logs("mariadb");
  logs.request().timezone = Zone::host().abbreviation(logs.request().window.to);
  logs.file("err.log", "2026-11-20 12:04:06 12 [ERROR] x\n");
  EXPECT_THAT(logs.groups(), ElementsAre("ERROR x 1: x"));
}

TEST(ApplicationLog, HasTimesOfManyShapes) {
  Logs logs("sqlite");
  logs.file("app.log",
            "2026-11-20 01:00:00,123 ERROR sqlite3.OperationalError: database is locked\n"
            "[2026-11-20T02:00:00Z] ERROR SQLITE_BUSY\n"
            "127.0.0.1 - - [20/Nov/2026:03:00:00 +0000] \"GET /\" database disk image is malformed\n"
            "{\"level\":50,\"time\":1795147200000,\"msg\":\"SQLITE_FULL: database or disk is full\"}\n"
            "Traceback without a time: database is locked\n"
            "2026-11-21T00:00:00Z SQLITE_CORRUPT\n"
            "2026-11-20 01:00:00 all is well with the database\n");
  const auto groups = logs.read().groups;
  std::map<std::string, std::int64_t> counts;
  for (const LogGroup& group : groups) counts[group.code] += group.count;
  EXPECT_THAT(counts, ElementsAre(testing::Pair("SQLITE_BUSY", 3), testing::Pair("SQLITE_CORRUPT", 1),
                                  testing::Pair("SQLITE_FULL", 1)));
}

TEST(ApplicationLog, OfSyslogHasNoYear) {
  Logs logs("sqlite");
  logs.file("app.log",
            "Nov 20 03:04:05 host shop[7]: database is locked\nDec 31 03:04:05 host shop[7]: database is locked\n");
  EXPECT_EQ(logs.read().groups.at(0).count, 1);
  EXPECT_EQ(logs.read().sources.at(0).oldest, at("2025-12-31T03:04:05Z"));
}

TEST(ApplicationLog, WithoutTimesCannotBePlaced) {
  Logs logs("sqlite");
  logs.file("app.log", "ERROR database is locked\n");
  EXPECT_THAT(logs.groups(), IsEmpty());
  EXPECT_THAT(logs.cover(), HasSubstr("no line has a time"));
}

}  // namespace

}  // namespace rounds
