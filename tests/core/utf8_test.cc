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

TEST(Utf8, IsWellFormedAsAWhole) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("caf\xC3\xA9 \xE5\xB7\xA1"));
  EXPECT_FALSE(is_utf8("caf\xE9"));
  EXPECT_FALSE(is_utf8("\xE5\xB7\xA1\xE5"));
}

TEST(Utf8, CountsCharactersAndStrayBytes) {
  EXPECT_EQ(character_count(""), 0u);
  EXPECT_EQ(character_count("a\xE5\xB7\xA1\xFF"), 3u);
  EXPECT_EQ(first_character("\xE5\xB7\xA1x"), "\xE5\xB7\xA1");
  EXPECT_EQ(first_character("\xFFx"), "\xFF");
}

TEST(Utf8, KnowsHowManyCellsACharacterTakes) {
  EXPECT_EQ(cell_width("a"), 1);
  EXPECT_EQ(cell_width("\xC3\xA9"), 1);
  EXPECT_EQ(cell_width("\xE5\xB7\xA1"), 2);
  EXPECT_EQ(cell_width("\xF0\x9F\x95\x92"), 2);
  EXPECT_EQ(cell_width("\xCC\x81"), 0) << "an accent of its own";
  EXPECT_EQ(cell_width("\xE2\x80\xA6"), 1) << "an ellipsis";
}

TEST(Utf8, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(escape_text("\x1b[2J\t\n\x7f"), R"(\x1b[2J\x09\x0a\x7f)");
  EXPECT_EQ(escape_text("\xC2\x9B"), R"(\x9b)") << "the one-character form of ESC [";
  EXPECT_EQ(escape_text("a\xE2\x80\xAE"
                        "b"),
            R"(a\u202eb)")
      << "right-to-left override";
  EXPECT_EQ(escape_text("\xFF"), R"(\xff)");
  EXPECT_EQ(escape_text("caf\xC3\xA9 \xE5\xB7\xA1"), "caf\xC3\xA9 \xE5\xB7\xA1");
}

}  // namespace
}  // namespace rounds
