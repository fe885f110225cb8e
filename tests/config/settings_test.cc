#include "config/settings.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "error.h"

namespace rounds {
namespace {

namespace fs = std::filesystem;

class SettingsOf : public ::testing::Test {
 protected:
  SettingsOf() {
    std::string pattern = (fs::temp_directory_path() / "rounds-settings-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
  }
  ~SettingsOf() override { fs::remove_all(dir_); }

  PathOverrides with_config(const std::string& text) const {
    const fs::path path = dir_ / "config.toml";
    std::ofstream(path) << text;
    ::chmod(path.c_str(), 0644);
    return PathOverrides{.store = "", .jobs_dir = "", .config = path.string()};
  }

  std::string refusal(const std::string& text) const {
    try {
      load_settings(with_config(text));
      return {};
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::config);
      return error.what();
    }
  }

  fs::path dir_;
};

TEST_F(SettingsOf, AnEmptyFileAreTheDefaults) {
  const Settings settings = load_settings(with_config(""));
  EXPECT_EQ(settings.config_file, dir_ / "config.toml");
  EXPECT_EQ(settings.max_parallel, std::nullopt);
  EXPECT_EQ(settings.zone, Zone::host());
}

TEST_F(SettingsOf, AFileAreWhatItSays) {
  const Settings settings = load_settings(with_config("timezone = \"Asia/Tokyo\"\nmax_parallel = 12\nx-note = 1\n"));
  EXPECT_EQ(settings.zone.name(), "Asia/Tokyo");
  EXPECT_EQ(settings.max_parallel, 12);
  EXPECT_EQ(settings.zone_warning, "");
}

TEST_F(SettingsOf, AFileMayHavePoolsAndHooks) {
  const Settings settings =
      load_settings(with_config("pools = { db = 2, default = 16 }\non_failure = { command = \"mail ops\" }\n"));
  EXPECT_EQ(settings.pools, (Pools{{"db", 2}, {"default", 16}}));
  EXPECT_EQ(to_text(settings.hooks.on_failure.value()), "mail ops");
  EXPECT_FALSE(settings.hooks.on_success);
  EXPECT_NE(refusal("pools = { db = 0 }\n").find("\"db\" is 1 to 100000, got 0"), std::string::npos);
  EXPECT_NE(refusal("pools = { \"a b\" = 1 }\n").find("no name of a pool"), std::string::npos);
}

TEST_F(SettingsOf, HistoryAreNinetyDaysAndAHundredRunsUnlessTheFileSaysElse) {
  EXPECT_EQ(load_settings(with_config("")).history.keep, std::chrono::days(90));
  EXPECT_EQ(load_settings(with_config("")).history.runs, 100);
  const Settings settings = load_settings(with_config("history = { keep = \"2w\", runs = 7 }\n"));
  EXPECT_EQ(settings.history.keep, std::chrono::days(14));
  EXPECT_EQ(settings.history.runs, 7);
}

TEST_F(SettingsOf, HistoryAreRefusedWhereTheyAreTooShortOrMisspelt) {
  EXPECT_NE(refusal("history = { keep = \"2h\" }\n").find("\"keep\" is at least 1d"), std::string::npos);
  EXPECT_NE(refusal("history = { keeps = \"2d\" }\n").find("did you mean \"keep\"?"), std::string::npos);
  EXPECT_NE(refusal("history = \"90d\"\n").find("takes a table such as"), std::string::npos);
}

TEST_F(SettingsOf, ABadFileAreRefusedWithAllItsProblems) {
  EXPECT_EQ(
      refusal("timezon = \"UTC\"\nthresholds = 3\nmax_parallel = 0\n"), "unknown key \"timezon\" in config.toml\n  --> " +
                                                                        (dir_ / "config.toml").string() + R"(:1:1
 1 | timezon = "UTC"
   | ^^^^^^^ did you mean "timezone"?
error: "thresholds" takes a table such as { "pg.run.disk" = { warning_percent = 85 } }, got the integer 3
  --> )" + (dir_ / "config.toml").string() + R"(:2:14
 2 | thresholds = 3
   |              ^
error: "max_parallel" is 1 to 100000, got 0
  --> )" + (dir_ / "config.toml").string() + R"(:3:16
 3 | max_parallel = 0
   |                ^)");
}

TEST_F(SettingsOf, AMissingFileAreRefusedOnlyWhenItWasNamed) {
  const PathOverrides overrides{.store = "", .jobs_dir = "", .config = (dir_ / "none.toml").string()};
  EXPECT_THROW(load_settings(overrides), Error);
}

TEST_F(SettingsOf, RelativePathsAreAbsolute) {
  PathOverrides overrides = with_config("");
  overrides.store = "state/../rounds.db";
  overrides.jobs_dir = "some/jobs.d/";
  const Settings settings = load_settings(overrides);
  EXPECT_EQ(settings.store, fs::current_path() / "rounds.db");
  EXPECT_EQ(settings.jobs_dir, fs::current_path() / "some/jobs.d");
  EXPECT_EQ(settings.targets_dir, fs::current_path() / "some/targets.d");
}

TEST_F(SettingsOf, RootLieInTheSystemsFolders) {
  if (::geteuid() != 0) GTEST_SKIP() << "not root";
  const Settings settings = load_settings(with_config(""));
  EXPECT_EQ(settings.jobs_dir, "/etc/rounds/jobs.d");
  EXPECT_EQ(settings.targets_dir, "/etc/rounds/targets.d");
  EXPECT_EQ(settings.store, "/var/lib/rounds/rounds.db");
}

TEST_F(SettingsOf, UsersLieInTheirOwnFolders) {
  // A user of his own, so that this is tried also where the suite runs as root.
  const fs::path dir = dir_;
  ::chmod(dir.c_str(), 0755);
  EXPECT_EXIT(
      {
        if (::geteuid() == 0 && ::seteuid(65534) != 0) std::_Exit(2);
        ::setenv("XDG_CONFIG_HOME", (dir / "conf").c_str(), 1);
        ::setenv("XDG_STATE_HOME", "not/absolute", 1);
        ::setenv("HOME", dir.c_str(), 1);
        const Settings settings = load_settings({});
        const bool right = settings.config_file == dir / "conf/rounds/config.toml" &&
                           settings.jobs_dir == dir / "conf/rounds/jobs.d" &&
                           settings.store == dir / ".local/state/rounds/rounds.db";
        std::_Exit(right ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace rounds
