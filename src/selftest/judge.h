#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/run.h"
#include "selftest/plan.h"
#include "selftest/witness.h"

namespace rounds {

/// Everything that does not hold, a sentence each. All empty is what rounds promises.
struct Findings {
  std::vector<std::string> lost{};   ///< an occurrence without a final verdict, a run without an end or a row
  std::vector<std::string> twice{};  ///< two verdicts or two executions of one thing
  std::vector<std::string> wrong{};  ///< the ledger says what was not
};

/// A keeper that lived: who made it, and when each of the two was killed. Absent: it was not.
struct KeeperLife {
  pid_t pid = 0;
  pid_t maker = 0;
  std::optional<Nanoseconds> killed{};
  std::optional<Nanoseconds> maker_killed{};
};

/// All seconds from `first` to `last`.
struct Dues {
  Due first;
  Due last;
};

/// Of these jobs, due every second: each of the seconds, and of those that a row is about, has one final verdict.
void judge_occurrences(Findings& findings, const std::vector<std::string>& jobs, const std::vector<Run>& runs,
                       const Dues& dues);

/// The whole ledger of those jobs against what the jobs themselves told.
Findings judge(const std::vector<std::string>& jobs, const std::vector<Run>& runs,
               const std::vector<Execution>& executions, const std::vector<KeeperLife>& keepers, const Dues& dues);

/// Edits that were acknowledged and are not true, and jobs that nobody was told of.
std::vector<std::string> untrue(const std::map<std::string, JobTruth>& acknowledged,
                                const std::map<std::string, JobTruth>& stored);

}  // namespace rounds
