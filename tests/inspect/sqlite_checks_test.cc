// Seeded defects on real files, one at a time, and what must stay silent.
#include <gmock/gmock.h>

#include <sys/stat.h>

#include "inspect/sqlite_file.h"
#include "seed.h"

namespace rounds {

namespace {

using namespace seed;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t kPage = 4096;
const std::string kOnes(8, '\xFF');

/// The number, from 1, of a page that is a leaf of a table.
std::size_t leaf_page(const std::string& database) {
  for (std::size_t page = 2; page * kPage <= database.size(); ++page) {
    if (database[(page - 1) * kPage] == 0x0D) return page;
  }
  ADD_FAILURE() << "no leaf page";
  return 1;
}

std::size_t big_endian(const std::string& bytes, std::size_t at) {
  std::size_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number * 256 + static_cast<unsigned char>(bytes[at + i]);
  return number;
}

TEST(SqliteChecks, FindNothingInAHealthyDatabaseInAnyTier) {
  const Folder folder;
  make_shop(folder / "shop.db");
  std::filesystem::copy_file(folder / "shop.db", folder / "backup.db");
  const Instance shop{
      .name = "shop", .engine = "sqlite", .path = folder / "shop.db", .backups = {folder / "backup.db"}};
  for (const Tier tier : {Tier::daily, Tier::weekly, Tier::monthly, Tier::yearly}) {
    const Examination examination = inspect(shop, tier);
    EXPECT_THAT(findings(examination), IsEmpty()) << to_text(tier);
    for (const Entry& entry : examination.entries) {
      // Neither the room of the test's disk nor the journal mode of other connections is the shop's; it has no log.
      const std::string& id = entry.check->id;
      const bool outside = id == "sq.run.disk" || id == "sq.cfg.journal" || id == "sq.log.app";
      EXPECT_TRUE(entry.outcome == Outcome::ok || outside || entry.reason.starts_with("no earlier inspection")) << id << entry.reason;
    }
  }
}

TEST(SqliteChecks, FindADamagedLeafPage) {
  const Folder folder;
  make_shop(folder / "shop.db");
  overwrite(folder / "shop.db", (leaf_page(bytes_of(folder / "shop.db")) - 1) * kPage, kOnes);
  EXPECT_THAT(findings(inspect(folder / "shop.db", Tier::daily)), ElementsAre("sq.obj.quick critical"));
}

TEST(SqliteChecks, StaySilentAboutAnOverwrittenPageOfTheFreelist) {
  const Folder folder;
  make_shop(folder / "shop.db");
  App(folder / "shop.db").run("DROP TABLE orders");
  const std::string bytes = bytes_of(folder / "shop.db");
  const std::size_t trunk = big_endian(bytes, 32);
  const std::size_t free_leaf = big_endian(bytes, (trunk - 1) * kPage + 8);
  ASSERT_GT(free_leaf, 1U);
  overwrite(folder / "shop.db", (free_leaf - 1) * kPage, kOnes);
  EXPECT_THAT(findings(inspect(folder / "shop.db")), IsEmpty());
}

TEST(SqliteChecks, FindAFileCutByTwoPages) {
  const Folder folder;
  make_shop(folder / "shop.db");
  std::filesystem::resize_file(folder / "shop.db", std::filesystem::file_size(folder / "shop.db") - 2 * kPage);
  const Examination examination = inspect(folder / "shop.db", Tier::daily);
  EXPECT_THAT(findings(examination), Contains("sq.run.header critical"));
  EXPECT_THAT(entry_of(examination, "sq.run.header").evidence.front(), HasSubstr("the header counts"));
}

TEST(SqliteChecks, FindAFileOfRandomBytes) {
  const Folder folder;
  std::string noise;
  for (unsigned i = 0, x = 1; i < 3 * kPage; ++i, x = x * 1103515245 + 12345) noise += static_cast<char>(x >> 16);
  std::ofstream(folder / "shop.db", std::ios::binary) << noise;
  const Examination examination = inspect(folder / "shop.db");
  EXPECT_THAT(findings(examination), Contains("sq.run.header critical"));
  EXPECT_EQ(entry_of(examination, "sq.obj.dup_index").outcome, Outcome::error);
}

TEST(SqliteChecks, FindAFileShorterThanItsHeader) {
  const Folder folder;
  std::ofstream(folder / "shop.db") << "SQLite format 3";
  EXPECT_THAT(findings(inspect(folder / "shop.db")), Contains("sq.run.header critical"));
}

TEST(SqliteChecks, OnlyMentionAnEmptyFileThatNobodySawFull) {
  const Folder folder;
  std::ofstream(folder / "shop.db").flush();
  std::filesystem::permissions(folder / "shop.db", std::filesystem::perms(0644));
  const Examination examination = inspect(folder / "shop.db");
  EXPECT_THAT(findings(examination), ElementsAre("sq.run.empty info"));
  EXPECT_EQ(entry_of(examination, "sq.run.header").outcome, Outcome::skipped);
}

TEST(SqliteChecks, AlarmWhenAFileThatHeldDataIsEmpty) {
  const Folder folder;
  std::ofstream(folder / "shop.db").flush();
  const Past past{{.check = "sq.run.empty", .subject = "x", .value = std::int64_t{8192}}};
  EXPECT_THAT(findings(inspect(folder / "shop.db", Tier::daily, past)), ElementsAre("sq.run.empty critical"));
}

TEST(SqliteChecks, AcceptADatabaseWithoutTables) {
  const Folder folder;
  App(folder / "shop.db").run("PRAGMA user_version = 1");
  std::filesystem::permissions(folder / "shop.db", std::filesystem::perms(0644));
  EXPECT_THAT(findings(inspect(folder / "shop.db")), IsEmpty());
}

TEST(SqliteChecks, FindAnOrphanOfAForeignKey) {
  const Folder folder;
  make_shop(folder / "shop.db");
  App(folder / "shop.db").run("INSERT INTO orders VALUES(9001, 777777, 1), (9002, 888888, 1)");
  const Examination examination = inspect(folder / "shop.db");
  EXPECT_THAT(findings(examination), ElementsAre("sq.obj.fk warning"));
  EXPECT_EQ(entry_of(examination, "sq.obj.fk").subject, "orders -> customer");
  EXPECT_EQ(entry_of(examination, "sq.obj.fk").value, SqlValue(std::int64_t{2}));
}

TEST(SqliteChecks, FindARowThatViolatesACheckConstraint) {
  const Folder folder;
  make_shop(folder / "shop.db");
  App(folder / "shop.db").run("PRAGMA ignore_check_constraints = ON; INSERT INTO orders VALUES(9001, 1, -5)");
  EXPECT_THAT(findings(inspect(folder / "shop.db")),
              ElementsAre("sq.obj.integrity critical", "sq.obj.quick critical"));
}

TEST(SqliteChecks, FindAnIndexThatDoesNotAgreeWithItsTable) {
  const Folder folder;
  make_shop(folder / "shop.db");
  App(folder / "shop.db").run(
      "PRAGMA writable_schema = ON;"
      "UPDATE sqlite_schema SET sql = 'CREATE INDEX orders_customer ON orders(amount)' WHERE name = 'orders_customer'");
  EXPECT_THAT(findings(inspect(folder / "shop.db")), Contains("sq.obj.integrity critical"));
}

TEST(SqliteChecks, FindDuplicateIndexes) {
  const Folder folder;
  make_shop(folder / "shop.db");
  App(folder / "shop.db")
      .run("CREATE INDEX again ON orders(customer);"
           "CREATE INDEX part_a ON orders(amount) WHERE amount > 5; CREATE INDEX part_b ON orders(amount) WHERE amount > 5;"
           "CREATE INDEX lower_a ON customer(lower(name)); CREATE INDEX lower_b ON customer(lower(name))");
  const Examination examination = inspect(folder / "shop.db");
  EXPECT_THAT(findings(examination),
              ElementsAre("sq.obj.dup_index warning", "sq.obj.dup_index warning", "sq.obj.dup_index warning"));
}

TEST(SqliteChecks, TellIndexesThatOnlyLookAlikeApart) {
  const Folder folder;
  make_shop(folder / "shop.db");
  App(folder / "shop.db")
      .run("CREATE INDEX falling ON orders(customer DESC); CREATE INDEX nocase ON customer(name COLLATE NOCASE);"
           "CREATE INDEX plain ON customer(name); CREATE INDEX part_a ON orders(amount) WHERE amount > 5;"
           "CREATE INDEX part_b ON orders(amount) WHERE amount > 6; CREATE INDEX whole ON orders(amount);"
           "CREATE INDEX two ON orders(customer, amount)");
  // orders_customer is only the beginning of the last one.
  EXPECT_THAT(findings(inspect(folder / "shop.db")), ElementsAre("sq.obj.redundant info"));
}

TEST(SqliteChecks, KeepTheIndexOfAConstraint) {
  const Folder folder;
  App(folder / "shop.db").run("CREATE TABLE t(a UNIQUE); CREATE INDEX also ON t(a)");
  EXPECT_THAT(entry_of(inspect(folder / "shop.db"), "sq.obj.dup_index").evidence.front(),
              "sqlite_autoindex_t_1 (of a constraint: keep), also");
}

TEST(SqliteChecks, FindALogThatNobodyCheckpoints) {
  const Folder folder;
  make_shop(folder / "shop.db");
  App(folder / "shop.db")
      .keep_log_on_close()
      .run("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = OFF;"
           "CREATE TABLE bulk(b); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 70)"
           " INSERT INTO bulk SELECT zeroblob(1000000) FROM n");
  const Examination examination = inspect(folder / "shop.db", Tier::daily);
  EXPECT_THAT(findings(examination), ElementsAre("sq.run.wal warning"));
  EXPECT_THAT(entry_of(examination, "sq.run.wal").subject, HasSubstr("shop.db-wal"));
}

TEST(SqliteChecks, FindModesThatLetOthersWrite) {
  const Folder folder;
  make_shop(folder / "shop.db");
  ::chmod((folder / "shop.db").c_str(), 0664);
  EXPECT_THAT(findings(inspect(folder / "shop.db")), ElementsAre("sq.sec.mode warning"));
  ::chmod((folder / "shop.db").c_str(), 0666);
  EXPECT_THAT(findings(inspect(folder / "shop.db")), ElementsAre("sq.sec.mode critical"));
}

TEST(SqliteChecks, FindADirectoryThatOthersMayWrite) {
  const Folder folder;
  std::filesystem::create_directory(folder / "open");
  make_shop(folder / "open/shop.db");
  ::chmod((folder / "open").c_str(), 0777);
  const Examination examination = inspect(folder / "open/shop.db");
  EXPECT_THAT(findings(examination), ElementsAre("sq.sec.mode critical"));
  EXPECT_THAT(entry_of(examination, "sq.sec.mode").subject, testing::EndsWith("/open/"));
  ::chmod((folder / "open").c_str(), 01777);
  EXPECT_THAT(findings(inspect(folder / "open/shop.db")), ElementsAre("sq.sec.mode info"));
}

TEST(SqliteChecks, FindASecondHardLink) {
  const Folder folder;
  make_shop(folder / "shop.db");
  std::filesystem::create_hard_link(folder / "shop.db", folder / "other.db");
  EXPECT_THAT(findings(inspect(folder / "shop.db")), ElementsAre("sq.sec.links warning"));
}

/// A writer that dies after it changed pages of the file.
void die_in_transaction(const std::string& path) {
  const Peer writer([&] {
    static App app(path);
    app.run("PRAGMA cache_size = 1; BEGIN; UPDATE customer SET name = name || '!'; UPDATE orders SET amount = 1");
  });
}

TEST(SqliteChecks, FindAHotJournalAndLeaveItAlone) {
  const Folder folder;
  make_shop(folder / "shop.db");
  die_in_transaction(folder / "shop.db");
  const std::string database = bytes_of(folder / "shop.db"), journal = bytes_of(folder / "shop.db-journal");
  ASSERT_FALSE(journal.empty());
  const Examination examination = inspect(folder / "shop.db");
  EXPECT_THAT(findings(examination), ElementsAre("sq.run.hot_journal critical"));
  EXPECT_EQ(entry_of(examination, "sq.obj.quick").outcome, Outcome::skipped);
  EXPECT_EQ(bytes_of(folder / "shop.db"), database);
  EXPECT_EQ(bytes_of(folder / "shop.db-journal"), journal);
}

TEST(SqliteChecks, TakeTheJournalOfALiveWriterForWhatItIs) {
  const Folder folder;
  make_shop(folder / "shop.db");
  const std::string path = folder / "shop.db";
  const Peer writer([&] {
    static App app(path);
    app.run("BEGIN IMMEDIATE; UPDATE orders SET amount = 1 WHERE id = 1");
  });
  ASSERT_TRUE(std::filesystem::exists(path + "-journal"));
  EXPECT_THAT(findings(inspect(path)), ElementsAre("sq.run.writer warning"));
}

TEST(SqliteChecks, TakeAPersistentJournalForFinished) {
  const Folder folder;
  make_shop(folder / "shop.db");
  App(folder / "shop.db").run("PRAGMA journal_mode = PERSIST; UPDATE orders SET amount = 1");
  ASSERT_GT(std::filesystem::file_size(folder / "shop.db-journal"), 0U);
  EXPECT_THAT(findings(inspect(folder / "shop.db")), IsEmpty());
}

TEST(SqliteChecks, SeeThroughALiveWriterInWalMode) {
  const Folder folder;
  make_shop(folder / "shop.db");
  const std::string path = folder / "shop.db";
  const Peer writer([&] {
    static App app(path);
    app.run("PRAGMA journal_mode = WAL; INSERT INTO orders VALUES(9001, 777777, 1);"
            "BEGIN IMMEDIATE; INSERT INTO orders VALUES(9002, 1, 1)");
  });
  // The orphan stands in the log alone: a reader that ignores the log would not see it.
  EXPECT_THAT(findings(inspect(path)), ElementsAre("sq.obj.fk warning", "sq.run.writer warning"));
}

/// The facts of an otherwise healthy file of that size on a disk with that much room.
Entry judge_disk(std::int64_t size, std::int64_t free_bytes, std::int64_t disk_bytes) {
  SqliteFile file;
  file.path = "/shop.db";
  file.size = size;
  file.free_bytes = free_bytes;
  file.disk_bytes = disk_bytes;
  SqlSession facts = SqlSession::in_memory();
  fill_file_facts(facts, file);
  const Check& disk = *select_checks(builtin_checks(), {Tier::daily, {"sq.run.disk"}}).front();
  return judge(disk, facts.query(disk.question.sql, disk.thresholds, {})).front();
}

TEST(SqliteChecks, JudgeTheDiskByShareAndSizeTogether) {
  constexpr std::int64_t kMiB = 1 << 20, kGiB = 1 << 30;
  EXPECT_EQ(judge_disk(kMiB, 50 * kGiB, 100 * kGiB).outcome, Outcome::ok);
  EXPECT_EQ(judge_disk(40 * kGiB, 50 * kGiB, 100 * kGiB).severity, Severity::warning);
  EXPECT_EQ(judge_disk(kMiB, 5 * kGiB, 100 * kGiB).severity, Severity::critical);
  EXPECT_EQ(judge_disk(kMiB, 90 * kGiB, 1000 * kGiB).outcome, Outcome::ok);
}

}  // namespace

}  // namespace rounds
