#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "config/load.h"
#include "error.h"

namespace rounds {
namespace {

namespace fs = std::filesystem;

class JobFiles : public ::testing::Test {
 protected:
  JobFiles() {
    std::string pattern = (fs::temp_directory_path() / "rounds-files-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
  }
  ~JobFiles() override { fs::remove_all(dir_); }

  std::string write(const std::string& name, const std::string& text) const {
    const fs::path path = dir_ / name;
    std::ofstream(path) << text;
    ::chmod(path.c_str(), 0644);
    return path.string();
  }

  /// What reading that path is refused with; empty when it is not.
  static std::string refusal(const std::string& path) {
    try {
      read_job_file(path);
      return {};
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(fs::path(path).filename().string()), std::string::npos) << error.what();
      return error.what();
    }
  }

  fs::path dir_;
};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_F(JobFiles, GiveTheirTextAndIdentity) {
  const std::string path = write("a.toml", "hello");
  const FileText file = read_job_file(path);
  EXPECT_EQ(file.text, "hello");
  EXPECT_EQ(file.hash, 0xa430d84680aabd0bu) << "FNV-1a of hello";
  EXPECT_EQ(file.identity.size, 5);
  EXPECT_EQ(file.identity, read_job_file(path).identity);
  const std::string other = write("b.toml", "hello");
  EXPECT_NE(file.identity, read_job_file(other).identity);
  EXPECT_EQ(file.hash, read_job_file(other).hash);
}

TEST_F(JobFiles, MayBeNamedRelatively) {
  write("a.toml", "x");
  const fs::path before = fs::current_path();
  fs::current_path(dir_);
  EXPECT_EQ(read_job_file("a.toml").text, "x");
  fs::current_path(before);
}

TEST_F(JobFiles, AreNotReadThroughLinks) {
  fs::create_symlink(write("a.toml", "x"), dir_ / "link.toml");
  EXPECT_TRUE(contains(refusal((dir_ / "link.toml").string()), "symbolic link"));
}

TEST_F(JobFiles, AreRegular) {
  fs::create_directory(dir_ / "dir.toml");
  EXPECT_TRUE(contains(refusal((dir_ / "dir.toml").string()), "not a regular file"));
  ASSERT_EQ(::mkfifo((dir_ / "pipe.toml").c_str(), 0600), 0);
  EXPECT_TRUE(contains(refusal((dir_ / "pipe.toml").string()), "not a regular file"))
      << "and nobody waits for a writer";
}

TEST_F(JobFiles, AreOfBoundedSize) {
  EXPECT_EQ(refusal(write("most.toml", std::string(1024 * 1024, '#'))), "");
  EXPECT_TRUE(contains(refusal(write("large.toml", std::string(1024 * 1024 + 1, '#'))), "larger than 1 MiB"));
  const std::string huge = write("huge.toml", "");
  ASSERT_EQ(::truncate(huge.c_str(), 1L << 30), 0);
  EXPECT_TRUE(contains(refusal(huge), "larger than 1 MiB"));
}

TEST_F(JobFiles, SayWhenTheyAreMissing) {
  try {
    read_job_file((dir_ / "none.toml").string());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::not_found);
  }
}

TEST_F(JobFiles, ThatOthersMayWriteAreNotForRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root is that careful";
  const std::string path = write("a.toml", "x");
  ASSERT_EQ(::chmod(path.c_str(), 0664), 0);
  EXPECT_TRUE(contains(refusal(path), "may be written by others"));
  ASSERT_EQ(::chmod(path.c_str(), 0646), 0);
  EXPECT_TRUE(contains(refusal(path), "may be written by others"));
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
  EXPECT_TRUE(contains(refusal(path), "belongs to user 65534"));
}

TEST_F(JobFiles, InAFolderThatOthersMayWriteAreNotForRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root is that careful";
  fs::create_directory(dir_ / "open");
  const std::string path = write("open/a.toml", "x");
  ASSERT_EQ(::chmod((dir_ / "open").c_str(), 0777), 0);
  EXPECT_THROW(read_job_file(path), Error);
  ASSERT_EQ(::chmod((dir_ / "open").c_str(), 01777), 0);
  EXPECT_EQ(refusal(path), "") << "in a sticky folder nobody can replace it";
}

TEST_F(JobFiles, AreListedInOrder) {
  for (const char* name : {"b.toml", "a.toml", ".hidden.toml", "c.toml~", "readme.md", "d.toml.bak"}) write(name, "");
  EXPECT_EQ(list_job_files(dir_.string()),
            (std::vector<std::string>{(dir_ / "a.toml").string(), (dir_ / "b.toml").string()}));
}

TEST_F(JobFiles, CannotBeListedWhereThereIsNoFolder) { EXPECT_THROW(list_job_files((dir_ / "none").string()), Error); }

}  // namespace
}  // namespace rounds
