#include "sys/timer.h"

#include <gtest/gtest.h>

#include "sys/clock.h"
#include "sys/scratch.h"

namespace rounds {
namespace {

using namespace std::chrono_literals;
using scratch::readable;
using scratch::readable_now;

TEST(WallTimer, GoesOffAtItsInstant) {
  WallTimer timer;
  const Instant at = read_clock().wall + 20ms;
  timer.arm(at);
  EXPECT_TRUE(readable(timer.fd()));
  EXPECT_GE(read_clock().wall, at);
}

TEST(WallTimer, GoesOffAtOnceForWhatIsPast) {
  WallTimer timer;
  timer.arm(Instant{});
  EXPECT_TRUE(readable(timer.fd()));
  timer.arm(Instant{} - 1h);
  EXPECT_TRUE(readable(timer.fd())) << "before 1970, too";
}

TEST(WallTimer, IsQuietOnceRead) {
  WallTimer timer;
  timer.arm(Instant{});
  EXPECT_TRUE(readable(timer.fd()));
  EXPECT_FALSE(timer.read()) << "nobody set the clock";
  EXPECT_FALSE(readable_now(timer.fd()));
  EXPECT_FALSE(timer.read()) << "and reading nothing does not block";
}

TEST(WallTimer, StaysQuietWithoutAnInstant) {
  WallTimer timer;
  timer.arm(Instant{});
  timer.arm(std::nullopt);
  EXPECT_FALSE(readable(timer.fd(), 30));
}

TEST(WallTimer, GoesByWhatItWasArmedWithLast) {
  WallTimer timer;
  timer.arm(read_clock().wall + 1h);
  timer.arm(read_clock().wall + 10ms);
  EXPECT_TRUE(readable(timer.fd()));
}

TEST(BootTimer, GoesOffAtItsInstantAndIsQuietOnceRead) {
  BootTimer timer;
  const auto at = read_clock().boot + 20ms;
  timer.arm(at);
  EXPECT_TRUE(readable(timer.fd()));
  EXPECT_GE(read_clock().boot, at);
  timer.read();
  EXPECT_FALSE(readable_now(timer.fd()));
}

TEST(BootTimer, GoesOffAtOnceForWhatIsPast) {
  BootTimer timer;
  timer.arm(0ns);
  EXPECT_TRUE(readable(timer.fd()));
}

TEST(BootTimer, IsDisarmedWithoutAnInstant) {
  BootTimer timer;
  timer.arm(0ns);
  timer.arm(std::nullopt);
  EXPECT_FALSE(readable(timer.fd(), 30));
}

}  // namespace
}  // namespace rounds
