#include "time/zone.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>

#include "time/every_zone.h"
#include "time/make.h"

namespace rounds {
namespace {

using make::utc;
using make::zone;

Civil wall(int year, int month, int day, int hour, int minute) {
  return std::chrono::local_days{std::chrono::year{year} / month / day} + std::chrono::hours{hour} +
         std::chrono::minutes{minute};
}

TEST(Zone, LoadsNamesOfTheDatabaseOnly) {
  EXPECT_TRUE(Zone::load("UTC"));
  EXPECT_TRUE(Zone::load("Etc/GMT+5"));
  EXPECT_TRUE(Zone::load("America/Argentina/Buenos_Aires"));
  for (const char* name : {"", "localtime", "/etc/localtime", "/usr/share/zoneinfo/Europe/Berlin",
                           "../zoneinfo/Europe/Berlin", "Europe/../Europe/Berlin", "Europe/Berlinn", "Europe",
                           "libc:localtime", "file:Europe/Berlin", "Fixed/UTC+05:30:00", "right/Europe/Berlin",
                           "posix/Europe/Berlin", "tzdata.zi", "leapseconds", "Europe/Berlin\n"}) {
    EXPECT_FALSE(Zone::load(name)) << name;
    EXPECT_FALSE(Zone::load(name)) << name << ", asked twice";
  }
}

TEST(Zone, ResolvesAWallTimeThatIsSkipped) {
  const Resolved got = zone("America/New_York").resolve(wall(2021, 3, 14, 2, 30));
  EXPECT_EQ(got.kind, Resolved::Kind::gap);
  EXPECT_EQ(got.before, utc("2021-03-14T07:30:00Z"));
  EXPECT_EQ(got.after, utc("2021-03-14T06:30:00Z"));
  EXPECT_EQ(got.transition, utc("2021-03-14T07:00:00Z"));
}

TEST(Zone, ResolvesAWallTimeThatComesTwice) {
  const Resolved got = zone("America/New_York").resolve(wall(2021, 11, 7, 1, 0));
  EXPECT_EQ(got.kind, Resolved::Kind::overlap);
  EXPECT_EQ(got.before, utc("2021-11-07T05:00:00Z"));
  EXPECT_EQ(got.after, utc("2021-11-07T06:00:00Z"));
  EXPECT_EQ(got.transition, utc("2021-11-07T06:00:00Z"));
}

TEST(Zone, ResolvesTheEdgesOfAJumpAsUnique) {
  const Zone new_york = zone("America/New_York");
  for (const Civil edge : {wall(2021, 3, 14, 1, 59), wall(2021, 3, 14, 3, 0), wall(2021, 11, 7, 0, 59),
                           wall(2021, 11, 7, 2, 0), wall(2021, 7, 1, 12, 0)}) {
    const Resolved got = new_york.resolve(edge);
    EXPECT_EQ(got.kind, Resolved::Kind::unique);
    EXPECT_EQ(new_york.local(got.before), edge);
    EXPECT_EQ(got.after, got.before);
    EXPECT_EQ(got.transition, got.before);
  }
}

TEST(Zone, KnowsAWholeDayThatIsMissing) {
  const Zone apia = zone("Pacific/Apia");
  const Resolved got = apia.resolve(wall(2011, 12, 30, 9, 15));
  EXPECT_EQ(got.kind, Resolved::Kind::gap);
  EXPECT_EQ(got.transition, utc("2011-12-30T10:00:00Z"));
  EXPECT_EQ(apia.first_instant(wall(2011, 12, 30, 9, 15)), utc("2011-12-30T10:00:00Z"));
}

TEST(Zone, NamesJumpsButNotChangesOfName) {
  const Zone lord_howe = zone("Australia/Lord_Howe");
  const Transition jump = lord_howe.next_transition(utc("2020-09-01T00:00:00Z")).value();
  EXPECT_EQ(jump.at, utc("2020-10-03T15:30:00Z"));
  EXPECT_EQ(jump.from, wall(2020, 10, 4, 2, 0));
  EXPECT_EQ(jump.to, wall(2020, 10, 4, 2, 30));
  EXPECT_EQ(lord_howe.last_transition(jump.at)->at, jump.at);
  EXPECT_LT(lord_howe.last_transition(jump.at - std::chrono::seconds{1})->at, jump.at);
  for (const Zone& each : every_zone()) {
    for (const Transition& one : jumps_of(each)) ASSERT_NE(one.from, one.to) << each.name();
  }
  EXPECT_FALSE(Zone::utc().next_transition(Due{}));
  EXPECT_FALSE(Zone::utc().last_transition(Due{}));
}

TEST(Zone, GoesOnByItsRuleForEver) {
  const Zone new_york = zone("America/New_York");
  for (const int year : {2099, 2399, 2437, 2438, 2800, 9998}) {
    EXPECT_EQ(new_york.local(new_york.first_instant(wall(year, 7, 1, 12, 0))), wall(year, 7, 1, 12, 0));
    EXPECT_EQ(new_york.first_instant(wall(year, 7, 1, 12, 0)), Due{wall(year, 7, 1, 16, 0).time_since_epoch()}) << year;
    const Due winter{wall(year, 1, 15, 0, 0).time_since_epoch()};
    const Transition spring = new_york.next_transition(winter).value();
    EXPECT_EQ(spring.to - spring.from, std::chrono::hours{1}) << year;
    EXPECT_EQ(new_york.last_transition(spring.at)->at, spring.at);
    EXPECT_LT(spring.at - winter, std::chrono::days{60}) << year;
  }
  EXPECT_FALSE(zone("Asia/Tokyo").next_transition(utc("2000-01-01T00:00:00Z")));
}

TEST(Zone, ShowsTheSameWallAsTheCLibrary) {
  std::mt19937_64 random(1);
  std::uniform_int_distribution<std::int64_t> instants(0, 7258118400);  // 1970 to 2200
  for (const Zone& each : every_zone()) {
    ::setenv("TZ", each.name().c_str(), 1);
    ::tzset();
    for (int i = 0; i < 100; ++i) {
      const std::time_t instant = instants(random);
      std::tm tm{};
      ::localtime_r(&instant, &tm);
      const Due due{std::chrono::seconds{instant}};
      ASSERT_EQ((each.local(due).time_since_epoch() - due.time_since_epoch()).count(), tm.tm_gmtoff)
          << each.name() << " " << instant;
      ASSERT_EQ(each.abbreviation(due), tm.tm_zone) << each.name() << " " << instant;
    }
  }
  ::unsetenv("TZ");
  ::tzset();
}

class EtcFolder : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string folder_ = [] {
    std::string name = testing::TempDir() + "rounds-etc-XXXXXX";
    return std::string(::mkdtemp(name.data()));
  }();
};

TEST_F(EtcFolder, NamesTheZoneByTheLinkBeforeTheText) {
  EXPECT_FALSE(zone_name_in(folder_));
  std::ofstream(folder_ + "/timezone") << "Asia/Tokyo\n";
  EXPECT_EQ(zone_name_in(folder_), "Asia/Tokyo");
  std::filesystem::create_symlink("../usr/share/zoneinfo/Europe/Berlin", folder_ + "/localtime");
  EXPECT_EQ(zone_name_in(folder_), "Europe/Berlin");
}

TEST_F(EtcFolder, WithAnotherKindOfLinkUsesTheText) {
  std::filesystem::create_symlink("/somewhere/else", folder_ + "/localtime");
  EXPECT_FALSE(zone_name_in(folder_));
  std::ofstream(folder_ + "/timezone") << "Asia/Tokyo\n";
  EXPECT_EQ(zone_name_in(folder_), "Asia/Tokyo");
}

TEST(Zone, OfTheHostDoesNotListenToTheEnvironment) {
  const Zone before = Zone::host();
  ::setenv("TZ", "Pacific/Apia", 1);
  std::string warning;
  EXPECT_EQ(Zone::host(&warning), before);
  ::unsetenv("TZ");
}

}  // namespace
}  // namespace rounds
