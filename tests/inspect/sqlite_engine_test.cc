#include "inspect/sqlite_engine.h"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <random>
#include <set>

#include "seed.h"

namespace rounds {

namespace {

using namespace seed;
using testing::HasSubstr;
using testing::IsEmpty;

Connection connect(const std::string& path) { return SqliteEngine({.name = "shop", .path = path}).connect(); }

TEST(SqliteEngine, DoesNotReachWhatIsNotThere) {
  const Folder folder;
  EXPECT_EQ(connect(folder / "none.db").state, Connection::State::unreachable);
  EXPECT_THAT(connect(folder / "none.db").reason, HasSubstr("No such file"));
  EXPECT_FALSE(std::filesystem::exists(folder / "none.db"));
}

TEST(SqliteEngine, DoesNotReachADirectoryOrAPipe) {
  const Folder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(connect(folder / "").reason, HasSubstr("is a directory"));
  EXPECT_THAT(connect(folder / "pipe").reason, HasSubstr("not a regular file"));
}

TEST(SqliteEngine, FollowsALinkToTheJournalsOfTheRealFile) {
  const Folder folder;
  std::filesystem::create_directory(folder / "real");
  make_shop(folder / "real/shop.db");
  std::ofstream(folder / "real/shop.db-wal") << std::string(100, 'x');
  std::filesystem::create_symlink(folder / "real/shop.db", folder / "link.db");
  EXPECT_EQ(entry_of(inspect(folder / "link.db"), "sq.run.wal").value, SqlValue(std::int64_t{100}));
}

TEST(SqliteEngine, NeverWrites) {
  const Folder folder;
  make_shop(folder / "shop.db");
  SqliteEngine engine({.name = "shop", .path = folder / "shop.db"});
  ASSERT_EQ(engine.connect().state, Connection::State::open);
  const std::string before = bytes_of(folder / "shop.db");
  for (const char* sql : {"CREATE TABLE x(a)", "DELETE FROM orders", "VACUUM", "PRAGMA user_version = 7",
                          "PRAGMA journal_mode = WAL", "PRAGMA query_only = OFF", "INSERT INTO orders VALUES(-1, 1, 1)"}) {
    engine.query(sql, {}, {});
  }
  EXPECT_EQ(bytes_of(folder / "shop.db"), before);
  EXPECT_FALSE(std::filesystem::exists(folder / "shop.db-journal"));
}

TEST(SqliteEngine, NeitherCheckpointsNorShortensTheLog) {
  const Folder folder;
  make_shop(folder / "shop.db");
  App(folder / "shop.db").keep_log_on_close().run("PRAGMA journal_mode = WAL; UPDATE orders SET amount = 2");
  const std::string database = bytes_of(folder / "shop.db"), log = bytes_of(folder / "shop.db-wal");
  ASSERT_FALSE(log.empty());
  EXPECT_THAT(findings(inspect(folder / "shop.db")), IsEmpty());
  EXPECT_EQ(bytes_of(folder / "shop.db"), database);
  EXPECT_EQ(bytes_of(folder / "shop.db-wal"), log);
}

TEST(SqliteEngine, AnswersInTimeWhenTheDatabaseIsLocked) {
  const Folder folder;
  make_shop(folder / "shop.db");
  const std::string path = folder / "shop.db";
  const Peer writer([&] {
    static App app(path);
    app.run("BEGIN EXCLUSIVE");
  });
  const auto start = std::chrono::steady_clock::now();
  const Examination examination = inspect(path);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_TRUE(examination.reached);
  EXPECT_THAT(findings(examination), testing::ElementsAre("sq.run.connect warning", "sq.run.writer warning"));
  EXPECT_EQ(entry_of(examination, "sq.obj.quick").outcome, Outcome::skipped);
  EXPECT_THAT(entry_of(examination, "sq.obj.quick").reason, HasSubstr("locked"));
}

TEST(SqliteEngine, StopsAQueryAtItsLimit) {
  const std::string endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
  SqlSession session = SqlSession::in_memory();
  EXPECT_EQ(session.query(endless, {}, {.time = std::chrono::milliseconds(20)}).status, Answer::Status::timed_out);
  const std::string many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
  const Answer answer = session.query(many, {}, {.rows = 10});
  EXPECT_EQ(answer.rows.size(), 10U);
  EXPECT_TRUE(answer.truncated);
}

TEST(SqliteEngine, LeavesTheFilesOfAClosedWalDatabaseToItsOwner) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can act as somebody else";
  const Folder folder;
  make_shop(folder / "shop.db");
  App(folder / "shop.db").run("PRAGMA journal_mode = WAL");
  std::filesystem::permissions(folder / "", std::filesystem::perms(0777));
  ASSERT_EQ(::seteuid(65534), 0);
  const Connection connection = connect(folder / "shop.db");
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_EQ(connection.state, Connection::State::closed);
  EXPECT_THAT(connection.reason, HasSubstr("WAL"));
  EXPECT_FALSE(std::filesystem::exists(folder / "shop.db-shm"));
}

TEST(SqliteEngine, SkipsChecksOfATargetThatWasNotReached) {
  const Folder folder;
  const Examination examination = inspect(folder / "none.db");
  EXPECT_FALSE(examination.reached);
  EXPECT_THAT(findings(examination), testing::ElementsAre("sq.run.connect critical"));
  for (const Entry& entry : examination.entries) {
    if (entry.check->id != "sq.run.connect") { EXPECT_EQ(entry.outcome, Outcome::skipped) << entry.check->id; }
  }
}

/// Bytes anywhere are others; whatever SQLite makes of that, the inspection ends, in time, with an answer to each check.
TEST(SqliteEngine, OutlivesSpoiltFiles) {
  const Folder folder;
  make_shop(folder / "shop.db");
  const std::string sound = bytes_of(folder / "shop.db");
  std::minstd_rand random(20261122);
  for (int round = 0; round < 40; ++round) {
    std::string spoilt = sound;
    for (int i = 0; i < 1 << (round % 8); ++i) spoilt[random() % spoilt.size()] = static_cast<char>(random());
    if (round % 5 == 0) spoilt.resize(random() % spoilt.size());
    std::ofstream(folder / "spoilt.db", std::ios::binary) << spoilt;
    const auto start = std::chrono::steady_clock::now();
    const Examination examination = inspect(folder / "spoilt.db");
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20)) << round;
    std::set<std::string> answered;
    for (const Entry& entry : examination.entries) answered.insert(entry.check->id);
    EXPECT_EQ(answered.size(), select_checks(builtin_checks(), {Tier::yearly, {"sq.*"}}).size()) << round;
  }
}

}  // namespace

}  // namespace rounds
