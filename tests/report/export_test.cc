#include "report/export.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "error.h"
#include "sample.h"

namespace rounds {

namespace {

using testing::HasSubstr;

class Export : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "rounds-report-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string file(const std::string& name) const { return folder_ / name; }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_), {}));
  }

 private:
  std::filesystem::path folder_;
};

std::string text_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

TEST_F(Export, ReplacesAFileAndLeavesNoDraft) {
  write_report(file("r.html"), "old");
  write_report(file("r.html"), "new");
  EXPECT_EQ(text_of(file("r.html")), "new");
  EXPECT_EQ(files(), 1U);
}

TEST_F(Export, NamesTheFolderThatIsMissing) {
  try {
    write_report(file("none/r.html"), "x");
    FAIL() << "wrote";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("none/r.html"));
  }
}

TEST_F(Export, WritesThroughToDevices) { EXPECT_NO_THROW(write_report("/dev/null", "x")); }

TEST(ReportFormats, FollowTheFileName) {
  EXPECT_EQ(report_format_of_file("a.html"), ReportFormat::html);
  EXPECT_EQ(report_format_of_file("a.json"), ReportFormat::json);
  EXPECT_EQ(report_format_of_file("a.txt"), ReportFormat::text);
  EXPECT_FALSE(report_format_from_text("pdf"));
}

TEST(ReportText, TellsFindingsWorstFirstThenTheRest) {
  const std::string text = render_report(ReportFormat::text, kSample);
  EXPECT_THAT(text, HasSubstr("score n/a, coverage 75%, 1 critical, 1 warning"));
  EXPECT_LT(text.find("CRITICAL  Damage"), text.find("WARNING  Rows without their parent"));
  EXPECT_LT(text.find("WARNING"), text.find("resolved  sq.sec.mode"));
  EXPECT_THAT(text, HasSubstr("found     2, threshold 0"));
  EXPECT_THAT(text, HasSubstr("skipped  sq.run.disk          no <room> to look\n"));
  EXPECT_THAT(text, HasSubstr("ok       sq.run.wal\n"));
}

TEST(ReportJson, IsTheDocumentItself) { EXPECT_EQ(render_report(ReportFormat::json, kSample), kSample + "\n"); }

}  // namespace

}  // namespace rounds
