#include "report/document.h"

#include <gtest/gtest.h>

#include "error.h"
#include "report/nagios.h"
#include "sample.h"

namespace rounds {

namespace {

TEST(Document, ReadsWhatTheInspectionWrote) {
  const Document document = parse_document(kSample);
  EXPECT_EQ(document.inspection, 12);
  EXPECT_EQ(document.run, 7);
  EXPECT_EQ(document.from, "2026-11-18T08:00:00Z");
  const DocumentTarget& target = document.targets.at(0);
  EXPECT_FALSE(target.score);
  EXPECT_EQ(target.host, "");
  EXPECT_EQ(target.checks.at(0).value, DocumentValue(std::int64_t{2}));
  EXPECT_EQ(target.checks.at(2).value, DocumentValue(10.5));
  EXPECT_EQ(shown(target.checks.at(2).threshold), "many");
  EXPECT_EQ(target.resolved.at(0).id, "sq.sec.mode");
}

TEST(Document, TellsNewFindingsFromOldOnes) {
  const Document document = parse_document(kSample);
  EXPECT_FALSE(is_new(document, document.targets[0].checks[0]));
  EXPECT_TRUE(is_new(document, document.targets[0].checks[1]));
}

TEST(Document, CountsFindingsBySeverity) {
  const Document document = parse_document(kSample);
  EXPECT_EQ(count_findings(document, "critical"), 1);
  EXPECT_EQ(count_findings(document, "warning"), 1);
  EXPECT_EQ(count_findings(document, "info"), 0);
}

TEST(Document, ReadsAcceptancesSnapshotsAndStatements) {
  const Document document = parse_document(R"json({"inspection":1,"at":"2026-11-21T08:00:00.000Z",
    "window":{"from":"2026-11-11T00:00:00Z","to":"2026-11-21T00:00:00Z","effective_from":null,"effective_to":null},
    "targets":[{"name":"a","checks":[{"id":"x","outcome":"skipped","worsened_from":"info",
    "accepted":{"severity":"critical","reason":"r","owner":"o","until":"2027-01-01T00:00:00Z"}}],
    "covered":{"from":"2026-11-10T00:00:00Z","to":"2026-11-19T12:00:00Z"},
    "statements":[{"asked_by":"x","database":null,"sql":"SELECT 1","duration_ms":3,"rows":4}]},
    {"name":"b","covered":null,"checks":[]}]})json");
  const DocumentTarget& target = document.targets.at(0);
  EXPECT_EQ(target.checks.at(0).worsened_from, "info");
  EXPECT_EQ(target.checks.at(0).accepted->owner, "o");
  EXPECT_EQ(count_accepted(target), 1);
  EXPECT_EQ(window_coverage(document, *target.covered), 85);
  EXPECT_EQ(target.statements.at(0).rows, 4);
  EXPECT_FALSE(document.targets.at(1).covered);
}

TEST(Document, TellsTimesAndAges) {
  EXPECT_EQ(brief("2026-11-21T08:00:03.250Z"), "2026-11-21 08:00");
  EXPECT_EQ(brief("<soon>"), "<soon>");
  EXPECT_EQ(days_between("2026-11-01T12:00:00.000Z", "2026-11-03T11:00:00Z"), 1);
  EXPECT_FALSE(days_between("", "2026-11-03T11:00:00Z"));
}

TEST(Document, RefusesWhatIsNone) {
  EXPECT_THROW(parse_document("{"), Error);
  EXPECT_THROW(parse_document("{\"schema\":1}"), Error);
  EXPECT_THROW(parse_document("{\"inspection\":\"x\",\"window\":{}}"), Error);
}

Document with_findings(const std::string& severity, std::optional<std::int64_t> score) {
  Document document;
  DocumentTarget target;
  target.name = "shop";
  target.score = score;
  target.coverage = 100;
  if (!severity.empty()) target.checks.push_back({.id = "a.b", .severity = severity});
  document.targets.push_back(target);
  return document;
}

TEST(Nagios, AnswersWithTheWorstState) {
  EXPECT_EQ(nagios_status(with_findings("", 100)), 0);
  EXPECT_EQ(nagios_status(with_findings("info", 99)), 0);
  EXPECT_EQ(nagios_status(with_findings("warning", 95)), 1);
  EXPECT_EQ(nagios_status(with_findings("critical", std::nullopt)), 2);
}

TEST(Nagios, DoesNotKnowWhenChecksCouldNotLook) { EXPECT_EQ(nagios_status(with_findings("", std::nullopt)), 3); }

TEST(Nagios, WritesOneLineWithPerformanceData) {
  EXPECT_EQ(nagios_line(with_findings("warning", 95)),
            "ROUNDS WARNING - 0 critical, 1 warning in 1 target: shop a.b | 'critical'=0;;1;0 'warning'=1;1;;0"
            " 'shop_score'=95;;59:;0;100 'shop_coverage'=100%;80:;;0;100\n");
}

}  // namespace

}  // namespace rounds
