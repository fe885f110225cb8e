#include "core/conditions.h"

#include <gtest/gtest.h>

namespace rounds {
namespace {

using namespace std::chrono_literals;

TEST(IoPriority, IsAClassAndALevel) {
  EXPECT_EQ(io_priority_from_text("best-effort:7"), (IoPriority{IoPriority::Class::best_effort, 7}));
  EXPECT_EQ(io_priority_from_text("realtime"), (IoPriority{IoPriority::Class::realtime, 4}));
  EXPECT_EQ(io_priority_from_text("idle")->io_class, IoPriority::Class::idle);
  for (const char* wrong : {"", "idle:3", "best-effort:8", "best-effort:", "best-effort:10", "slow", "Idle"}) {
    EXPECT_FALSE(io_priority_from_text(wrong)) << wrong;
  }
}

TEST(IoPriority, HasATextThatParsesBack) {
  for (const char* text : {"idle", "best-effort:0", "realtime:7"}) EXPECT_EQ(to_text(*io_priority_from_text(text)), text);
}

TEST(Umask, IsThreeOrFourOctalDigits) {
  EXPECT_EQ(umask_from_text("027"), 027);
  EXPECT_EQ(umask_from_text("0077"), 077);
  EXPECT_EQ(umask_text(027), "027");
  EXPECT_EQ(umask_text(0), "000");
  for (const char* wrong : {"", "27", "028", "1777", "00022", "0x7"}) EXPECT_FALSE(umask_from_text(wrong)) << wrong;
}

TEST(ResourceLimits, AreSaidInOneLine) {
  EXPECT_EQ(to_text(ResourceLimits{}), "");
  EXPECT_EQ(to_text(ResourceLimits{.cpu = 10min, .memory = 512 << 20, .files = 64, .core = 0}), "cpu=10m memory=512 MiB files=64 core=0 B");
}

}  // namespace
}  // namespace rounds
