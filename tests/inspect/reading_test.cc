#include "inspect/reading.h"

#include <gmock/gmock.h>

namespace rounds {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Reading kTables{.name = "tables", .engine = "x", .key = {"name"}, .counters = {"scans", "writes"}};

Answer taken(std::vector<SqlRow> rows) {
  return {.columns = {"name", "scans", "writes", "state"}, .rows = std::move(rows)};
}

SqlRow row(const char* name, std::int64_t scans, std::int64_t writes, const char* state = "ok") {
  return {std::string(name), scans, writes, std::string(state)};
}

Snapshot snapshot(std::int64_t at_s, std::vector<SqlRow> rows, bool of_inspection = false) {
  return {at_s, of_inspection, write_snapshot({{"tables", taken(std::move(rows))}})};
}

Window window(std::int64_t from_s, std::int64_t to_s) {
  return {Due(std::chrono::seconds(from_s)), Due(std::chrono::seconds(to_s))};
}

/// The facts of one reading, taken at 10000.
class ReadingFacts : public testing::Test {
 protected:
  Covered fill(std::vector<SqlRow> now, const std::vector<Snapshot>& past, const Window& asked = window(1000, 10000)) {
    return fill_reading(facts_, kTables, taken(std::move(now)), past, asked, 10000);
  }
  std::vector<std::string> lines(const std::string& sql) {
    const Answer answer = facts_.query(sql, {}, {});
    EXPECT_EQ(answer.message, "");
    std::vector<std::string> lines;
    for (const SqlRow& cells : answer.rows) lines.push_back(std::get<std::string>(cells.at(0)));
    return lines;
  }
  std::vector<std::string> growth() {
    return lines(
        "SELECT name || ' ' || scans || ' ' || writes || iif(reset, ' reset', '') || ' ' || state FROM tables_delta "
        "ORDER BY name");
  }

  SqlSession facts_ = SqlSession::in_memory();
};

TEST_F(ReadingFacts, GrowFromTheBeginningOfTheWindow) {
  const Covered covered =
      fill({row("a", 30, 7, "new")}, {snapshot(1000, {row("a", 10, 5)}), snapshot(5000, {row("a", 20, 5)})});
  EXPECT_EQ(covered.from_s, 1000);
  EXPECT_EQ(covered.to_s, 10000);
  EXPECT_THAT(growth(), ElementsAre("a 20 2 new"));
}

TEST_F(ReadingFacts, CountWhatCameAfterAResetAsALowerBound) {
  fill({row("a", 4, 9)}, {snapshot(1000, {row("a", 10, 5)}), snapshot(5000, {row("a", 16, 6)})});
  EXPECT_THAT(growth(), ElementsAre("a 10 10 reset ok"))
      << "6 and 4, 1 and 9: of a row that fell nothing was there before";
}

TEST_F(ReadingFacts, TakeRowsThatAreNewAsBegunAtZero) {
  fill({row("a", 1, 1), row("b", 5, 3)}, {snapshot(1000, {row("a", 1, 1)})});
  EXPECT_THAT(growth(), ElementsAre("a 0 0 ok", "b 5 3 ok"));
}

TEST_F(ReadingFacts, LeaveOutRowsThatAreGone) {
  fill({row("a", 1, 1)}, {snapshot(1000, {row("a", 1, 1), row("b", 5, 3)})});
  EXPECT_THAT(growth(), ElementsAre("a 0 0 ok"));
}

TEST_F(ReadingFacts, BeginShortlyBeforeTheWindowRatherThanAfterIt) {
  EXPECT_EQ(fill({row("a", 1, 1)},
                 {snapshot(50, {row("a", 1, 1)}), snapshot(500, {row("a", 1, 1)}), snapshot(2000, {row("a", 1, 1)})})
                .from_s,
            500);
}

TEST_F(ReadingFacts, DoNotBeginLongBeforeTheWindow) {
  EXPECT_EQ(
      fill({row("a", 1, 1)}, {snapshot(50, {row("a", 1, 1)}), snapshot(9000, {row("a", 1, 1)})}, window(8000, 10000))
          .from_s,
      9000);
}

TEST_F(ReadingFacts, HaveNoBeginningWithoutAPast) {
  const Covered covered = fill({row("a", 1, 1)}, {});
  EXPECT_EQ(covered.from_s, covered.to_s);
  EXPECT_FALSE(covered.has_before);
  EXPECT_THAT(lines("SELECT name FROM tables_before"), IsEmpty());
}

TEST_F(ReadingFacts, CompareWithTheLastInspectionNotWithACollector) {
  const Covered covered = fill({row("a", 1, 1, "now")}, {snapshot(10, {row("a", 1, 1, "old")}, true),
                                                         snapshot(5000, {row("a", 1, 1, "collected")})});
  EXPECT_TRUE(covered.has_before);
  EXPECT_THAT(lines("SELECT state FROM tables_before"), ElementsAre("old"));
  EXPECT_THAT(lines("SELECT state FROM tables_last"), ElementsAre("now"));
}

TEST_F(ReadingFacts, ReadSnapshotsOfOtherColumns) {
  Answer older{.columns = {"writes", "name"}, .rows = {{std::int64_t{3}, std::string("a")}}};
  fill({row("a", 9, 5)}, {{1000, false, write_snapshot({{"tables", older}})}});
  EXPECT_THAT(lines("SELECT writes || ' ' || ifnull(scans, 'none') FROM tables_first"), ElementsAre("3 none"));
  EXPECT_THAT(lines("SELECT 'grew by ' || writes FROM tables_delta"), ElementsAre("grew by 2"));
}

TEST_F(ReadingFacts, EndWithAWindowThatLiesInThePast) {
  const Covered covered =
      fill({row("a", 900, 9)},
           {snapshot(1000, {row("a", 10, 1)}), snapshot(2000, {row("a", 25, 2)}), snapshot(6000, {row("a", 500, 5)})},
           window(1000, 2000));
  EXPECT_EQ(covered.from_s, 1000);
  EXPECT_EQ(covered.to_s, 2000);
  EXPECT_THAT(growth(), ElementsAre("a 15 1 ok"));
}

TEST_F(ReadingFacts, KnowNothingOfAPastWithoutSnapshots) {
  const Covered covered = fill({row("a", 900, 9)}, {snapshot(6000, {row("a", 500, 5)})}, window(1000, 2000));
  EXPECT_EQ(covered.from_s, covered.to_s);
}

TEST_F(ReadingFacts, ThatWereCutDoNotTakeLateRowsAsBegunAtZero) {
  Reading part = kTables;
  part.partial = true;
  const auto many = [](std::size_t count) {
    std::vector<SqlRow> rows;
    for (std::size_t i = 0; i < count; ++i) rows.push_back(row(("x" + std::to_string(i)).c_str(), 1, 1));
    return rows;
  };
  std::vector<SqlRow> later = many(999), now = many(999);
  later.push_back(row("late", 400, 20));
  now.push_back(row("late", 500, 30));
  const auto grown = [&](std::size_t at_first) {
    SqlSession facts = SqlSession::in_memory();
    fill_reading(facts, part, taken(now), {snapshot(1000, many(at_first)), snapshot(5000, later)}, window(1000, 10000),
                 10000);
    const Answer answer = facts.query("SELECT scans FROM tables_delta WHERE name = 'late'", {}, {});
    return std::get<std::int64_t>(answer.rows.at(0).at(0));
  };
  EXPECT_EQ(grown(1000), 100) << "there may have been more than a thousand before";
  EXPECT_EQ(grown(999), 500) << "it was not there before";
}

TEST_F(ReadingFacts, TellTheCoverage) {
  fill_span(facts_, {7000, 10000, false}, window(0, 10000));
  EXPECT_THAT(lines("SELECT seconds || ' of ' || asked_seconds || ', ' || coverage || '%' FROM span"),
              ElementsAre("3000 of 10000, 30%"));
}

}  // namespace

}  // namespace rounds
