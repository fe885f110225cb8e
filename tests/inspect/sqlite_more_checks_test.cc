// Seeded defects that checks of later tiers find, and what must stay silent.
#include <gmock/gmock.h>

#include "inspect/sqlite_file.h"
#include "inspect/sqlite_naive_copy.h"
#include "seed.h"

namespace rounds {

namespace {

using namespace seed;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Shop : public testing::Test {
 protected:
  Shop() { make_shop(path()); }
  std::string path() const { return folder_ / "shop.db"; }
  App app() const { return App(path()); }
  std::vector<std::string> found(const Past& past = {}) const { return findings(inspect(path(), Tier::yearly, past)); }
  Entry entry(const std::string& id, const Past& past = {}) const {
    return entry_of(inspect(path(), Tier::yearly, past), id);
  }
  /// The judgement of one check about facts of an otherwise healthy file.
  Entry judge_file(const std::string& id, const std::function<void(SqliteFile&)>& change, Parameters more = {}) const {
    SqliteFile file = look_at_sqlite_file(path());
    change(file);
    SqlSession facts = SqlSession::in_memory();
    fill_file_facts(facts, file);
    const Check& check = *select_checks(builtin_checks(), {Tier::yearly, {id}}).front();
    more.insert(check.thresholds.begin(), check.thresholds.end());
    return judge(check, facts.query(check.question.sql, more, {})).front();
  }

  Folder folder_;
};

TEST_F(Shop, HasAWriterThatNeverEnds) {
  const std::string file = path();
  const Peer writer([&] {
    static App other(file);
    other.run("BEGIN IMMEDIATE");
  });
  EXPECT_THAT(found(), ElementsAre("sq.run.writer warning"));
}

TEST_F(Shop, HasAWriterThatNeverEndsInWalMode) {
  const std::string file = path();
  app().run("PRAGMA journal_mode = WAL");
  const Peer writer([&] {
    static App other(file);
    other.run("BEGIN IMMEDIATE");
  });
  EXPECT_THAT(found(), ElementsAre("sq.run.writer warning"));
}

TEST_F(Shop, HasAReaderAndNoWriter) {
  const std::string file = path();
  const Peer reader([&] {
    static App other(file);
    other.run("BEGIN; SELECT count(*) FROM orders");
  });
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(Shop, IsExpectedToBeWritten) {
  const auto old = [](SqliteFile& file) { file.written_s = std::time(nullptr) - 7200; };
  EXPECT_EQ(judge_file("sq.run.activity", old).outcome, Outcome::ok);
  EXPECT_EQ(judge_file("sq.run.activity", old, {{"expected_within_hours", std::int64_t{1}}}).severity, Severity::warning);
  EXPECT_EQ(judge_file("sq.run.activity", old, {{"expected_within_hours", std::int64_t{3}}}).outcome, Outcome::ok);
}

TEST_F(Shop, GrowsTooFast) {
  const auto large = [](SqliteFile& file) { file.size = 100 << 20; };
  EXPECT_EQ(judge_file("sq.run.growth", large, {{"previous", std::int64_t{20 << 20}}}).severity, Severity::warning);
  EXPECT_EQ(judge_file("sq.run.growth", large, {{"previous", std::int64_t{50 << 20}}}).outcome, Outcome::ok);
  const auto small = [](SqliteFile& file) { file.size = 1 << 20; };
  EXPECT_EQ(judge_file("sq.run.growth", small, {{"previous", std::int64_t{1 << 16}}}).outcome, Outcome::ok);
}

TEST_F(Shop, LiesOnANetwork) {
  const auto remote = [](SqliteFile& file) {
    file.network = true;
    file.file_system = "nfs";
  };
  EXPECT_EQ(judge_file("sq.sec.network_fs", remote).severity, Severity::critical);
}

TEST_F(Shop, HasAnIndexThatBeginsAnother) {
  app().run("CREATE INDEX \"long one\" ON orders(customer, amount); CREATE INDEX other ON orders(customer DESC, amount)");
  EXPECT_THAT(found(), ElementsAre("sq.obj.redundant info"));
  EXPECT_EQ(entry("sq.obj.redundant").subject, "orders orders_customer");
}

TEST_F(Shop, KeepsShortIndexesThatAreNotRedundant) {
  app().run("DROP INDEX orders_customer; CREATE UNIQUE INDEX one ON orders(customer);"
            "CREATE INDEX two ON orders(customer, amount); CREATE INDEX three ON orders(amount) WHERE amount > 3;"
            "CREATE INDEX four ON orders(amount, id)");
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(Shop, HasTablesWithoutAKey) {
  app().run("CREATE TABLE \"odd 'name\"(a); CREATE TABLE fine(a PRIMARY KEY) WITHOUT ROWID;"
            "CREATE VIRTUAL TABLE words USING fts5(text)");
  EXPECT_THAT(found(), ElementsAre("sq.obj.no_pk info"));
  EXPECT_EQ(entry("sq.obj.no_pk").subject, "odd 'name");
}

TEST_F(Shop, HasForeignKeysWithoutAnIndex) {
  app().run("CREATE TABLE p(a, b, PRIMARY KEY(a, b));"
            "CREATE TABLE bare(id INTEGER PRIMARY KEY, c REFERENCES customer(id));"
            "CREATE TABLE own(id INTEGER PRIMARY KEY REFERENCES customer(id));"
            "CREATE TABLE pair(id INTEGER PRIMARY KEY, x, y, FOREIGN KEY(x, y) REFERENCES p(a, b));"
            "CREATE TABLE good(id INTEGER PRIMARY KEY, x, y, FOREIGN KEY(x, y) REFERENCES p(a, b));"
            "CREATE INDEX good_i ON good(Y, x, id);"
            "CREATE TABLE part(id INTEGER PRIMARY KEY, c REFERENCES customer(id)); CREATE INDEX part_i ON part(c) WHERE c > 5");
  std::vector<std::string> subjects;
  for (const Entry& one : inspect(path()).entries) {
    if (one.check->id == "sq.obj.fk_index") subjects.push_back(one.subject);
  }
  EXPECT_THAT(subjects, ElementsAre("bare (c)", "pair (x, y)", "part (c)"));
}

TEST_F(Shop, HasBrokenViewsAndTriggers) {
  app().run("CREATE TABLE gone(id INTEGER PRIMARY KEY); CREATE VIEW \"my view\" AS SELECT * FROM gone;"
            "CREATE TRIGGER watch AFTER UPDATE OF amount ON orders BEGIN INSERT INTO gone VALUES(new.id); END;"
            "CREATE TRIGGER fine AFTER INSERT ON customer BEGIN DELETE FROM orders WHERE customer = new.id; END;"
            "PRAGMA legacy_alter_table = ON; DROP TABLE gone");
  const Examination examination = inspect(path());
  EXPECT_THAT(findings(examination), ElementsAre("sq.obj.view warning", "sq.obj.view warning"));
  EXPECT_EQ(entry_of(examination, "sq.obj.view").subject, "view my view");
  EXPECT_THAT(entry_of(examination, "sq.obj.view").evidence.front(), HasSubstr("no such table"));
}

TEST_F(Shop, HasViewsThatNeedItsApplication) {
  app().run("PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES('view', 'v', 'v', 0, 'CREATE VIEW v AS SELECT secret(1)')");
  const Entry view = entry("sq.obj.view");
  EXPECT_EQ(view.outcome, Outcome::skipped);
  EXPECT_THAT(view.reason, HasSubstr("needs its application"));
}

TEST_F(Shop, ChangesNothingWhenItTriesTriggers) {
  app().run("CREATE VIEW v AS SELECT id FROM orders;"
            "CREATE TRIGGER i INSTEAD OF DELETE ON v BEGIN DELETE FROM orders; END;"
            "CREATE TRIGGER d AFTER DELETE ON orders BEGIN DELETE FROM customer; END");
  const std::string before = bytes_of(path());
  EXPECT_THAT(found(), IsEmpty());
  EXPECT_EQ(bytes_of(path()), before);
}

TEST_F(Shop, RunsOutOfNumbers) {
  app().run("CREATE TABLE n(id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO n VALUES(5)");
  EXPECT_THAT(found(), IsEmpty());
  app().run("INSERT INTO n VALUES(7100000000000000000)");
  EXPECT_THAT(found(), ElementsAre("sq.obj.autoinc warning"));
  app().run("INSERT INTO n VALUES(9223372036854775807)");
  EXPECT_THAT(found(), ElementsAre("sq.obj.autoinc critical"));
}

TEST_F(Shop, HasManyFreePages) {
  app().run("PRAGMA synchronous = OFF; CREATE TABLE bulk(id INTEGER PRIMARY KEY, b);"
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12)"
            " INSERT INTO bulk SELECT i, zeroblob(1000000) FROM n");
  EXPECT_THAT(found(), IsEmpty());
  app().run("DELETE FROM bulk");
  EXPECT_THAT(found(), ElementsAre("sq.obj.freelist warning"));
}

TEST_F(Shop, HasALargeTableWithoutStatistics) {
  app().run("WITH RECURSIVE n(i) AS (SELECT 10000 UNION ALL SELECT i + 1 FROM n WHERE i < 22000)"
            " INSERT INTO orders SELECT i, 1, 1 FROM n");
  EXPECT_THAT(found(), ElementsAre("sq.obj.stats info"));
  app().run("ANALYZE");
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(Shop, ChangesItsSchema) {
  const SqlValue hash = entry("sq.obj.drift").value;
  const Past past{{.check = "sq.obj.drift", .subject = "schema", .value = hash},
                  {.check = "sq.obj.version", .subject = "user_version", .value = std::int64_t{0}}};
  EXPECT_THAT(found(past), IsEmpty());
  app().run("VACUUM");
  EXPECT_THAT(found(past), IsEmpty());
  app().run("ALTER TABLE orders ADD COLUMN note; PRAGMA user_version = 3");
  EXPECT_THAT(found(past), ElementsAre("sq.obj.drift info", "sq.obj.version info"));
}

TEST_F(Shop, HasAnUnusualLayout) {
  App(folder_ / "odd.db").run("PRAGMA page_size = 1024; PRAGMA encoding = 'UTF-16'; PRAGMA auto_vacuum = FULL;"
                              "CREATE TABLE t(a INTEGER PRIMARY KEY)");
  std::filesystem::permissions(folder_ / "odd.db", std::filesystem::perms(0644));
  EXPECT_THAT(findings(inspect(folder_ / "odd.db")),
              ElementsAre("sq.cfg.layout info", "sq.cfg.layout info", "sq.cfg.layout info"));
}

TEST_F(Shop, TellsWhichLibraryWroteIt) {
  EXPECT_EQ(judge_file("sq.cfg.library", [](SqliteFile& file) { file.writer_version = 3007017; }).severity, Severity::warning);
  EXPECT_EQ(judge_file("sq.cfg.library", [](SqliteFile& file) { file.writer_version = 3034001; }).severity, Severity::info);
  EXPECT_EQ(judge_file("sq.cfg.library", [](SqliteFile& file) { file.writer_version = 0; }).outcome, Outcome::skipped);
  EXPECT_EQ(entry("sq.cfg.library").outcome, Outcome::ok);
}

TEST_F(Shop, CannotTellItsJournalExceptInWalMode) {
  EXPECT_EQ(entry("sq.cfg.journal").outcome, Outcome::skipped);
  app().run("PRAGMA journal_mode = WAL");
  EXPECT_EQ(entry("sq.cfg.journal").outcome, Outcome::ok);
}

TEST_F(Shop, HasHalfEmptyPages) {
  app().run("PRAGMA synchronous = OFF; CREATE TABLE bulk(id INTEGER PRIMARY KEY, b TEXT);"
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)"
            " INSERT INTO bulk SELECT i, hex(zeroblob(400)) FROM n; DELETE FROM bulk WHERE id % 2 = 0");
  EXPECT_THAT(found(), ElementsAre("sq.perf.space warning"));
}

class Copy : public Shop {
 protected:
  Copy() {
    app().keep_log_on_close().run("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; UPDATE orders SET amount = 7");
  }
  Entry naive() const {
    const Instance shop{.name = "shop", .engine = "sqlite", .path = path(), .backups = {folder_ / "b-*"}};
    return entry_of(inspect(shop, Tier::daily), "sq.bak.naive");
  }
};

TEST_F(Copy, OfTheMainFileAloneLacksTheLog) {
  std::filesystem::copy_file(path(), folder_ / "b-1.db");
  EXPECT_EQ(naive().severity, Severity::warning);
}

TEST_F(Copy, WithTheLogOrOfAllPagesIsComplete) {
  app().keep_log_on_close().run("VACUUM INTO '" + (folder_ / "b-1.db") + "'");
  EXPECT_EQ(naive().outcome, Outcome::ok);
  std::filesystem::remove(folder_ / "b-1.db");
  std::filesystem::copy_file(path(), folder_ / "b-2.db");
  std::filesystem::copy_file(path() + "-wal", folder_ / "b-2.db-wal");
  EXPECT_EQ(naive().outcome, Outcome::ok);
}

TEST_F(Copy, ByTheBackupInterfaceIsComplete) {
  sqlite3 *from = nullptr, *to = nullptr;
  sqlite3_open(path().c_str(), &from);
  sqlite3_db_config(from, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_open((folder_ / "b-1.db").c_str(), &to);
  sqlite3_backup* backup = sqlite3_backup_init(to, "main", from, "main");
  sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  sqlite3_close(to);
  sqlite3_close(from);
  EXPECT_EQ(compare_with_log(path(), folder_ / "b-1.db").verdict, NaiveCopy::Verdict::no);
  EXPECT_EQ(naive().outcome, Outcome::ok);
}

TEST_F(Copy, OlderThanTheLogCannotBeTold) {
  std::filesystem::copy_file(path(), folder_ / "b-1.db");
  std::filesystem::last_write_time(folder_ / "b-1.db", std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  EXPECT_EQ(naive().outcome, Outcome::skipped);
}

}  // namespace

}  // namespace rounds
