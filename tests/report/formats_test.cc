// Markdown, CSV and text; and what the whole report has to keep to.
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include "big_sample.h"
#include "report/csv.h"
#include "report/html.h"
#include "report/markdown.h"
#include "report/text.h"
#include "sample.h"

namespace rounds {

namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kMostBytes = 300'000;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

TEST(Size, OfTenInstancesIsWithinItsLimit) {
  const Document document = big_document(10);
  for (const Language language : {Language::en, Language::zh}) {
    const std::string page = render_html(document, {language, big_history(document)});
    EXPECT_LE(page.size(), kMostBytes);
    RecordProperty(language == Language::en ? "bytes_en" : "bytes_zh", static_cast<int>(page.size()));
  }
}

/// For script/check-report: writes pages where the environment says.
TEST(Sample, IsWrittenWhereItIsAskedFor) {
  const char* folder = std::getenv("ROUNDS_REPORT_SAMPLES");
  if (folder == nullptr) GTEST_SKIP() << "ROUNDS_REPORT_SAMPLES is not set";
  const Document document = big_document(10);
  std::ofstream(std::string(folder) + "/large.en.html") << render_html(document, {Language::en, big_history(document)});
  std::ofstream(std::string(folder) + "/large.zh.html") << render_html(document, {Language::zh, big_history(document)});
  std::ofstream(std::string(folder) + "/hostile.en.html") << render_html(parse_document(kSample));
  std::ofstream(std::string(folder) + "/empty.en.html") << render_html(Document{});
}

TEST(Markdown, KeepsEveryRowOfATableInOneLine) {
  std::size_t cells = 0;
  for (const std::string& line : lines_of(render_markdown(parse_document(kSample)))) {
    std::size_t bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i) bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\') ? 1 : 0;
    if (bars > 0 && cells > 0) {
      EXPECT_EQ(bars, cells) << line;
    }
    cells = bars;
  }
}

TEST(Markdown, EscapesWhatCameFromOutside) {
  const std::string text = render_markdown(parse_document(kSample));
  EXPECT_THAT(text, Not(HasSubstr("<script")));
  EXPECT_THAT(text, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(Markdown, ShowsEverySectionInOrder) {
  const std::string text = render_markdown(parse_document(kSample), {Language::zh, {}});
  std::size_t at = 0;
  for (const char* heading : {"# 数据库巡检报告", "## 评分表", "## 变化情况", "## 发现的问题", "## 实例详情", "## 趋势",
                              "## 全部检查项", "## 签字"}) {
    const std::size_t found = text.find(heading, at);
    ASSERT_NE(found, std::string::npos) << heading;
    at = found;
  }
}

TEST(Csv, BeginsWithAByteOrderMarkAndEndsLinesByTheRule) {
  const std::string text = render_csv(parse_document(kSample));
  EXPECT_THAT(text, testing::StartsWith("\xEF\xBB\xBF"
                                        "Business,Host,Instance,"));
  EXPECT_THAT(text, testing::EndsWith("\r\n"));
}

TEST(Csv, HasARowForEveryAnswerAndEveryFindingThatIsGone) {
  std::size_t rows = 0;
  const std::string text = render_csv(parse_document(kSample));
  for (std::size_t at = text.find("\r\n"); at != std::string::npos; at = text.find("\r\n", at + 2)) ++rows;
  EXPECT_EQ(rows, 1U + 4U + 2U);
  EXPECT_THAT(text, HasSubstr("not re-checked"));
}

TEST(Csv, LeavesNumbersNumbersAndMakesNoFormula) {
  Document document = parse_document(kSample);
  document.targets[0].checks[0].value = std::int64_t{-5};
  document.targets[0].checks[0].subject = "=cmd|' /C calc'!A0";
  const std::string text = render_csv(document);
  EXPECT_THAT(text, HasSubstr(",'=cmd|' /C calc'!A0,-5,0,"));
}

TEST(Text, LetsNoNameBeginALine) {
  Document document = parse_document(kSample);
  document.targets[0].checks[0].subject = "x\n  CRITICAL  forged\x1b[2J";
  const std::string text = render_text(document);
  EXPECT_THAT(text, Not(HasSubstr("\n  CRITICAL  forged")));
  EXPECT_THAT(text, HasSubstr("x   CRITICAL  forged\\x1b[2J"));
}

TEST(Text, IsThereInChinese) {
  const std::string text = render_text(parse_document(kSample), Language::zh);
  EXPECT_THAT(text, HasSubstr("巡检报告第 12 号  每周"));
  EXPECT_THAT(text, HasSubstr("得分 不适用，覆盖率 75%，1 项严重，1 项警告"));
}

TEST(Html, DrawsTrendsAndAllThatTheDocumentKnows) {
  const Document document = big_document(2);
  const std::string page = render_html(document, {Language::en, big_history(document)});
  for (const char* part : {"<svg viewBox=\"0 0 360 120\" role=\"img\" aria-label=\"Score of sales-db-0 as a line",
                           "accepted by dba, until 2027-01-01 00:00, replaced next year", "was info", "(85%)",
                           "pg.ale.check_2 3×", "id=\"signatures\"", "50</td>"}) {
    EXPECT_THAT(page, HasSubstr(part)) << part;
  }
}

TEST(Html, IsThereInChinese) {
  const std::string page = render_html(parse_document(kSample), {Language::zh, {}});
  for (const char* part :
       {"<html lang=\"zh-Hans\">", "巡检报告第 12 号", "评分表", "严重", "巡检人", "复核人", "外键缺少父行"})
    EXPECT_THAT(page, HasSubstr(part));
}

}  // namespace

}  // namespace rounds
