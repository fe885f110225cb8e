#include "sys/wake.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "error.h"
#include "sys/scratch.h"

namespace rounds {
namespace {

class Bell : public testing::Test {
 protected:
  const std::filesystem::path& spool() const { return dir_.path(); }
  scratch::Directory dir_;
};

TEST_F(Bell, RingsForTheLoop) {
  const Fd bell = bind_bell(spool());
  EXPECT_FALSE(scratch::readable_now(bell.get()));
  EXPECT_TRUE(ring_bell(spool()));
  EXPECT_TRUE(scratch::readable_now(bell.get()));
}

TEST_F(Bell, IsQuietOnceHeard) {
  const Fd bell = bind_bell(spool());
  for (int i = 0; i < 3; ++i) ring_bell(spool());
  hear_bell(bell);
  EXPECT_FALSE(scratch::readable_now(bell.get()));
}

TEST_F(Bell, RingsForNobodyWithoutATrouble) {
  EXPECT_FALSE(ring_bell(spool()));
  EXPECT_FALSE(ring_bell(spool() / "missing"));
  bind_bell(spool()).reset();
  EXPECT_FALSE(ring_bell(spool())) << "a dead loop left its socket";
}

TEST_F(Bell, NeverBlocksHoweverOftenItIsRung) {
  const Fd bell = bind_bell(spool());
  for (int i = 0; i < 5000; ++i) ASSERT_TRUE(ring_bell(spool())) << i;
  hear_bell(bell);
  EXPECT_FALSE(scratch::readable_now(bell.get()));
}

TEST_F(Bell, ReplacesADeadOne) {
  bind_bell(spool()).reset();
  const Fd bell = bind_bell(spool());
  EXPECT_TRUE(ring_bell(spool()));
  EXPECT_TRUE(scratch::readable_now(bell.get()));
}

TEST_F(Bell, IsForItsOwnerAlone) {
  const Fd bell = bind_bell(spool());
  struct stat info {};
  ASSERT_EQ(stat((spool() / "wake").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(Bell, NeedsASpool) { EXPECT_THROW(bind_bell(spool() / "missing"), Error); }

}  // namespace
}  // namespace rounds
