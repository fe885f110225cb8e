#include "selftest/witness.h"

#include <gtest/gtest.h>

#include <sstream>

#include "error.h"

namespace rounds {
namespace {

using namespace std::chrono_literals;

std::vector<Execution> read(const std::string& text) {
  std::istringstream lines(text);
  return read_witness(lines);
}

TEST(AWitnessFile, TellsHowEachExecutionEnded) {
  const auto found = read("START 4 2 77 backup 2026-11-21T09:00:00Z 1000\nEND 4 3 0 250 2000\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].run, RunId{4});
  EXPECT_EQ(found[0].attempt, 2);
  EXPECT_EQ(found[0].parent, 77);
  EXPECT_EQ(found[0].job, "backup");
  EXPECT_EQ(found[0].due, "2026-11-21T09:00:00Z");
  EXPECT_EQ(found[0].started, 1000ns);
  ASSERT_TRUE(found[0].end);
  EXPECT_EQ(found[0].end->exit_code, 3);
  EXPECT_EQ(found[0].end->signal, 0);
  EXPECT_EQ(found[0].end->output_bytes, 250);
  EXPECT_EQ(found[0].end->at, 2000ns);
}

TEST(AWitnessFile, TellsOfAnExecutionWithoutAnEnd) {
  const auto found = read("START 4 1 77 backup then 1000\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(found[0].end);
}

TEST(AWitnessFile, TellsOfARunThatExecutedTwiceTwice) {
  EXPECT_EQ(read("START 4 1 77 backup then 1000\nSTART 4 1 78 backup then 1001\n").size(), 2U);
}

TEST(AWitnessFile, WithALineThatIsNoneIsRefused) {
  EXPECT_THROW(read("START 4 1\n"), Error);
  EXPECT_THROW(read("END 4 x\n"), Error);
  EXPECT_THROW(read("hello\n"), Error);
}

}  // namespace
}  // namespace rounds
