#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "time/trigger.h"

namespace rounds {

/// Something about a rule that is allowed and probably not meant.
struct Remark {
  std::string message;
  std::string hint{};
  std::size_t at = 0;                        ///< in the text of the rule, or of that field of a cron table
  std::size_t length = 0;                    ///< 0: the rule as a whole
  std::optional<std::size_t> table_field{};  ///< which field of a table
};

/// What people mistake: dates that never come, `* */15`, uneven steps, both day fields, weekday 7, more often than
/// every ten seconds, times that the next clock change skips, jitter that mixes up the order of the starts. `now` decides
/// what is still to come.
std::vector<Remark> lint(const Rule& rule, const Zone& zone, Due now);

}  // namespace rounds
