#include "sys/sqlite.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "error.h"

namespace rounds {
namespace {

using namespace std::chrono_literals;

class SqliteFile : public testing::Test {
 protected:
  SqliteFile() {
    std::string name = std::filesystem::temp_directory_path() / "rounds-sqlite-XXXXXX";
    dir_ = mkdtemp(name.data());
  }
  ~SqliteFile() override { std::filesystem::remove_all(dir_); }

  std::string file(const std::string& name = "a.db") const { return dir_ / name; }
  Sqlite open(Sqlite::Mode mode = Sqlite::Mode::create) const { return Sqlite::open(file(), mode); }

  std::filesystem::path dir_;
};

template <typename Body>
Fault fault_of(Body body) {
  try {
    body();
  } catch (const Error& error) {
    return error.fault();
  }
  ADD_FAILURE() << "no error";
  return Fault::internal;
}

TEST_F(SqliteFile, CarriesEveryTypeThereAndBack) {
  Sqlite db = open();
  db.exec("CREATE TABLE t (a, b, c, d, e, f, g, h, i, j)");
  const Due due{1'900'000'000s};
  const Instant instant{1'900'000'000'123ms};
  const std::string text = std::string("a\0b", 3) + "\xff";
  db.run("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", std::int64_t{-5}, 7, true, std::uint64_t{1} << 63, text,
         Blob{"\x01\x02"}, due, instant, std::optional<int>(), std::optional<Due>(due));

  Statement row = db.query("SELECT a, b, c, d, e, f, g, h, i, j FROM t");
  ASSERT_TRUE(row.step());
  std::int64_t a = 0;
  int b = 0;
  bool c = false;
  std::uint64_t d = 0;
  std::string e, f;
  Due g{};
  Instant h{};
  std::optional<int> i = 3;
  std::optional<Due> j;
  row.read(a, b, c, d, e, f, g, h, i, j);
  EXPECT_EQ(a, -5);
  EXPECT_EQ(b, 7);
  EXPECT_TRUE(c);
  EXPECT_EQ(d, std::uint64_t{1} << 63);
  EXPECT_EQ(e, text);
  EXPECT_EQ(f, "\x01\x02");
  EXPECT_EQ(g, due);
  EXPECT_EQ(h, instant);
  EXPECT_EQ(i, std::nullopt);
  EXPECT_EQ(j, due);
  EXPECT_FALSE(row.step());
}

TEST_F(SqliteFile, BindsTextAsTextAndAPointerToCharactersNotAsABool) {
  Sqlite db = open();
  EXPECT_EQ(db.value<std::string>("SELECT typeof(?)", "x"), "text");
  EXPECT_EQ(db.value<std::string>("SELECT typeof(?)", std::string_view()), "text");
  EXPECT_EQ(db.value<std::string>("SELECT typeof(?)", Blob{}), "blob");
  EXPECT_EQ(db.value<std::string>("SELECT typeof(?)", std::nullopt), "null");
}

TEST_F(SqliteFile, TellsNoRowAndNullAsNothing) {
  Sqlite db = open();
  EXPECT_EQ(db.value<int>("SELECT 1 WHERE 0"), std::nullopt);
  EXPECT_EQ(db.value<int>("SELECT NULL"), std::nullopt);
  EXPECT_EQ(db.value<int>("SELECT 0"), 0);
}

TEST_F(SqliteFile, ReportsHowManyRowsChangedAndTheNewId) {
  Sqlite db = open();
  db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, a)");
  EXPECT_EQ(db.run("INSERT INTO t (id, a) VALUES (7, 1), (8, 1)"), 2);
  EXPECT_EQ(db.last_insert_id(), 8);
  EXPECT_EQ(db.run("UPDATE t SET a = 2 WHERE id = ?", 99), 0);
}

TEST_F(SqliteFile, UsesOneLiteralTwiceAtOnce) {
  Sqlite db = open();
  const auto numbers = [&db] { return db.query("SELECT value FROM json_each('[1,2]') ORDER BY value"); };
  Statement outer = numbers();
  int sum = 0;
  while (outer.step()) {
    Statement inner = numbers();
    while (inner.step()) sum += static_cast<int>(outer.integer_at(0) * inner.integer_at(0));
  }
  EXPECT_EQ(sum, 9);
}

TEST_F(SqliteFile, HoldsNoReadLockAfterAnExceptionPassedAStatement) {
  Sqlite db = open();
  db.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
  try {
    Statement row = db.query("SELECT a FROM t ORDER BY a");
    row.step();
    throw std::runtime_error("half-way");
  } catch (const std::runtime_error&) {
  }
  Sqlite other = open();
  EXPECT_EQ(other.run("DELETE FROM t"), 2);  // a held read lock would make it fail: this file is not in WAL mode
}

TEST_F(SqliteFile, GivesUpBeginningWhileAnotherWrites) {
  Sqlite db = open();
  Sqlite other = open();
  {
    const auto writing = db.try_begin(0ms);
    ASSERT_TRUE(writing);
    EXPECT_FALSE(other.try_begin(0ms));
  }
  EXPECT_TRUE(other.try_begin(0ms));
}

TEST_F(SqliteFile, RollsBackWhatWasNotCommitted) {
  Sqlite db = open();
  db.exec("CREATE TABLE t (a)");
  {
    const auto undone = db.try_begin(0ms);
    db.run("INSERT INTO t VALUES (1)");
  }
  auto kept = db.try_begin(0ms);
  db.run("INSERT INTO t VALUES (2)");
  kept->commit();
  EXPECT_EQ(db.value<std::string>("SELECT group_concat(a) FROM t"), "2");
}

TEST_F(SqliteFile, RefusesAFileThatIsNoDatabaseNamingIt) {
  std::ofstream(file()) << std::string(4096, 'x');
  try {
    open().value<int>("PRAGMA user_version");
    FAIL() << "opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::bad_data);
    EXPECT_EQ(std::string(error.what()).rfind(file(), 0), 0u) << error.what();
  }
}

TEST_F(SqliteFile, OpensForReadingAloneWhatMustExist) {
  EXPECT_EQ(fault_of([&] { open(Sqlite::Mode::read_only); }), Fault::permission);
  EXPECT_FALSE(std::filesystem::exists(file()));
  open().exec("CREATE TABLE t (a)");
  Sqlite db = open(Sqlite::Mode::read_only);
  EXPECT_EQ(fault_of([&] { db.exec("INSERT INTO t VALUES (1)"); }), Fault::permission);
}

TEST_F(SqliteFile, TakesAnyCharacterInAFileName) {
  const std::string odd = file("a?b#c%20d.db");
  Sqlite::open(odd, Sqlite::Mode::create).exec("CREATE TABLE t (a)");
  EXPECT_TRUE(std::filesystem::exists(odd));
}

TEST_F(SqliteFile, CallsAFullDatabaseTemporary) {
  Sqlite db = open();
  db.exec("PRAGMA max_page_count = 2; CREATE TABLE t (a)");
  EXPECT_EQ(fault_of([&] { db.run("INSERT INTO t VALUES (zeroblob(100000))"); }), Fault::temporary);
}

TEST_F(SqliteFile, NeverCheckpointsByItself) {
  {
    Sqlite db = open();
    db.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (a)");
    for (int i = 0; i < 300; ++i) db.run("INSERT INTO t VALUES (zeroblob(20000))");  // over 1,000 pages
  }
  EXPECT_GT(std::filesystem::file_size(file() + "-wal"), 1'000'000u);
  EXPECT_LT(std::filesystem::file_size(file()), 20'000u);
}

}  // namespace
}  // namespace rounds
