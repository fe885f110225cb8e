// From the lines of a log to the findings of the checks.
#include <gmock/gmock.h>

#include "logs.h"

namespace rounds {

namespace {

using namespace seed;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

/// "pg.log.crash critical SUBJECT" for findings, "pg.log.crash skipped" for what could not be seen.
std::vector<std::string> outcomes(const Logs& logs, const std::string& engine, const SqlValue& previous = {}) {
  const LogFacts read = logs.read();
  SqlSession facts = SqlSession::in_memory();
  fill_log_facts(facts, read, {at("2026-11-20T00:00:00Z"), at("2026-11-21T00:00:00Z")});
  std::vector<std::string> found;
  for (const Check& check : builtin_checks()) {
    if (check.engine != engine || check.question.probes != std::vector<std::string>{"log"}) continue;
    Parameters parameters = check.thresholds;
    parameters["previous"] = previous;
    for (const Entry& entry : judge(check, facts.query(check.question.sql, parameters, {}))) {
      EXPECT_NE(entry.outcome, Outcome::error) << check.id << ": " << entry.reason;
      if (entry.severity) found.push_back(check.id + " " + to_text(*entry.severity) + " " + entry.subject);
      if (entry.outcome == Outcome::skipped) found.push_back(check.id + " skipped");
    }
  }
  return found;
}

/// A PostgreSQL log that reaches back beyond the window.
class PostgresLog : public Logs {
 public:
  explicit PostgresLog(const std::string& text) : Logs("postgresql") {
    request().line_prefix = "%m [%p] %q%u@%d %e ";
    file("log", "2026-11-19 01:00:00.000 UTC [7] LOG:  hello\n" + text);
  }
};
std::string line(const std::string& rest, const std::string& time = "01:00:00") {
  return "2026-11-20 " + time + ".000 UTC [7] " + rest + "\n";
}
std::vector<std::string> postgres(const std::string& text, const SqlValue& previous = {}) {
  return outcomes(PostgresLog(text), "postgresql", previous);
}

TEST(PostgresLogChecks, AreSilentAboutAHealthyServer) {
  EXPECT_THAT(
      postgres(line("LOG:  checkpoint complete: wrote 3 buffers (0.1%)") +
               line("eve@shop 23505 ERROR:  duplicate key") + line("LOG:  database system is shut down") +
               line("LOG:  database system was shut down at 2026-11-20") +
               line("LOG:  database system is ready to accept connections") +
               line("eve@shop 57P03 FATAL:  the database system is starting up") +
               line("eve@shop 57P01 FATAL:  terminating connection due to administrator command") +
               line("FATAL:  terminating logical replication worker due to administrator command") +
               line("eve@shop 25P03 FATAL:  terminating connection due to idle-in-transaction timeout") +
               line("eve@shop 28P01 FATAL:  password authentication failed for user \"eve\"") +
               line("eve@shop 3D000 FATAL:  database \"shop\" does not exist") +
               line("LOG:  background worker \"logical replication launcher\" (PID 12061) exited with exit code 1") +
               line("[unknown]@[unknown] 08P01 LOG:  invalid length of startup packet")),
      IsEmpty());
}

TEST(PostgresLogChecks, FindWhatIsFatal) {
  EXPECT_THAT(postgres(line("PANIC:  could not locate a valid checkpoint record") +
                       line("FATAL:  lock file \"postmaster.pid\" already exists") +
                       line("eve@shop 42501 FATAL:  permission denied for database \"shop\"")),
              UnorderedElementsAre("pg.log.severe critical PANIC: could not locate a valid checkpoint record",
                                   "pg.log.severe warning FATAL: lock file \"…\" already exists",
                                   "pg.log.severe warning FATAL 42501: permission denied for database \"…\""));
}

TEST(PostgresLogChecks, FindCrashes) {
  EXPECT_THAT(
      postgres(line("LOG:  server process (PID 12049) was terminated by signal 9: Killed") +
               line("LOG:  terminating any other active server processes") +
               line("eve@shop 57P02 WARNING:  terminating connection because of crash of another server process") +
               line("LOG:  all server processes terminated; reinitializing") +
               line("LOG:  database system was interrupted; last known up at 2026-11-20 00:38:48 CET") +
               line("LOG:  database system was not properly shut down; automatic recovery in progress")),
      UnorderedElementsAre(
          "pg.log.crash critical server process was terminated by signal",
          "pg.log.crash critical all server processes terminated; reinitializing",
          "pg.log.crash critical database system was not properly shut down; automatic recovery in progress"));
}

TEST(PostgresLogChecks, FindDamage) {
  EXPECT_THAT(
      postgres(line("eve@shop XX001 ERROR:  invalid page in block 3 of relation base/5/16384") +
               line("eve@shop XX001 ERROR:  invalid page in block 4 of relation base/5/16384") +
               line("eve@shop XX002 ERROR:  index \"i\" contains corrupted page at block 5") +
               line("eve@shop 58030 ERROR:  could not read block 7 in file \"base/5/16384\": Input/output error") +
               line("eve@shop 58P01 ERROR:  could not open file \"base/5/16999\": No such file or directory") +
               line("eve@shop 58P01 ERROR:  could not open file \"/tmp/import.csv\": No such file or directory")),
      UnorderedElementsAre("pg.log.corruption critical XX001 invalid page",
                           "pg.log.corruption critical XX002 index \"…\" contains corrupted page at block N",
                           HasSubstr("pg.log.corruption critical 58030"),
                           HasSubstr("pg.log.corruption critical 58P01")));
}

TEST(PostgresLogChecks, FindWhatRanOut) {
  EXPECT_THAT(postgres(line("eve@shop 53100 ERROR:  could not extend file \"base/5/1\": No space left on device") +
                       line("eve@shop 53300 FATAL:  sorry, too many clients already") +
                       line("eve@shop 53200 ERROR:  out of memory") +
                       line("eve@shop 53400 ERROR:  temporary file size exceeds temp_file_limit (1024kB)")),
              UnorderedElementsAre("pg.log.resource critical 53100: no space left on device",
                                   "pg.log.resource warning 53300: too many connections",
                                   "pg.log.resource warning 53200: out of memory",
                                   "pg.log.resource warning 53400: temporary file size exceeds temp_file_limit (N)"));
}

std::string refused(int times, const std::string& user, const std::string& hour = "01") {
  std::string text;
  for (int i = 0; i < times; ++i) {
    text += line(user + "@db" + std::to_string(i % 7) + " 28P01 FATAL:  password authentication failed for user \"" +
                     user + "\"",
                 hour + ":10:00");
  }
  return text;
}

TEST(PostgresLogChecks, CountRefusedLoginsByUserWhateverTheDatabase) {
  EXPECT_THAT(postgres(refused(3, "eve")), ElementsAre("pg.log.auth info eve@(unknown)"));
  EXPECT_THAT(postgres(refused(20, "eve") + refused(2, "bob")), ElementsAre("pg.log.auth warning eve@(unknown)"));
  EXPECT_THAT(postgres(refused(15, "eve") + refused(15, "eve", "05")), ElementsAre("pg.log.auth info eve@(unknown)"));
  EXPECT_THAT(postgres(refused(200, "eve")), ElementsAre("pg.log.auth critical eve@(unknown)"));
}

TEST(PostgresLogChecks, SeeOneHostThatTriesManyUsers) {
  PostgresLog logs("");
  logs.request().line_prefix = "%m [%p] %q%u@%d,%h ";
  std::string text;
  for (int i = 0; i < 40; ++i) {
    const std::string user = std::string(1, static_cast<char>('a' + i % 20)) + "x";
    text += line(user + "@db,10.0.0.9 FATAL:  password authentication failed for user \"" + user + "\"");
  }
  logs.file("log2", text);
  EXPECT_THAT(outcomes(logs, "postgresql"), ElementsAre("pg.log.auth warning host 10.0.0.9"));
}

TEST(PostgresLogChecks, CompareTheRateOfErrorsWithTheLastInspection) {
  std::string text;
  for (int i = 0; i < 48; ++i) text += line("eve@shop 23505 ERROR:  duplicate key");
  EXPECT_THAT(postgres(text), IsEmpty());
  EXPECT_THAT(postgres(text, 1.9), IsEmpty());
  EXPECT_THAT(postgres(text, 0.5), ElementsAre("pg.log.rate warning errors"));
}

TEST(PostgresLogChecks, FindFailingArchivesAndHurriedCheckpoints) {
  EXPECT_THAT(postgres(line("LOG:  archive command failed with exit code 1") +
                       line("WARNING:  archiving write-ahead log file \"000000010000000000000001\" failed too many "
                            "times, will try again later") +
                       line("LOG:  checkpoints are occurring too frequently (5 seconds apart)")),
              UnorderedElementsAre("pg.log.archive warning archive command failed",
                                   "pg.log.archive warning archiving write-ahead log file failed too many times",
                                   "pg.log.checkpoint warning checkpoints are occurring too frequently"));
}

TEST(PostgresLogChecks, DoNotCallOkWhatTheyCannotSee) {
  Logs logs("postgresql");
  logs.file("log", line("LOG:  hello"));
  const auto found = outcomes(logs, "postgresql");
  EXPECT_THAT(found, Contains("pg.log.coverage warning log"));
  EXPECT_THAT(found, Contains("pg.log.crash skipped"));
  Logs none("postgresql");
  EXPECT_THAT(outcomes(none, "postgresql"), Each(HasSubstr("skipped")));
}

TEST(PostgresLogChecks, AreContentWithALogThatBeginsWithItsServer) {
  Logs logs("postgresql");
  logs.request().line_prefix = "%m [%p] ";
  logs.file("log", line("LOG:  starting PostgreSQL 15.20 on x86_64-pc-linux-gnu, compiled by gcc, 64-bit"));
  EXPECT_THAT(outcomes(logs, "postgresql"), ElementsAre("pg.log.coverage info log"));
}

std::vector<std::string> mariadb(const std::string& text) {
  Logs logs("mariadb");
  logs.file("err.log", "2026-11-19  1:00:00 7 [Note] hello\n" + text);
  return outcomes(logs, "mariadb");
}
std::string my(const std::string& rest) { return "2026-11-20  1:00:00 4 " + rest + "\n"; }

TEST(MariadbLogChecks, AreSilentAboutAHealthyServer) {
  EXPECT_THAT(
      mariadb(
          my("[Note] mariadbd (initiated by: root[root] @ localhost []): Normal shutdown") +
          my("[Note] mariadbd: Shutdown complete") +
          my("[Note] Starting MariaDB 10.11.19-MariaDB source revision 5843 as process 12174") +
          my("[Note] InnoDB: Removed temporary tablespace data file: \"./ibtmp1\"") +
          my("[Note] mariadbd: ready for connections.") +
          my("[Warning] Access denied for user 'evil'@'localhost' (using password: YES)") +
          my("[Warning] Aborted connection 8 to db: 'unconnected' user: 'unauthenticated' host: 'localhost' (closed)")),
      IsEmpty());
}

TEST(MariadbLogChecks, FindEachKindOfTroubleOnce) {
  EXPECT_THAT(
      mariadb(
          my("[ERROR] InnoDB: Failed to read page 5 from file './d/i2.ibd': Page read from tablespace is corrupted.") +
          my("[ERROR] mariadbd: Table './d/t' is marked as crashed and should be repaired")),
      UnorderedElementsAre(HasSubstr("my.log.corrupt critical InnoDB"),
                           HasSubstr("my.log.corrupt critical mariadbd: Table")));
  EXPECT_THAT(mariadb(my("[Note] InnoDB: Starting crash recovery from checkpoint LSN=44388")),
              ElementsAre("my.log.crash critical InnoDB: Starting crash recovery from checkpoint LSN=N"));
  EXPECT_THAT(mariadb("261120  3:05:00 [ERROR] mariadbd got signal 11 ;\n"),
              ElementsAre("my.log.crash critical mariadbd got signal N ;"));
  EXPECT_THAT(
      mariadb(my(
          "[ERROR] Slave I/O: error connecting to master 'r@h:1' - retry-time: 1, Internal MariaDB error code: 2003")),
      ElementsAre(HasSubstr("my.log.replication warning 2003: Slave I/O")));
  EXPECT_THAT(mariadb(my("[ERROR] Can't open and lock privilege tables: Table 'mysql.db' doesn't exist")),
              ElementsAre(HasSubstr("my.log.error warning")));
  EXPECT_THAT(mariadb(my("[ERROR] mariadbd: Disk full (/tmp/x); waiting for someone to free some space... (errno: 28 "
                         "\"No space left on device\")")),
              ElementsAre(HasSubstr("my.log.error critical 28")));
  EXPECT_THAT(mariadb(my("[Note] Starting MariaDB 10.11.19-MariaDB source revision 5843 as process 12174")),
              ElementsAre(HasSubstr("my.log.crash critical the server starts without")));
}

TEST(MariadbLogChecks, CountRefusedLogins) {
  std::string text;
  for (int i = 0; i < 3; ++i) text += my("[Warning] Access denied for user 'evil'@'10.0.0.1' (using password: YES)");
  EXPECT_THAT(mariadb(text), ElementsAre("my.log.auth info evil@10.0.0.1"));
  for (int i = 0; i < 20; ++i) text += my("[Warning] Access denied for user 'evil'@'10.0.0.1' (using password: NO)");
  EXPECT_THAT(mariadb(text), ElementsAre("my.log.auth warning evil@10.0.0.1"));
}

TEST(SqliteLogCheck, FindsErrorsByTheirName) {
  Logs logs("sqlite");
  EXPECT_THAT(outcomes(logs, "sqlite"), ElementsAre("sq.log.app skipped"));
  logs.file("app.log",
            "2026-11-19 01:00:00 hello\n2026-11-20 01:00:00 database is locked\n"
            "2026-11-20 01:00:00 DatabaseError: database disk image is malformed\n");
  EXPECT_THAT(outcomes(logs, "sqlite"),
              UnorderedElementsAre("sq.log.app warning SQLITE_BUSY", "sq.log.app critical SQLITE_CORRUPT"));
}

}  // namespace

}  // namespace rounds
