#include "sys/secret_file.h"

#include <sys/stat.h>

#include "error.h"
#include "sys/scratch.h"

namespace rounds {
namespace {

class SecretFile : public testing::Test {
 protected:
  std::string write(const std::string& text, mode_t mode = 0600) {
    const auto path = directory_.path() / "secret";
    std::ofstream(path, std::ios::binary) << text;
    chmod(path.c_str(), mode);
    return path;
  }
  /// Why it is refused; the secret stands in no reason.
  std::string refusal(const std::string& path) {
    try {
      return "none: " + read_secret_file(path);
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
      return std::string(error.what()).substr(std::min(path.size() + 1, std::string(error.what()).size()));
    }
  }
  scratch::Directory directory_;
};

TEST_F(SecretFile, IsReadWithoutItsLastLineEnd) {
  EXPECT_EQ(read_secret_file(write("hunter2\n")), "hunter2");
  EXPECT_EQ(read_secret_file(write("hunter2\r\n")), "hunter2");
  EXPECT_EQ(read_secret_file(write(" a\nb\n\n")), " a\nb\n");
  EXPECT_EQ(read_secret_file(write("hunter2", 0400)), "hunter2");
}

TEST_F(SecretFile, ThatOthersMayReadOrWriteIsRefused) {
  for (const mode_t mode : {0640, 0604, 0620, 0602, 0610}) EXPECT_EQ(refusal(write("hunter2", mode)), "is open to others than its owner");
}

TEST_F(SecretFile, OfSomebodyElseIsRefused) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const std::string path = write("hunter2");
  ASSERT_EQ(chown(path.c_str(), 61987, 0), 0);
  EXPECT_EQ(refusal(path), "belongs to user 61987");
}

TEST_F(SecretFile, HasALimit) {
  EXPECT_EQ(read_secret_file(write(std::string(kLargestSecret, 'x'))).size(), kLargestSecret);
  EXPECT_EQ(refusal(write(std::string(kLargestSecret + 1, 'x'))), "is larger than a secret may be, 64 KiB");
}

TEST_F(SecretFile, ThatNoVariableCanHoldIsRefused) {
  EXPECT_EQ(refusal(write("\n")), "is empty");
  EXPECT_EQ(refusal(write(std::string("hun\0ter2", 8))), "has a NUL in it, and no variable can");
}

TEST_F(SecretFile, IsAPlainFileAndMayBeReachedByALink) {
  const auto pipe = directory_.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(refusal(pipe), "is no plain file");
  const auto link = directory_.path() / "link";
  std::filesystem::create_symlink(write("hunter2"), link);
  EXPECT_EQ(read_secret_file(link), "hunter2");
  EXPECT_NE(refusal(directory_.path() / "none").find("No such file"), std::string::npos);
}

}  // namespace
}  // namespace rounds
