#pragma once
#include <array>
#include <optional>
#include <vector>

#include "inspect/examine.h"

namespace rounds {

/// How one category did: its checks by outcome, its findings by severity, and the points they cost.
struct CategoryScore {
  Category category = Category::running;
  int checks = 0, seen = 0;  ///< `seen`: answered, ok or with findings
  int info = 0, warning = 0, critical = 0;
  int deduction = 0;
};

/// 100 less the deductions; a critical finding caps it at 59. Absent when too few checks could look to say.
struct Score {
  std::optional<int> points{};
  int coverage = 0;  ///< percent of the checks that could look, rounded down
  std::vector<CategoryScore> categories{};
};

Score score_of(const std::vector<Entry>& entries);

}  // namespace rounds
