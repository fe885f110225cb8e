#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/job.h"

namespace rounds {

/// The keys of a job that are not at their default, and trigger and task always, as people write them:
/// ("trigger", "30 2 * * 1-5"), ("retry.max_attempts", "3"). In a fixed order.
std::vector<std::pair<std::string, std::string>> job_fields(const Job& job);

/// One key whose value differs between two definitions.
struct ChangedKey {
  std::string key;
  std::string before;  ///< empty: it was at its default
  std::string after;
};
std::vector<ChangedKey> changed_keys(const Job& before, const Job& after);
/// `timeout: default -> 45m; …`
std::string to_text(const std::vector<ChangedKey>& changes);

}  // namespace rounds
