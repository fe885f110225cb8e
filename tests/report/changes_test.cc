#include "report/changes.h"

#include <gmock/gmock.h>

#include "error.h"
#include "report/diff.h"

namespace rounds {

namespace {

using testing::HasSubstr;

constexpr const char* kBefore = "2026-11-01T08:00:00.000Z";
constexpr const char* kAfter = "2026-11-11T20:00:00.000Z";

DocumentEntry finding(const std::string& id, const std::string& severity, const std::string& since) {
  DocumentEntry entry;
  entry.id = id;
  entry.title = "About " + id;
  entry.outcome = "finding";
  entry.severity = severity;
  entry.subject = "s";
  entry.since = since;
  return entry;
}

DocumentEntry other(const std::string& id, const std::string& outcome) {
  DocumentEntry entry;
  entry.id = id;
  entry.outcome = outcome;
  return entry;
}

Document inspection(std::int64_t id, const std::string& at, std::vector<DocumentEntry> checks,
                    const std::string& target = "shop") {
  Document document;
  document.inspection = id;
  document.at = at;
  document.tier = "daily";
  document.targets.push_back({});
  document.targets[0].name = target;
  document.targets[0].score = 100 - static_cast<std::int64_t>(checks.size());
  document.targets[0].checks = std::move(checks);
  return document;
}

/// "new a", "worsened b", …
std::vector<std::string> told(const std::vector<FindingChange>& changes) {
  std::vector<std::string> lines;
  for (const FindingChange& change : changes) lines.push_back(std::string(to_text(change.kind)) + " " + change.id);
  return lines;
}

TEST(Changes, OfOneDocumentAreWhatItSays) {
  DocumentEntry worse = finding("b", "critical", kBefore);
  worse.worsened_from = "warning";
  DocumentEntry accepted = other("d", "skipped");
  accepted.since = kBefore;
  accepted.accepted = {{"critical", "known", "dba", ""}};
  Document document =
      inspection(2, kAfter, {finding("a", "info", kAfter), worse, finding("c", "warning", kBefore), accepted});
  document.targets[0].resolved = {{"c", "gone", kBefore, "info"}};
  document.targets[0].not_rechecked = {{"e", "s", kBefore, ""}};
  const auto changes = changes_of(document);
  EXPECT_THAT(told(changes), testing::ElementsAre("new a", "worsened b", "persisting c", "resolved c",
                                                  "not_rechecked e", "accepted d"));
  EXPECT_EQ(changes[1].was, "warning");
  EXPECT_EQ(changes[2].days_open, 10);
  EXPECT_EQ(changes[3].title, "About c");
  EXPECT_EQ(changes[5].severity, "critical");
}

TEST(Changes, BetweenTwoAreFoundBySubject) {
  const Document before = inspection(
      1, kBefore, {finding("a", "warning", kBefore), finding("b", "warning", kBefore), finding("c", "info", kBefore)});
  const Document after = inspection(
      2, kAfter,
      {finding("a", "critical", kBefore), other("b", "ok"), other("c", "skipped"), finding("d", "info", kAfter)});
  EXPECT_THAT(told(changes_between(before, after)),
              testing::ElementsAre("new d", "worsened a", "resolved b", "not_rechecked c"));
}

TEST(Changes, ResolveNothingThatWasNotAskedAgain) {
  const Document before = inspection(1, kBefore, {finding("a", "critical", kBefore)});
  EXPECT_THAT(told(changes_between(before, inspection(2, kAfter, {}))), testing::ElementsAre("not_rechecked a"));
  EXPECT_THAT(told(changes_between(before, inspection(2, kAfter, {other("a", "ok")}, "other"))),
              testing::ElementsAre("not_rechecked a"));
  EXPECT_THAT(told(changes_between(before, inspection(2, kAfter, {other("a", "error")}))),
              testing::ElementsAre("not_rechecked a"));
}

TEST(Changes, CallWhatIsOlderThanBothPersisting) {
  const Document after = inspection(2, kAfter, {finding("a", "info", "2026-10-01T00:00:00.000Z")});
  EXPECT_THAT(told(changes_between(inspection(1, kBefore, {}), after)), testing::ElementsAre("persisting a"));
}

TEST(Changes, ThatAreBetterPersistAndSayWhatTheyWere) {
  const auto changes = changes_between(inspection(1, kBefore, {finding("a", "critical", kBefore)}),
                                       inspection(2, kAfter, {finding("a", "info", kBefore)}));
  EXPECT_EQ(changes.at(0).kind, ChangeKind::persisting);
  EXPECT_EQ(changes.at(0).was, "critical");
}

TEST(Diff, IsWrittenInEveryFormatThatPeopleAskFor) {
  const Document before = inspection(1, kBefore, {finding("a", "warning", kBefore)});
  const Document after = inspection(2, kAfter, {finding("a", "critical", kBefore)});
  EXPECT_THAT(render_diff(ReportFormat::text, before, after, Language::en),
              HasSubstr("worsened       critical  shop  a About a: s  (since 2026-11-01"));
  EXPECT_THAT(
      render_diff(ReportFormat::json, before, after, Language::en),
      HasSubstr(
          R"("changes":[{"change":"worsened","target":"shop","id":"a","title":"About a","subject":"s","severity":"critical","severity_before":"warning")"));
  EXPECT_THAT(render_diff(ReportFormat::markdown, before, after, Language::zh), HasSubstr("| 加重 | shop |"));
  EXPECT_THAT(render_diff(ReportFormat::html, before, after, Language::zh), HasSubstr("<html lang=\"zh-Hans\">"));
  EXPECT_THROW(render_diff(ReportFormat::csv, before, after, Language::en), Error);
}

}  // namespace

}  // namespace rounds
