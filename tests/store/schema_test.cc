#include "store/schema.h"

#include <fstream>
#include <iterator>

#include "store/fixture.h"

namespace rounds {
namespace {

using namespace std::chrono_literals;

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_F(StoreTest, BringsAnEmptyFileToTheNewestSchema) {
  Store store = open();
  EXPECT_EQ(store.db().value<int>("PRAGMA user_version"), static_cast<int>(migrations().size()));
  EXPECT_EQ(known_schema_version(store.db(), "x"), static_cast<int>(migrations().size()));
}

TEST_F(StoreTest, HasOnlyStrictTables) {
  Store store = open();
  EXPECT_EQ(store.db().value<std::string>(
                "SELECT group_concat(name) FROM pragma_table_list "
                "WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'"),
            std::nullopt);
}

TEST_F(StoreTest, MigratesOnlyWhatIsMissing) {
  constexpr Migration first = [](Sqlite& db) { db.exec("CREATE TABLE a (x); PRAGMA user_version = 1"); };
  constexpr Migration second = [](Sqlite& db) { db.exec("ALTER TABLE a ADD COLUMN y; PRAGMA user_version = 2"); };
  const Migration both[] = {first, second};
  Sqlite db = Sqlite::open(dir_ / "a.db", Sqlite::Mode::create);
  migrate(db, "a.db", std::span(both, 1));
  db.run("INSERT INTO a (x) VALUES (1)");
  migrate(db, "a.db", both);
  migrate(db, "a.db", both);
  EXPECT_EQ(db.value<int>("SELECT x FROM a WHERE y IS NULL"), 1);
  EXPECT_EQ(db.value<int>("PRAGMA user_version"), 2);
}

TEST_F(StoreTest, KeepsTheOldSchemaWhenAMigrationIsKilledHalfWay) {
  const Migration steps[] = {
      [](Sqlite& db) { db.exec("CREATE TABLE a (x); PRAGMA user_version = 1"); },
      [](Sqlite& db) {
        db.exec("ALTER TABLE a ADD COLUMN y; PRAGMA user_version = 2");
        _exit(9);
      },
  };
  {
    Sqlite db = Sqlite::open(dir_ / "a.db", Sqlite::Mode::create);
    db.exec("PRAGMA journal_mode = WAL");
    migrate(db, "a.db", std::span(steps, 1));
  }
  EXPECT_EQ(end_of(in_child([&] {
              Sqlite child = Sqlite::open(dir_ / "a.db", Sqlite::Mode::write);
              migrate(child, "a.db", steps);
            })),
            9);
  Sqlite db = Sqlite::open(dir_ / "a.db", Sqlite::Mode::write);
  EXPECT_EQ(db.value<int>("PRAGMA user_version"), 1);
  EXPECT_EQ(db.value<int>("SELECT COUNT(*) FROM pragma_table_info('a')"), 1);
  EXPECT_EQ(db.value<std::string>("PRAGMA integrity_check"), "ok");
}

TEST_F(StoreTest, UndoesAMigrationThatFails) {
  const Migration steps[] = {[](Sqlite& db) { db.exec("CREATE TABLE a (x); SELECT nonsense"); }};
  Sqlite db = Sqlite::open(dir_ / "a.db", Sqlite::Mode::create);
  EXPECT_THROW(migrate(db, "a.db", steps), Error);
  EXPECT_EQ(db.value<int>("SELECT COUNT(*) FROM sqlite_schema"), 0);
}

TEST_F(StoreTest, RefusesANewerSchemaAndLeavesItUntouched) {
  {
    Store store = open();
    store.write([&] { store.db().exec("PRAGMA user_version = 99"); });
    ASSERT_TRUE(store.checkpoint());
  }
  const std::string before = bytes_of(file());
  std::string message;
  EXPECT_EQ(fault_of([&] { open(); }, &message), Fault::bad_data);
  EXPECT_NE(message.find("upgrade rounds"), std::string::npos) << message;
  EXPECT_EQ(fault_of([&] { Store::open_read_only(file()); }), Fault::bad_data);
  EXPECT_EQ(bytes_of(file()), before);
  EXPECT_EQ(std::filesystem::file_size(file().string() + "-wal"), 0u);
}

TEST_F(StoreTest, RefusesADatabaseOfSomebodyElse) {
  std::filesystem::create_directory(file().parent_path());
  Sqlite::open(file(), Sqlite::Mode::create).exec("CREATE TABLE customer (name)");
  const std::string before = bytes_of(file());
  std::string message;
  EXPECT_EQ(fault_of([&] { open(); }, &message), Fault::bad_data);
  EXPECT_NE(message.find("no store of rounds"), std::string::npos) << message;
  EXPECT_EQ(bytes_of(file()), before);
}

}  // namespace
}  // namespace rounds
