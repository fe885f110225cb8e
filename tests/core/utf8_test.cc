#include "core/utf8.h"

#include <gtest/gtest.h>

namespace rounds {
namespace {

TEST(Utf8, MeasuresCharactersOfEveryLength) {
  EXPECT_EQ(utf8_length("a"), 1u);
  EXPECT_EQ(utf8_length("\xC3\xA9..."), 2u);
  EXPECT_EQ(utf8_length("\xE5\xB7\xA1"), 3u);
  EXPECT_EQ(utf8_length("\xF0\x9F\x95\x92"), 4u);
  EXPECT_EQ(utf8_length(std::string_view("\0", 1)), 1u);
}

TEST(Utf8, RefusesWhatIsNoCharacter) {
  EXPECT_EQ(utf8_length(""), 0u);
  EXPECT_EQ(utf8_length("\x80"), 0u) << "a continuation alone";
  EXPECT_EQ(utf8_length("\xC0\xAF"), 0u) << "an overlong slash";
  EXPECT_EQ(utf8_length("\xE0\x80\x80"), 0u) << "an overlong NUL";
  EXPECT_EQ(utf8_length("\xED\xA0\x80"), 0u) << "a surrogate";
  EXPECT_EQ(utf8_length("\xF4\x90\x80\x80"), 0u) << "above U+10FFFF";
  EXPECT_EQ(utf8_length("\xE5\xB7"), 0u) << "cut short";
  EXPECT_EQ(utf8_length("\xE5\xB7z"), 0u);
  EXPECT_EQ(utf8_length("\xFF"), 0u);
}

}  // namespace
}  // namespace rounds
