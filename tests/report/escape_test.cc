#include "report/escape.h"

#include <gtest/gtest.h>

namespace rounds {

namespace {

TEST(Escape, MakesControlsAndDirectionsVisible) {
  for (const auto& escape : {escape_html, escape_markdown, escape_csv, escape_line}) {
    const std::string text =
        escape(std::string_view("a\x1b[2Jb\u202Ec\x00"
                                "d\xff",
                                13));
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\0'), std::string::npos);
    EXPECT_EQ(text.find("\u202E"), std::string::npos);
    EXPECT_NE(text.find("x1b"), std::string::npos);
  }
}

TEST(Escape, LeavesOtherScriptsAlone) {
  for (const auto& escape : {escape_html, escape_markdown, escape_csv, escape_line})
    EXPECT_EQ(escape("订单 größe 😀"), "订单 größe 😀");
}

TEST(EscapeHtml, LeavesNoMarkup) {
  EXPECT_EQ(escape_html("<a b=\"c\" d='e'>&"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
}

TEST(EscapeMarkdown, LeavesNoMarkup) {
  EXPECT_EQ(escape_markdown("a|b`c`*d*_e_[f](g)<h>#~$!\\"),
            "a\\|b\\`c\\`\\*d\\*\\_e\\_\\[f\\](g)&lt;h&gt;\\#\\~\\$\\!\\\\");
}

TEST(EscapeMarkdown, MakesNoLinksAndNoMentions) {
  EXPECT_EQ(escape_markdown("https://x.y www.x.y @you"), "https&#58;//x.y www&#46;x.y &#64;you");
  EXPECT_EQ(escape_markdown("12:30"), "12:30");
}

TEST(EscapeMarkdown, StaysInItsLine) { EXPECT_EQ(escape_markdown("a\n# b\r\n"), "a \\# b"); }

TEST(EscapeCsv, QuotesByRfc4180) {
  EXPECT_EQ(escape_csv("plain"), "plain");
  EXPECT_EQ(escape_csv("a,b"), "\"a,b\"");
  EXPECT_EQ(escape_csv("say \"x\""), "\"say \"\"x\"\"\"");
  EXPECT_EQ(escape_csv("a\nb"), "\"a\nb\"");
}

TEST(EscapeCsv, LetsNothingBeAFormula) {
  for (const std::string text : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\uFF1D1"})
    EXPECT_EQ(escape_csv(text).find('\''), 0U) << text;
  EXPECT_EQ(escape_csv("=HYPERLINK(\"x\",1)"), "\"'=HYPERLINK(\"\"x\"\",1)\"");
  EXPECT_EQ(escape_csv("a=1"), "a=1");
}

TEST(EscapeLine, StaysInItsLine) { EXPECT_EQ(escape_line("a\nb\tc\n"), "a b c"); }

}  // namespace

}  // namespace rounds
