#include "inspect/catalogue.h"

#include <gmock/gmock.h>

#include <set>

#include "error.h"

namespace rounds {

namespace {

using testing::HasSubstr;

const std::string kText = R"(
id = "sq.x"
tier = "weekly"
category = "objects"
kind = "point"
cost = "cheap"
remedy_risk = "online"
thresholds = { few = 3, share = 0.5 }
sql = "SELECT 1"
title = "T"
cause = "C"
remedy = "R"
)";

std::string refusal(const std::string& toml) {
  try {
    parse_check(toml, "x.toml", "sqlite");
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

std::string with(std::string text, const std::string& old, const std::string& replacement) {
  return text.replace(text.find(old), old.size(), replacement);
}

TEST(Catalogue, HasTheBuiltInChecksWithoutTwins) {
  std::set<std::string> ids;
  for (const Check& check : builtin_checks()) EXPECT_TRUE(ids.insert(check.id).second) << check.id;
  for (const char* id : {"sq.run.connect", "sq.run.header", "sq.run.empty", "sq.run.hot_journal", "sq.run.wal",
                         "sq.run.disk", "sq.obj.quick", "sq.obj.integrity", "sq.obj.fk", "sq.obj.dup_index",
                         "sq.sec.mode", "sq.bak.age", "sq.bak.valid"}) {
    EXPECT_EQ(ids.count(id), 1U) << id;
  }
}

TEST(Catalogue, ReadsACheck) {
  const Check check = parse_check(kText, "x.toml", "sqlite");
  EXPECT_EQ(check.id, "sq.x");
  EXPECT_EQ(check.tier, Tier::weekly);
  EXPECT_EQ(check.thresholds.at("few"), SqlValue(std::int64_t{3}));
  EXPECT_EQ(check.thresholds.at("share"), SqlValue(0.5));
}

TEST(Catalogue, NamesFileAndKeyOfWhatIsWrong) {
  EXPECT_THAT(refusal(with(kText, "weekly", "hourly")), HasSubstr("x.toml: tier has no value \"hourly\""));
  EXPECT_THAT(refusal(with(kText, "title", "titel")), HasSubstr("titel is not a key"));
  EXPECT_THAT(refusal(with(kText, "cause = \"C\"", "")), HasSubstr("cause is missing"));
  EXPECT_THAT(refusal(with(kText, "0.5", "\"half\"")), HasSubstr("thresholds.share is not a number"));
  EXPECT_THAT(refusal("id ="), HasSubstr("x.toml:1:"));
}

TEST(Catalogue, SelectsByTierCumulativelyAndByGlob) {
  const auto& all = builtin_checks();
  const auto daily = select_checks(all, {Tier::daily, {}});
  const auto weekly = select_checks(all, {Tier::weekly, {}});
  EXPECT_LT(daily.size(), weekly.size());
  for (const Check* check : daily) EXPECT_THAT(weekly, testing::Contains(check));
  for (const Check* check : select_checks(all, {Tier::weekly, {"sq.sec.*"}})) {
    EXPECT_EQ(check->category, Category::security);
  }
}

TEST(Catalogue, ComparesVersionsByNumber) {
  EXPECT_TRUE(version_reaches("3.40.1", "3.9"));
  EXPECT_TRUE(version_reaches("3.40.1", "3.40.1"));
  EXPECT_FALSE(version_reaches("3.8", "3.16"));
  EXPECT_TRUE(version_reaches("3", ""));
}

TEST(Words, OfChecksReadBack) {
  for (const Tier tier : {Tier::daily, Tier::weekly, Tier::monthly, Tier::yearly}) {
    EXPECT_EQ(tier_from_text(to_text(tier)), tier);
  }
  for (const Severity severity : {Severity::info, Severity::warning, Severity::critical}) {
    EXPECT_EQ(severity_from_text(to_text(severity)), severity);
  }
  for (const Outcome outcome : {Outcome::ok, Outcome::finding, Outcome::skipped, Outcome::error}) {
    EXPECT_EQ(outcome_from_text(to_text(outcome)), outcome);
  }
  EXPECT_FALSE(tier_from_text("hourly"));
}

}  // namespace

}  // namespace rounds
