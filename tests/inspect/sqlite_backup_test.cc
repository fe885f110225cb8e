// Declared backups of a shop: how old the newest is, and what is in it.
#include <gmock/gmock.h>

#include "seed.h"

namespace rounds {

namespace {

using namespace seed;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A shop and a folder for its backups.
class Backups : public testing::Test {
 protected:
  Backups() { make_shop(folder_ / "shop.db"); }

  std::string copy(const std::string& name) const {
    std::filesystem::copy_file(folder_ / "shop.db", folder_ / name);
    return folder_ / name;
  }
  static void make_old(const std::string& path, std::chrono::hours age) {
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - age);
  }
  Examination inspect_declared() const {
    return inspect(Instance{.name = "shop", .engine = "sqlite", .path = folder_ / "shop.db", .backups = {folder_ / "b-*"}},
                   Tier::daily);
  }
  std::vector<std::string> found() const { return findings(inspect_declared()); }
  std::string evidence_of(const std::string& id) const { return entry_of(inspect_declared(), id).evidence.at(0); }

  Folder folder_;
};

TEST_F(Backups, ThatAreNotDeclaredAreWorthALine) {
  const Examination examination = inspect(folder_ / "shop.db");
  EXPECT_EQ(entry_of(examination, "sq.bak.age").severity, Severity::info);
  EXPECT_EQ(entry_of(examination, "sq.bak.valid").outcome, Outcome::skipped);
  EXPECT_THAT(entry_of(examination, "sq.bak.valid").reason, HasSubstr("no backups are declared"));
}

TEST_F(Backups, ThatAreFreshAndWholeAreFine) {
  copy("b-1.db");
  EXPECT_THAT(found(), IsEmpty());
  EXPECT_EQ(entry_of(inspect_declared(), "sq.bak.valid").outcome, Outcome::ok);
  EXPECT_EQ(entry_of(inspect_declared(), "sq.bak.valid").value, SqlValue(std::int64_t{6000}));
}

TEST_F(Backups, AreJudgedByTheirNewest) {
  make_old(copy("b-1.db"), std::chrono::hours(27));
  EXPECT_THAT(found(), ElementsAre("sq.bak.age warning"));
  make_old(folder_ / "b-1.db", std::chrono::hours(51));
  EXPECT_THAT(found(), ElementsAre("sq.bak.age critical"));
  EXPECT_THAT(evidence_of("sq.bak.age"), HasSubstr("b-1.db, 51.0 hours old"));
  copy("b-2.db");
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(Backups, ThatAreNotThereAreMissed) {
  EXPECT_THAT(found(), ElementsAre("sq.bak.age critical"));
  EXPECT_EQ(entry_of(inspect_declared(), "sq.bak.valid").outcome, Outcome::skipped);
}

TEST_F(Backups, ThatAreEmptyAreNone) {
  make_old(copy("b-1.db"), std::chrono::hours(30));
  std::ofstream(folder_ / "b-2.db").flush();
  EXPECT_THAT(found(), ElementsAre("sq.bak.age warning", "sq.bak.valid critical"));
  EXPECT_THAT(evidence_of("sq.bak.valid"), HasSubstr("b-2.db is empty"));
}

TEST_F(Backups, ThatAreDamagedAreFound) {
  copy("b-1.db");
  std::filesystem::resize_file(folder_ / "b-1.db", std::filesystem::file_size(folder_ / "b-1.db") / 2);
  EXPECT_THAT(found(), ElementsAre("sq.bak.valid critical"));
}

TEST_F(Backups, ThatHaveFarFewerRowsAreOfSomethingElse) {
  copy("b-1.db");
  App(folder_ / "b-1.db").run("DELETE FROM orders; DELETE FROM customer WHERE id > 100");
  EXPECT_THAT(found(), ElementsAre("sq.bak.valid critical"));
  EXPECT_THAT(evidence_of("sq.bak.valid"), HasSubstr("has 100 of 6000 rows"));
}

TEST_F(Backups, OfAnotherKindAreNotCalledGood) {
  std::ofstream(folder_ / "b-1.db.gpg") << "\x85\x02 and so on";
  EXPECT_THAT(found(), ElementsAre("sq.bak.valid warning"));
}

TEST_F(Backups, ThatWereCutShortWhenCompressedAreFound) {
  std::ofstream(folder_ / "b-1.db.gz") << "\x1f\x8b\x08 and so on";
  EXPECT_THAT(found(), ElementsAre("sq.bak.valid critical"));
}

TEST_F(Backups, AreNotTheDatabaseItself) {
  const Instance shop{.name = "shop", .engine = "sqlite", .path = folder_ / "shop.db", .backups = {folder_ / "*.db"}};
  EXPECT_EQ(entry_of(inspect(shop, Tier::daily), "sq.bak.age").severity, Severity::critical);
  copy("b-1.db");
  EXPECT_EQ(entry_of(inspect(shop, Tier::daily), "sq.bak.age").outcome, Outcome::ok);
}

TEST_F(Backups, MayBeDumps) {
  std::ofstream(folder_ / "b-1.sql") << "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCOMMIT;\n";
  EXPECT_THAT(found(), IsEmpty());
  EXPECT_EQ(entry_of(inspect_declared(), "sq.bak.valid").outcome, Outcome::ok);
  std::ofstream(folder_ / "b-1.sql") << "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n";
  EXPECT_THAT(found(), ElementsAre("sq.bak.valid critical"));
}

TEST_F(Backups, WithALogBesideThemAreLeftAlone) {
  App(folder_ / "shop.db").keep_log_on_close().run("PRAGMA journal_mode = WAL; UPDATE orders SET amount = 2");
  copy("b-1.db");
  std::filesystem::copy_file(folder_ / "shop.db-wal", folder_ / "b-1.db-wal");
  EXPECT_EQ(entry_of(inspect_declared(), "sq.bak.valid").outcome, Outcome::skipped);
}

TEST_F(Backups, AreLookedIntoWithoutATrace) {
  App(folder_ / "shop.db").run("PRAGMA journal_mode = WAL");
  copy("b-1.db");
  const std::string before = bytes_of(folder_ / "b-1.db");
  EXPECT_EQ(entry_of(inspect_declared(), "sq.bak.valid").outcome, Outcome::ok);
  EXPECT_EQ(bytes_of(folder_ / "b-1.db"), before);
  for (const char* beside : {"b-1.db-wal", "b-1.db-shm", "b-1.db-journal"}) {
    EXPECT_FALSE(std::filesystem::exists(folder_ / beside)) << beside;
  }
}

TEST_F(Backups, MayHaveNamesThatMeanSomethingInAUri) {
  copy("b-1?mode=rw&x#y%41.db");
  EXPECT_EQ(entry_of(inspect_declared(), "sq.bak.valid").outcome, Outcome::ok);
}

}  // namespace

}  // namespace rounds
