#include "cli/terminal.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace rounds {
namespace {

TEST(DisplayWidth, CountsCellsAndNotBytes) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("größe"), 5U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("\xff"), 1U);
}

TEST(Shorten, KeepsWhatFits) {
  EXPECT_EQ(shorten("backup", 6), "backup");
  EXPECT_EQ(shorten("backup", 4), "bac…");
  EXPECT_EQ(shorten("日本語", 4), "日…");
  EXPECT_EQ(shorten("abc", 0), "");
}

TEST(EscapeControls, ShowsWhatWouldReachTheTerminal) {
  EXPECT_EQ(escape_controls("a\x1b[31mb"), "a\\x1b[31mb");
  EXPECT_EQ(escape_controls("a\nb\tc"), "a\\x0ab\\x09c");
  EXPECT_EQ(escape_controls("a\nb\tc\r", true), "a\nb\tc\\x0d");
  EXPECT_EQ(escape_controls("größe 日本"), "größe 日本");
  EXPECT_EQ(escape_controls("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(escape_controls("\u202e"), "\\xe2\\x80\\xae");
}

TEST(Paint, ColoursOnlyWhereColoursAreAllowed) {
  EXPECT_EQ(paint("ok", Tone::good, Terminal{.interactive = true, .color = false, .width = 80}), "ok");
  EXPECT_EQ(paint("ok", Tone::good, Terminal{.interactive = true, .color = true, .width = 80}), "\x1b[32mok\x1b[0m");
  EXPECT_EQ(paint("ok", Tone::plain, Terminal{.interactive = true, .color = true, .width = 80}), "ok");
}

/// Sets a variable for the length of a test.
class WithVariable {
 public:
  WithVariable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~WithVariable() { unsetenv(name_); }

 private:
  const char* name_;
};

TEST(LookAtTerminal, TheOptionBeatsTheEnvironment) {
  unsetenv("NO_COLOR");
  const WithVariable force("FORCE_COLOR", "1");
  EXPECT_TRUE(look_at_terminal(Color::automatic).color);
  EXPECT_FALSE(look_at_terminal(Color::never).color);
  const WithVariable no("NO_COLOR", "1");
  EXPECT_FALSE(look_at_terminal(Color::automatic).color);
  EXPECT_TRUE(look_at_terminal(Color::always).color);
}

}  // namespace
}  // namespace rounds
