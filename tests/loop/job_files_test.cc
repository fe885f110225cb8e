#include "loop/job_files.h"

#include <sys/stat.h>

#include <fstream>

#include "loop/looping.h"

namespace rounds {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

std::string job_text(const std::string& name, const std::string& more = "") {
  return "[job." + name + "]\ncommand = \"true\"\ntrigger = { every = \"1h\" }\n" + more;
}

class JobFilesTest : public LoopTest {
 protected:
  std::string path(const std::string& name) const { return settings_.jobs_dir / name; }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
    ::chmod(path(name).c_str(), 0644);
  }
  /// What the loop does so long after the start; true when the store changed.
  bool look(milliseconds later = {}, std::string_view awake_since = kStart) {
    Now now = at(kStart);
    now.wall += later;
    now.boot += later;
    files_.note_changes(now);
    return files_.sync({now, Zone::utc(), make::utc(awake_since)});
  }
  std::string problems_of(const std::string& name) {
    for (const JobFile& file : all_files(store_)) {
      if (file.path == path(name)) return file.problems;
    }
    return "not seen";
  }
  void expect_problem(const std::string& name, const std::string& part) {
    EXPECT_NE(problems_of(name).find(part), std::string::npos) << problems_of(name);
  }

  void insert_waiting_retry(const std::string& job) {
    Run retry{.job_id = stored(job).id, .attempt = 2, .phase = Phase::claimed};
    retry.due = retry.last_due = make::utc(kStart);
    store_.write([&] { insert_run(store_, retry); });
  }
  /// What `rm -r` and `mkdir` do.
  void make_directory_anew() const {
    fs::remove_all(settings_.jobs_dir);
    make_directory(settings_.jobs_dir);
  }
  /// As only its owner may change it, whatever the umask.
  static void make_directory(const fs::path& directory) {
    fs::create_directories(directory);
    ::chmod(directory.c_str(), 0755);
  }

  Settings settings_ = with_directory();
  JobFiles files_{store_, settings_};

 private:
  /// It is there before it is watched.
  Settings with_directory() const {
    Settings settings;
    settings.jobs_dir = dir_.path() / "jobs.d";
    make_directory(settings.jobs_dir);
    return settings;
  }
};

TEST_F(JobFilesTest, LoadsWhatIsThereAndWhatComes) {
  write("a.toml", job_text("a"));
  EXPECT_TRUE(look());
  write("b.toml", job_text("b") + job_text("c"));
  EXPECT_TRUE(look());
  EXPECT_EQ(job_names(store_), (Texts{"a", "b", "c"}));
  EXPECT_EQ(to_text(stored("c").source), path("b.toml") + ":4");
  EXPECT_EQ(next_due_of("a"), "2026-03-01T13:00:00Z");
  EXPECT_FALSE(look());
}

TEST_F(JobFilesTest, TakesInAFileAgainOnlyWhenItsContentChanged) {
  write("a.toml", job_text("a"));
  look();
  write("a.toml", job_text("a"));
  EXPECT_FALSE(look());
  files_.note_all();
  EXPECT_FALSE(look());
  write("a.toml", job_text("a", "timeout = \"5s\"\n"));
  EXPECT_TRUE(look());
  EXPECT_EQ(stored("a").job.timeout, std::chrono::seconds(5));
}

TEST_F(JobFilesTest, RemovesWhatAFileNoLongerSays) {
  write("a.toml", job_text("a") + job_text("b"));
  look();
  write("a.toml", job_text("b"));
  EXPECT_TRUE(look());
  EXPECT_EQ(job_names(store_), (Texts{"b"}));
  EXPECT_EQ(stored("a").state(), JobState::removed);
}

TEST_F(JobFilesTest, KeepsTheJobsOfABrokenFileAsStale) {
  write("a.toml", job_text("a"));
  look();
  write("a.toml", "[job.a\n");
  EXPECT_TRUE(look());
  EXPECT_EQ(stored("a").state(), JobState::stale);
  EXPECT_EQ(next_due_of("a"), "2026-03-01T13:00:00Z");
  expect_problem("a.toml", "error: ");
  EXPECT_FALSE(look()) << "said once";
}

TEST_F(JobFilesTest, ClearsStaleWhenTheFileIsAsBefore) {
  write("a.toml", job_text("a"));
  look();
  write("a.toml", "[job.a\n");
  look();
  write("a.toml", job_text("a"));
  EXPECT_TRUE(look());
  EXPECT_EQ(stored("a").state(), JobState::active);
  EXPECT_EQ(problems_of("a.toml"), "");
}

TEST_F(JobFilesTest, BlamesNoFileForAFailingStore) {
  store_.db().exec("CREATE TEMP TRIGGER full BEFORE INSERT ON job BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  write("a.toml", job_text("a"));
  EXPECT_THROW(look(), Error);
  EXPECT_EQ(problems_of("a.toml"), "not seen");
  store_.db().exec("DROP TRIGGER full");
  EXPECT_TRUE(look()) << "it is still noted";
  EXPECT_EQ(stored("a").state(), JobState::active);
}

TEST_F(JobFilesTest, BelievesThatAFileHasGoneALittleLater) {
  write("a.toml", job_text("a"));
  look();
  fs::remove(path("a.toml"));
  EXPECT_FALSE(look());
  EXPECT_EQ(files_.next_look(), at(kStart).boot + milliseconds(30));
  EXPECT_FALSE(look(milliseconds(29)));
  EXPECT_EQ(stored("a").state(), JobState::active);
  EXPECT_TRUE(look(milliseconds(30)));
  EXPECT_EQ(stored("a").state(), JobState::removed);
  EXPECT_EQ(files_.next_look(), std::nullopt);
}

TEST_F(JobFilesTest, CancelsWhatWaitsOfAJobThatHasGone) {
  write("a.toml", job_text("a"));
  look();
  insert_waiting_retry("a");
  fs::remove(path("a.toml"));
  look();
  look(milliseconds(30));
  EXPECT_EQ(ledger(), (Texts{"cancelled(removed) 2026-03-01T12:00:00Z"}));
}

TEST_F(JobFilesTest, AccountsForWhatWasDueOfAJobThatHasGone) {
  write("a.toml", job_text("a") + job_text("b"));
  look();
  write("a.toml", job_text("b"));
  look(std::chrono::hours(3), "2026-03-01T14:30:00Z");
  fs::remove(path("a.toml"));
  look(std::chrono::hours(3));
  look(std::chrono::hours(3) + milliseconds(30));
  EXPECT_EQ(ledger(), (Texts{"missed(down) 2026-03-01T13:00:00Z..2026-03-01T14:00:00Z x2",
                             "cancelled(removed) 2026-03-01T15:00:00Z",
                             "cancelled(removed) 2026-03-01T13:00:00Z..2026-03-01T15:00:00Z x3"}));
}

TEST_F(JobFilesTest, SeesThroughTheSwapsOfEditors) {
  write("a.toml", job_text("a"));
  look();
  fs::rename(path("a.toml"), path("a.toml~"));
  look();
  write(".a.new", job_text("a", "priority = 3\n"));
  fs::rename(path(".a.new"), path("a.toml"));
  EXPECT_TRUE(look(milliseconds(20)));
  EXPECT_EQ(stored("a").job.priority, 3);
  EXPECT_FALSE(look(milliseconds(60)));
  EXPECT_EQ(stored("a").state(), JobState::active);
}

TEST_F(JobFilesTest, WaitsForTheWriterOfAFileThatWasOnlyCreated) {
  look();  // the first look takes in all there is
  std::ofstream half(path("a.toml"));
  half << "[job.a]\ncomm" << std::flush;
  EXPECT_FALSE(look());
  half << "and = \"true\"\ntrigger = { every = \"1h\" }\n" << std::flush;
  half.close();
  EXPECT_TRUE(look(milliseconds(1)));
  EXPECT_EQ(problems_of("a.toml"), "");
}

TEST_F(JobFilesTest, WaitsForASlowWriter) {
  look();
  std::ofstream half(path("a.toml"));
  half << job_text("a") << std::flush;
  EXPECT_FALSE(look(milliseconds(500))) << "what is there could be all, and is not";
  half << job_text("b");
  half.close();
  EXPECT_TRUE(look(milliseconds(1)));
  EXPECT_EQ(stored("b").state(), JobState::active);
}

TEST_F(JobFilesTest, RemovesNothingWhenTheDirectoryHasGone) {
  write("a.toml", job_text("a"));
  look();
  fs::remove_all(settings_.jobs_dir);
  EXPECT_FALSE(look());
  EXPECT_FALSE(look(milliseconds(1000)));
  EXPECT_EQ(stored("a").state(), JobState::active);
}

TEST_F(JobFilesTest, WatchesADirectoryThatComesBack) {
  write("a.toml", job_text("a"));
  look();
  fs::rename(settings_.jobs_dir, dir_.path() / "away");
  look();
  fs::rename(dir_.path() / "away", settings_.jobs_dir);
  EXPECT_FALSE(look(milliseconds(1000)));
  EXPECT_EQ(stored("a").state(), JobState::active);
  write("b.toml", job_text("b"));
  EXPECT_TRUE(look(milliseconds(1001)));
  EXPECT_EQ(stored("b").state(), JobState::active);
}

TEST_F(JobFilesTest, KeepsTheJobsOfADirectoryThatIsMadeAnewUntilItMayBeFilledAgain) {
  write("a.toml", job_text("a"));
  look();
  insert_waiting_retry("a");
  make_directory_anew();
  EXPECT_FALSE(look());
  EXPECT_FALSE(look(milliseconds(500))) << "whoever fills it takes longer than an editor";
  write("a.toml", job_text("a"));
  look(milliseconds(900));
  EXPECT_FALSE(look(milliseconds(2000)));
  EXPECT_EQ(stored("a").state(), JobState::active);
  EXPECT_EQ(ledger(), (Texts{"claimed 2026-03-01T12:00:00Z #2"}));
}

TEST_F(JobFilesTest, RemovesTheJobsOfADirectoryThatIsMadeAnewAndStaysEmpty) {
  write("a.toml", job_text("a"));
  look();
  make_directory_anew();
  look();
  EXPECT_EQ(files_.next_look(), at(kStart).boot + milliseconds(1000));
  EXPECT_TRUE(look(milliseconds(1000)));
  EXPECT_EQ(stored("a").state(), JobState::removed);
}

TEST_F(JobFilesTest, TakesFilesThatVanishOneAfterTheOtherAsOneEvent) {
  write("a.toml", job_text("a"));
  write("b.toml", job_text("b"));
  look();
  fs::remove(path("a.toml"));
  look();
  fs::remove(path("b.toml"));
  EXPECT_FALSE(look(milliseconds(20)));
  EXPECT_FALSE(look(milliseconds(40)));
  EXPECT_TRUE(look(milliseconds(50)));
  EXPECT_EQ(job_names(store_), Texts{});
}

TEST_F(JobFilesTest, GivesAFileThatIsNotFoundAMomentToo) {
  write("a.toml", job_text("a"));
  look();
  fs::remove(path("a.toml"));
  files_.note_all();
  EXPECT_FALSE(files_.sync({at(kStart), Zone::utc(), make::utc(kStart)})) << "the watch has not told it yet";
  EXPECT_EQ(files_.next_look(), at(kStart).boot + milliseconds(30));
  EXPECT_EQ(stored("a").state(), JobState::active);
}

TEST_F(JobFilesTest, RemovesAtOnceWhatWentBeforeTheFirstLook) {
  write("a.toml", job_text("a"));
  look();
  fs::remove(path("a.toml"));
  JobFiles later(store_, settings_);
  EXPECT_TRUE(later.sync({at(kStart), Zone::utc(), make::utc(kStart)}));
  EXPECT_EQ(stored("a").state(), JobState::removed);
}

TEST_F(JobFilesTest, WaitsForADirectoryWhoseParentsAreMissing) {
  settings_.jobs_dir = dir_.path() / "etc" / "rounds" / "jobs.d";
  JobFiles files(store_, settings_);
  const auto sync = [&] {
    files.note_changes(at(kStart));
    return files.sync({at(kStart), Zone::utc(), make::utc(kStart)});
  };
  EXPECT_FALSE(sync());
  fs::create_directory(dir_.path() / "etc");
  EXPECT_FALSE(sync());
  make_directory(settings_.jobs_dir);
  EXPECT_FALSE(sync());
  write("a.toml", job_text("a"));
  EXPECT_TRUE(sync());
  EXPECT_EQ(job_names(store_), (Texts{"a"}));
}

TEST_F(JobFilesTest, RemovesNothingAtOnceWhenTheDirectoryComesLate) {
  write("a.toml", job_text("a"));
  look();
  fs::remove_all(settings_.jobs_dir);
  JobFiles later(store_, settings_);
  const Edit edit{at(kStart), Zone::utc(), make::utc(kStart)};
  later.sync(edit);
  make_directory(settings_.jobs_dir);
  later.note_changes(at(kStart));
  EXPECT_FALSE(later.sync(edit));
  EXPECT_EQ(stored("a").state(), JobState::active);
}

TEST_F(JobFilesTest, SeesADirectoryThatComesWithItsParents) {
  settings_.jobs_dir = dir_.path() / "etc" / "rounds" / "jobs.d";
  JobFiles files(store_, settings_);
  make_directory(settings_.jobs_dir);
  write("a.toml", job_text("a"));
  files.note_changes(at(kStart));
  EXPECT_TRUE(files.sync({at(kStart), Zone::utc(), make::utc(kStart)}));
  EXPECT_EQ(job_names(store_), (Texts{"a"}));
}

TEST_F(JobFilesTest, SeesADirectoryComeBackWithItsParent) {
  settings_.jobs_dir = dir_.path() / "etc" / "jobs.d";
  make_directory(settings_.jobs_dir);
  JobFiles files(store_, settings_);
  const auto sync = [&] {
    files.note_changes(at(kStart));
    return files.sync({at(kStart), Zone::utc(), make::utc(kStart)});
  };
  sync();
  fs::remove_all(dir_.path() / "etc");
  EXPECT_FALSE(sync());
  make_directory(settings_.jobs_dir);
  EXPECT_FALSE(sync());
  write("a.toml", job_text("a"));
  EXPECT_TRUE(sync());
}

TEST_F(JobFilesTest, GivesANameToItsFirstHolderAndThenToTheNext) {
  write("a.toml", job_text("x", "priority = 1\n"));
  look();
  write("b.toml", job_text("x", "priority = 2\n") + job_text("y"));
  look();
  EXPECT_EQ(stored("x").job.priority, 1);
  EXPECT_EQ(stored("y").state(), JobState::active) << "the rest of the file loads";
  expect_problem("b.toml", "the name \"x\" is taken by " + path("a.toml") + ":1");
  fs::remove(path("a.toml"));
  look();
  look(milliseconds(30));
  EXPECT_EQ(stored("x").job.priority, 2);
  EXPECT_EQ(stored("x").state(), JobState::active);
  EXPECT_EQ(problems_of("b.toml"), "");
}

TEST_F(JobFilesTest, GivesANameThatTheStoreLetGo) {
  define(every("x", "2h"), kStart);
  write("a.toml", job_text("x"));
  look();
  expect_problem("a.toml", "taken by store");
  remove("x", kStart);
  files_.note_holders();
  EXPECT_TRUE(look());
  EXPECT_EQ(to_text(stored("x").source), path("a.toml") + ":1");
}

TEST_F(JobFilesTest, KeepsTheHistoryOfAJobThatMovesBetweenFiles) {
  write("a.toml", job_text("x"));
  look();
  const JobId id = stored("x").id;
  store_.write([&] { count_run(store_, id); });
  write("b.toml", job_text("x"));
  write("a.toml", "");
  look();
  EXPECT_EQ(to_text(stored("x").source), path("b.toml") + ":1");
  EXPECT_EQ(stored("x").state(), JobState::active);
  EXPECT_EQ(stored("x").id, id);
  EXPECT_EQ(stored("x").run_count, 1);
  EXPECT_EQ(stored("x").first_seen, make::utc(kStart));
}

TEST_F(JobFilesTest, KeepsTheHistoryOfJobsWhoseFileIsRenamed) {
  write("a.toml", job_text("x"));
  look();
  store_.write([&] { count_run(store_, stored("x").id); });
  insert_waiting_retry("x");
  fs::rename(path("a.toml"), path("b.toml"));
  look();
  look(milliseconds(30));
  EXPECT_EQ(stored("x").state(), JobState::active);
  EXPECT_EQ(stored("x").run_count, 1);
  EXPECT_EQ(to_text(stored("x").source), path("b.toml") + ":1");
  EXPECT_EQ(problems_of("a.toml"), "not seen");
  EXPECT_EQ(problems_of("b.toml"), "");
  EXPECT_EQ(ledger(), (Texts{"claimed 2026-03-01T12:00:00Z #2"})) << "what waits goes on waiting";
}

TEST_F(JobFilesTest, KeepsWhatWaitsOfAFileThatWasRenamedWhileNobodyLooked) {
  write("a.toml", job_text("x"));
  look();
  insert_waiting_retry("x");
  fs::rename(path("a.toml"), path("b.toml"));
  JobFiles later(store_, settings_);
  later.sync({at(kStart), Zone::utc(), make::utc(kStart)});
  EXPECT_EQ(to_text(stored("x").source), path("b.toml") + ":1");
  EXPECT_EQ(ledger(), (Texts{"claimed 2026-03-01T12:00:00Z #2"}));
}

TEST_F(JobFilesTest, GivesNoNameAwayWhileItsFileIsSwapped) {
  write("a.toml", job_text("x", "priority = 1\n"));
  look();
  write("b.toml", job_text("x", "priority = 2\n"));
  look();
  fs::rename(path("a.toml"), path("a.toml~"));
  write("c.toml", job_text("c"));
  EXPECT_TRUE(look()) << "so that refused files might be tried again";
  fs::rename(path("a.toml~"), path("a.toml"));
  look(milliseconds(10));
  look(milliseconds(60));
  EXPECT_EQ(stored("x").job.priority, 1);
}

TEST_F(JobFilesTest, PassesOverHiddenFilesAndOtherKinds) {
  for (const char* name : {".hidden.toml", "a.toml~", "a.toml.bak", "readme.md"}) write(name, job_text("a"));
  EXPECT_FALSE(look());
  write(".later.toml", job_text("b"));
  EXPECT_FALSE(look());
  EXPECT_EQ(job_names(store_), Texts{});
}

TEST_F(JobFilesTest, RefusesALinkAndLoadsTheOthers) {
  const fs::path elsewhere = dir_.path() / "elsewhere.toml";
  std::ofstream(elsewhere) << job_text("linked");
  fs::create_symlink(elsewhere, path("a.toml"));
  write("b.toml", job_text("b"));
  EXPECT_TRUE(look());
  EXPECT_EQ(job_names(store_), (Texts{"b"}));
  expect_problem("a.toml", "symbolic link");
}

TEST_F(JobFilesTest, TakesInAFileOfDaysThatChanges) {
  const auto days = [&] { return stored("a").job.except.files.at(0).days.size(); };
  write("holidays", "2026-12-25\n");
  write("a.toml", job_text("a", "except = [{ file = \"holidays\" }]\n"));
  EXPECT_TRUE(look());
  EXPECT_EQ(days(), 1u);
  const Due due = stored("a").next_due.value();
  write("holidays", "2026-12-25\n2027-01-01\n");
  EXPECT_TRUE(look());
  EXPECT_EQ(days(), 2u);
  EXPECT_EQ(stored("a").next_due, due) << "the grid stays";
  EXPECT_FALSE(look());
  write("holidays", "Christmas\n");
  EXPECT_TRUE(look());
  EXPECT_TRUE(stored("a").stale);
  EXPECT_EQ(days(), 2u) << "the last good ones";
  write("holidays", "2026-12-25\n2027-01-01\n");
  EXPECT_TRUE(look());
  EXPECT_FALSE(stored("a").stale);
}

TEST_F(JobFilesTest, KeepsTheJobsOfAFileThatCannotBeRead) {
  write("a.toml", job_text("a"));
  look();
  fs::rename(path("a.toml"), dir_.path() / "kept.toml");
  fs::create_symlink(dir_.path() / "kept.toml", path("a.toml"));
  look();
  look(milliseconds(30));
  EXPECT_EQ(stored("a").state(), JobState::stale);
  fs::rename(dir_.path() / "kept.toml", path("a.toml"));
  look(milliseconds(40));
  EXPECT_EQ(stored("a").state(), JobState::active);
}

}  // namespace
}  // namespace rounds
