// The samples in jobs.d: they load, and what can be tried without waiting does what they say.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "config/load.h"
#include "loading.h"

namespace rounds {
namespace {

namespace fs = std::filesystem;

fs::path jobs_dir() { return fs::canonical(fs::path(ROUNDS_TESTS_DIR) / ".." / "jobs.d"); }

std::map<std::string, Job> samples() {
  std::map<std::string, Job> jobs;
  LoadContext context;
  context.base_dir = jobs_dir().string();
  for (const std::string& path : list_job_files(jobs_dir().string())) {
    std::ifstream in(path);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const LoadedFile file = parse_jobs(text, path, context);
    EXPECT_EQ(render(file.problems), "");
    for (const LoadedJob& loaded : file.jobs) jobs.emplace(loaded.job.name.text(), loaded.job);
  }
  return jobs;
}

TEST(Samples, Load) {
  const auto jobs = samples();
  ASSERT_EQ(jobs.size(), 4u);
  EXPECT_EQ(to_text(jobs.at("heartbeat").trigger), "every 5s");
  EXPECT_EQ(jobs.at("nightly-backup").working_dir, jobs_dir().parent_path().string());
  EXPECT_EQ(jobs.at("weekly-window").window, (Span{std::chrono::days(3), {}}));
  EXPECT_EQ(jobs.at("store-inspection").task.inspect.targets, std::vector<std::string>{"rounds-store"});
}

TEST(Samples, EveryOneHasATimeout) {
  for (const auto& [name, job] : samples()) EXPECT_TRUE(job.timeout) << name;
}

int run_in(const fs::path& dir, const std::string& command, const std::string& due) {
  ::setenv("ROUNDS_DUE", due.c_str(), 1);
  ::setenv("SAMPLE", command.c_str(), 1);
  return std::system(("cd '" + dir.string() + "' && /bin/sh -c \"$SAMPLE\" > /dev/null").c_str());
}

TEST(Samples, TheBackupKeepsSevenCopies) {
  std::string pattern = (fs::temp_directory_path() / "rounds-samples-XXXXXX").string();
  const fs::path dir = ::mkdtemp(pattern.data());
  fs::create_directory(dir / "jobs.d");
  const std::string command = samples().at("nightly-backup").task.command;
  for (int day = 1; day <= 9; ++day) {
    ASSERT_EQ(run_in(dir, command, "2026-03-0" + std::to_string(day) + "T01:30:00Z"), 0);
  }
  std::size_t copies = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(dir / "state" / "backups")) ++copies;
  EXPECT_EQ(copies, 7u);
  EXPECT_FALSE(fs::exists(dir / "state/backups/jobs-2026-03-02T01:30:00Z.tar.gz"));
  EXPECT_TRUE(fs::exists(dir / "state/backups/jobs-2026-03-09T01:30:00Z.tar.gz"));
  fs::remove_all(dir);
}

TEST(Samples, TheCommandsAreGoodShell) {
  for (const auto& [name, job] : samples()) {
    if (job.task.kind != Task::Kind::command) continue;
    ::setenv("SAMPLE", job.task.command.c_str(), 1);
    EXPECT_EQ(std::system("/bin/sh -n -c \"$SAMPLE\""), 0) << name;
  }
}

}  // namespace
}  // namespace rounds
