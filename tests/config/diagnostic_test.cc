#include "config/diagnostic.h"

#include <gtest/gtest.h>

#include "config/source.h"

namespace rounds {
namespace {

Diagnostic sample() {
  return Diagnostic{.message = "unknown key \"comand\" in job nightly-backup",
                    .file = "jobs.d/backup.toml",
                    .line = 6,
                    .column = 1,
                    .line_text = "comand = \"pg_dump -Fc shop\"",
                    .length = 6,
                    .hint = "did you mean \"command\"?"};
}

TEST(Diagnostic, ShowsPlaceLineCaretAndHint) {
  EXPECT_EQ(render(sample()), R"(error: unknown key "comand" in job nightly-backup
  --> jobs.d/backup.toml:6:1
 6 | comand = "pg_dump -Fc shop"
   | ^^^^^^ did you mean "command"?
)");
}

TEST(Diagnostic, MakesRoomForLongLineNumbers) {
  Diagnostic d = sample();
  d.line = 1234;
  d.hint.clear();
  EXPECT_NE(render(d).find(" 1234 | comand"), std::string::npos);
  EXPECT_NE(render(d).find("\n      | ^^^^^^\n"), std::string::npos);
}

TEST(Diagnostic, IsAWordForWarnings) {
  Diagnostic d = sample();
  d.severity = Diagnostic::Severity::warning;
  EXPECT_EQ(render(d).rfind("warning: unknown", 0), 0u);
}

TEST(Diagnostic, HasNoCaretWithoutAColumn) {
  EXPECT_EQ(render(Diagnostic{.message = "taken", .file = "a.toml", .line = 7}), "error: taken\n  --> a.toml:7\n");
  EXPECT_EQ(render(Diagnostic{.message = "too large", .file = "a.toml", .hint = "split it"}),
            "error: too large\n  --> a.toml\nhint: split it\n");
  EXPECT_EQ(render(Diagnostic{.message = "no file"}), "error: no file\n");
}

TEST(Diagnostic, NeverHandsControlCharactersToATerminal) {
  const Diagnostic d{.message = "bad \x1b[31m", .file = "a\nb", .line = 1, .column = 3, .line_text = "\x1b]x\x07"};
  EXPECT_EQ(render(d), "error: bad \\x1b[31m\n  --> a\\x0ab:1:3\n 1 | \\x1b]x\\x07\n   |      ^\n");
}

TEST(Diagnostic, KeepsTheCaretBelowItsPlace) {
  Diagnostic d{.message = "m", .file = "f", .line = 1, .column = 3, .line_text = "\ta\xE5\xB7\xA1z", .length = 2};
  EXPECT_NE(render(d).find("   | \t ^^^\n"), std::string::npos) << "a tab leads as a tab, a wide character takes two";
  d.column = 4;
  EXPECT_NE(render(d).find("   | \t   ^\n"), std::string::npos) << "the underline stops where the line does";
  d.column = 40;
  EXPECT_NE(render(d).find("   | \t    ^\n"), std::string::npos);
}

TEST(Diagnostic, ShowsOnlyThePartOfALongLineThatMatters) {
  const std::string text = std::string(5000, 'a') + "BAD" + std::string(5000, 'b');
  const SourceText source(text, "f");
  const Diagnostic d =
      source.diagnose(Diagnostic::Severity::error, Place{.line = 1, .column = 5001, .length = 3}, "m", "");
  const std::string shown = render(d);
  EXPECT_LT(shown.size(), 500u);
  EXPECT_NE(shown.find("f:1:5001"), std::string::npos);
  const std::size_t line = shown.find(" 1 | ");
  const std::size_t caret_line = shown.find("   | ");
  // The ellipsis that begins the line has three bytes in one cell.
  EXPECT_EQ(shown.find("BAD") - line - 2, shown.find("^^^") - caret_line);
}

TEST(SourceText, FindsPartsOfPlainStringsOnly) {
  const std::string text = "a = \"x yz\"\nb = \"x \\u0079z\"\nc = 'x yz'";
  const SourceText source(text, "f");
  EXPECT_EQ(source.inside(Place{1, 5, 6}, "x yz", 2, 2).column, 8);
  EXPECT_EQ(source.inside(Place{1, 5, 6}, "x yz", 2, 2).length, 2u);
  EXPECT_EQ(source.inside(Place{1, 5, 6}, "x yz", 4, 1).column, 10) << "behind the last character";
  EXPECT_EQ(source.inside(Place{2, 5, 11}, "x yz", 2, 2).column, 5) << "an escape: the string as a whole";
  EXPECT_EQ(source.inside(Place{3, 5, 6}, "x yz", 2, 2).column, 8);
}

TEST(SourceText, CountsCharacters) {
  const SourceText source("\xE5\xB7\xA1\xE5\xB7\xA1x\r\ny", "f");
  EXPECT_EQ(source.place_of(6).column, 3);
  EXPECT_EQ(source.place_of(9).line, 2);
  EXPECT_EQ(source.line(1), "\xE5\xB7\xA1\xE5\xB7\xA1x");
  EXPECT_EQ(source.line(3), "");
}

}  // namespace
}  // namespace rounds
