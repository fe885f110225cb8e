#pragma once
#include <string>
#include <utility>
#include <vector>

#include "selftest/bed.h"
#include "selftest/judge.h"
#include "selftest/progress.h"

namespace rounds {

using Figures = std::vector<std::pair<std::string, std::int64_t>>;

/// What a trial did and what came of it. It held when there are no problems.
struct Trial {
  std::string name;
  int done = 0;
  std::string deeds;  ///< what was done, for people
  Figures counts{};   ///< of what must not be, and of unknown runs
  Figures times_ms{};
  Figures details{};                    ///< of what was done, for programs
  std::vector<std::string> problems{};  ///< a sentence each
};

/// Kills by that plan while jobs of every policy are due each second, and judges the ledger by the witness file.
Trial try_kills(Bed& bed, const std::vector<Strike>& strikes, Progress& progress);
/// Eight editors share so many commands beside jobs that are due each second.
Trial try_editors(Bed& bed, int edits, Progress& progress);
/// Stops so many jobs that ignore TERM and leave children.
Trial try_stubborn(Bed& bed, int jobs, Progress& progress);

/// So many of that kind, a sentence each.
void count(Trial& trial, const std::string& kind, const std::vector<std::string>& texts);
/// The same, for what is not worth a word while there is none.
void count_any(Trial& trial, const std::string& kind, const std::vector<std::string>& texts);
/// What may not be there once the scheduler was stopped, and its exit status where that is not 0.
std::vector<std::string> leftovers(const Bed& bed, int status);

}  // namespace rounds
