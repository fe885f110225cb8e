#include "core/run.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace rounds {
namespace {

/// Every value from 0 to `last` has a word of its own, and reading the word gives the value back.
template <typename Enum, typename Read>
void expect_both_ways(Enum last, Read read) {
  std::set<std::string> seen;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const auto value = static_cast<Enum>(i);
    const std::string text = to_text(value);
    EXPECT_TRUE(seen.insert(text).second) << text << " stands for two values";
    EXPECT_EQ(read(text), value) << text;
  }
  EXPECT_FALSE(read("no such word"));
  EXPECT_FALSE(read(""));
}

TEST(RunTexts, PhasesGoBothWays) {
  expect_both_ways(Phase::ended, phase_from_text);
  EXPECT_EQ(to_text(Phase::claimed), "claimed");
}

TEST(RunTexts, VerdictsGoBothWays) {
  expect_both_ways(Verdict::cancelled, verdict_from_text);
  EXPECT_EQ(to_text(Verdict::timed_out), "timed_out");
  EXPECT_EQ(to_text(Verdict::not_started), "not_started");
  EXPECT_EQ(to_text(Verdict::coalesced), "coalesced");
}

TEST(RunTexts, ReasonsGoBothWays) {
  expect_both_ways(Reason::resources, reason_from_text);
  EXPECT_EQ(to_text(Reason::too_late), "too_late");
  EXPECT_EQ(to_text(Reason::governor), "governor");
  EXPECT_EQ(to_text(Reason::lost), "lost");
  EXPECT_EQ(to_text(Reason::standard_input), "standard_input");
  EXPECT_EQ(to_text(Reason::exec), "exec");
}

TEST(RunTexts, CausesGoBothWays) {
  expect_both_ways(Cause::hook, cause_from_text);
  EXPECT_EQ(to_text(Cause::catchup), "catchup");
}

TEST(RunTexts, JobStatesHaveTheirWords) {
  EXPECT_EQ(to_text(JobState::active), "active");
  EXPECT_EQ(to_text(JobState::completed), "completed");
  EXPECT_EQ(to_text(JobState::removed), "removed");
}

TEST(RunTexts, ReadingIsExact) {
  EXPECT_FALSE(verdict_from_text("Failed"));
  EXPECT_FALSE(verdict_from_text("failed "));
}

}  // namespace
}  // namespace rounds
