#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "config/loading.h"

namespace rounds {
namespace {

namespace fs = std::filesystem;

class ExceptionsFile : public ::testing::Test {
 protected:
  ExceptionsFile() {
    std::string pattern = (fs::temp_directory_path() / "rounds-days-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
  }
  ~ExceptionsFile() override { fs::remove_all(dir_); }

  void write(const std::string& text) const {
    std::ofstream(dir_ / "holidays") << text;
    ::chmod((dir_ / "holidays").c_str(), 0644);
  }
  LoadedFile load() const {
    LoadContext context;
    context.base_dir = dir_;
    return parse_jobs(testing::job_with("except = [\"sun\", { file = \"holidays\" }]"), "jobs.toml", context);
  }

  fs::path dir_;
};

TEST_F(ExceptionsFile, LiesBesideTheJobFile) {
  write("# of the year\n2026-12-25\n2026-12-31..2027-01-01\n");
  const LoadedFile file = load();
  ASSERT_EQ(render(file.problems), "");
  const Exceptions& except = file.jobs.at(0).job.except;
  ASSERT_EQ(except.files.size(), 1u);
  EXPECT_EQ(except.files[0].path, (dir_ / "holidays").string());
  EXPECT_EQ(except.files[0].days.size(), 2u);
  EXPECT_TRUE(except.cover(std::chrono::local_days{std::chrono::year{2027} / 1 / 1}));
}

TEST_F(ExceptionsFile, IsRefusedWithItsOwnLine) {
  write("2026-12-25\n\n25.12.2027\n");
  EXPECT_EQ(render(load().problems), "error: " + (dir_ / "holidays").string() + ":3: \"25.12.2027\" is no date\n" +
                                         R"(  --> jobs.toml:4:18
 4 | except = ["sun", { file = "holidays" }]
   |                  ^^^^^^^^^^^^^^^^^^^^^ one date a line: 2026-12-25
)");
}

}  // namespace
}  // namespace rounds
