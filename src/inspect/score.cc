#include "inspect/score.h"

#include <algorithm>
#include <map>
#include <set>

namespace rounds {

namespace {

constexpr int kInfoWeight = 1, kWarningWeight = 5, kCriticalWeight = 20;
constexpr int kCategoryCap = 40;
constexpr int kCriticalCeiling = 59;
constexpr int kEnoughCoverage = 80;

void count(CategoryScore& score, Severity severity) {
  switch (severity) {
    case Severity::info: ++score.info; return;
    case Severity::warning: ++score.warning; return;
    case Severity::critical: ++score.critical; return;
  }
}

int deduction_of(const CategoryScore& score) {
  return std::min(kCategoryCap,
                  score.info * kInfoWeight + score.warning * kWarningWeight + score.critical * kCriticalWeight);
}

std::vector<CategoryScore> by_category(const std::vector<Entry>& entries) {
  std::map<Category, CategoryScore> categories;
  std::set<const Check*> counted;
  for (const Entry& entry : entries) {
    CategoryScore& score = categories[entry.check->category];
    score.category = entry.check->category;
    if (entry.severity) count(score, *entry.severity);
    if (!counted.insert(entry.check).second) continue;
    ++score.checks;
    if (entry.outcome == Outcome::ok || entry.outcome == Outcome::finding || entry.accepted) ++score.seen;
  }
  std::vector<CategoryScore> scores;
  for (auto& [category, score] : categories) {
    score.deduction = deduction_of(score);
    scores.push_back(score);
  }
  return scores;
}

}  // namespace

Score score_of(const std::vector<Entry>& entries) {
  Score score{.categories = by_category(entries)};
  int checks = 0, seen = 0, points = 100;
  bool critical = false;
  for (const CategoryScore& category : score.categories) {
    checks += category.checks;
    seen += category.seen;
    points -= category.deduction;
    critical = critical || category.critical > 0;
  }
  score.coverage = checks == 0 ? 0 : 100 * seen / checks;
  if (critical) points = std::min(points, kCriticalCeiling);
  if (score.coverage >= kEnoughCoverage) score.points = std::max(points, 0);
  return score;
}

}  // namespace rounds
