#include "inspect/check.h"

#include <charconv>

#include "core/words.h"

namespace rounds {

namespace {

constexpr Words<4> kTiers{"daily", "weekly", "monthly", "yearly"};
static_assert(complete(kTiers, Tier::yearly));
constexpr Words<8> kCategories{"running",  "backup",     "alerts", "objects",
                               "security", "parameters", "host",   "performance"};
static_assert(complete(kCategories, Category::performance));
constexpr Words<4> kKinds{"point", "delta", "log", "compared"};
static_assert(complete(kKinds, Kind::compared));
constexpr Words<3> kCosts{"cheap", "medium", "expensive"};
static_assert(complete(kCosts, Cost::expensive));
constexpr Words<3> kSeverities{"info", "warning", "critical"};
static_assert(complete(kSeverities, Severity::critical));
constexpr Words<4> kOutcomes{"ok", "finding", "skipped", "error"};
static_assert(complete(kOutcomes, Outcome::error));
constexpr Words<3> kRisks{"online", "locks", "restart"};
static_assert(complete(kRisks, Risk::restart));
constexpr Words<2> kScopes{"instance", "database"};
static_assert(complete(kScopes, Scope::database));

/// Takes the leading number and the dot behind it off `version`; 0 when there is none.
int next_number(std::string_view& version) {
  int number = 0;
  const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), number);
  const std::size_t used = static_cast<std::size_t>(end - version.data());
  version.remove_prefix(std::min(version.size(), used + 1));
  return error == std::errc() ? number : 0;
}

}  // namespace

std::string to_text(Tier tier) { return word_of(kTiers, tier); }
std::string to_text(Category category) { return word_of(kCategories, category); }
std::string to_text(Kind kind) { return word_of(kKinds, kind); }
std::string to_text(Cost cost) { return word_of(kCosts, cost); }
std::string to_text(Severity severity) { return word_of(kSeverities, severity); }
std::string to_text(Outcome outcome) { return word_of(kOutcomes, outcome); }
std::string to_text(Risk risk) { return word_of(kRisks, risk); }
std::string to_text(Scope scope) { return word_of(kScopes, scope); }
std::optional<Tier> tier_from_text(std::string_view text) { return value_of<Tier>(kTiers, text); }
std::optional<Category> category_from_text(std::string_view text) { return value_of<Category>(kCategories, text); }
std::optional<Kind> kind_from_text(std::string_view text) { return value_of<Kind>(kKinds, text); }
std::optional<Cost> cost_from_text(std::string_view text) { return value_of<Cost>(kCosts, text); }
std::optional<Severity> severity_from_text(std::string_view text) { return value_of<Severity>(kSeverities, text); }
std::optional<Outcome> outcome_from_text(std::string_view text) { return value_of<Outcome>(kOutcomes, text); }
std::optional<Risk> risk_from_text(std::string_view text) { return value_of<Risk>(kRisks, text); }
std::optional<Scope> scope_from_text(std::string_view text) { return value_of<Scope>(kScopes, text); }

Limits limits_of(Cost cost) {
  using std::chrono::seconds;
  switch (cost) {
    case Cost::cheap: return {.time = seconds(1)};
    case Cost::medium: return {.time = seconds(5)};
    case Cost::expensive: return {.time = seconds(30)};
  }
  return {};
}

bool version_reaches(std::string_view version, std::string_view minimum) {
  while (!minimum.empty()) {
    const int needed = next_number(minimum);
    const int present = next_number(version);
    if (present != needed) return present > needed;
  }
  return true;
}

const std::string& sql_for(const Question& question, std::string_view version) {
  const std::string* sql = &question.sql;
  std::string_view lowest;
  for (const auto& [below, older] : question.older) {
    if (version_reaches(version, below) || (!lowest.empty() && version_reaches(below, lowest))) continue;
    lowest = below;
    sql = &older;
  }
  return *sql;
}

std::string obstacle(const Question& question, const Capabilities& can) {
  if (!version_reaches(can.version, question.min_version)) {
    return "needs version " + question.min_version + ", this is " + can.version;
  }
  for (const std::string& privilege : question.privileges) {
    if (can.privileges.count(privilege) > 0) continue;
    const auto why = can.missing.find(privilege);
    return why == can.missing.end() ? "needs the privilege \"" + privilege + "\"" : why->second;
  }
  return {};
}

}  // namespace rounds
