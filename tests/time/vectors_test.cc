#include <gtest/gtest.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "time/stamp.h"
#include "time/trigger.h"

namespace rounds {
namespace {

std::vector<nlohmann::json> read_lines(const std::string& name) {
  std::ifstream file(ROUNDS_TESTS_DIR "/vectors/" + name);
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

Schedule schedule_of(const nlohmann::json& line) {
  const std::string text = line.at("expr");
  const auto zone = Zone::load(line.at("tz"));
  EXPECT_TRUE(zone) << line.at("tz");
  const auto cron = parse_cron(text);
  if (const auto* error = std::get_if<ParseError>(&cron)) throw std::runtime_error(text + ": " + error->message);
  return {{{CronRule{std::get<Cron>(cron), text}}}, zone.value(), {}, false, {}, {}};
}

void expect_dues(const std::string& file) {
  const auto lines = read_lines(file);
  ASSERT_FALSE(lines.empty());
  for (const auto& line : lines) {
    SCOPED_TRACE(line.dump());
    const Schedule schedule = schedule_of(line);
    const Due start = parse_utc(line.at("start").get<std::string>()).value();
    std::vector<std::string> got;
    std::optional<Due> due = next_due(schedule, start);
    for (; due && got.size() < line.at("expected").size(); due = next_due(schedule, *due))
      got.push_back(utc_text(*due));
    EXPECT_EQ(got, line.at("expected").get<std::vector<std::string>>());
    EXPECT_TRUE(!due || !line.at("exhausted").get<bool>());
  }
}

void expect_backwards(const std::string& file) {
  for (const auto& line : read_lines(file)) {
    SCOPED_TRACE(line.dump());
    const Schedule schedule = schedule_of(line);
    const auto expected = line.at("expected").get<std::vector<std::string>>();
    if (expected.empty()) continue;
    const Due first = parse_utc(expected.front()).value();
    const Due last = parse_utc(expected.back()).value();
    EXPECT_EQ(count_dues(schedule, first, last), static_cast<std::int64_t>(expected.size()));
    Due due = last + std::chrono::seconds{1};
    for (auto wanted = expected.rbegin(); wanted != expected.rend(); ++wanted) {
      due = previous_due(schedule, due).value();
      EXPECT_EQ(utc_text(due), *wanted);
    }
  }
}

TEST(CronVectors, GiveTheirDues) { expect_dues("cron_public.jsonl"); }
TEST(CronVectors, GiveTheirDuesAroundClockChanges) { expect_dues("dst_public.jsonl"); }
TEST(CronVectors, GiveTheSameDuesBackwardsAndCounted) {
  expect_backwards("cron_public.jsonl");
  expect_backwards("dst_public.jsonl");
}

TEST(CronVectors, RefuseWhatIsNoExpression) {
  for (const auto& line : read_lines("cron_invalid_public.jsonl")) {
    const std::string text = line.at("expr");
    const auto cron = parse_cron(text);
    const auto* error = std::get_if<ParseError>(&cron);
    ASSERT_NE(error, nullptr) << line;
    EXPECT_LE(error->at + error->length, text.size()) << line;
    EXPECT_GE(error->length, 1U) << line << error->message;
  }
}

}  // namespace
}  // namespace rounds
