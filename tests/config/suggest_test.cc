#include "config/suggest.h"

#include <gtest/gtest.h>

namespace rounds {
namespace {

const std::vector<std::string> words{"command", "exec", "env", "timeout", "until", "on"};

TEST(Suggest, FindsTheWordOneSlipAway) {
  EXPECT_EQ(nearest("comand", words), "command");
  EXPECT_EQ(nearest("commmand", words), "command");
  EXPECT_EQ(nearest("cammand", words), "command");
  EXPECT_EQ(nearest("ocmmand", words), "command") << "a swap is one slip";
}

TEST(Suggest, AllowsTwoSlipsInLongWordsOnly) {
  EXPECT_EQ(nearest("tmeuot", words), "timeout");
  EXPECT_EQ(nearest("tmot", words), std::nullopt);
  EXPECT_EQ(nearest("exce", words), "exec");
  EXPECT_EQ(nearest("exxxec", words), "exec");
}

TEST(Suggest, IgnoresCase) { EXPECT_EQ(nearest("TIMEOUT", words), "timeout"); }

TEST(Suggest, PrefersTheNearest) { EXPECT_EQ(nearest("ev", {"exec", "env", "on"}), "env"); }

TEST(Suggest, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(nearest("elephant", words), std::nullopt);
  EXPECT_EQ(nearest("", words), std::nullopt);
  EXPECT_EQ(nearest(std::string(100000, 'x'), {std::string(100000, 'x')}), std::nullopt);
}

}  // namespace
}  // namespace rounds
