#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rounds {

/// What `run-now` or `backfill` say of one occurrence, or what makes a run a hook; kept in the run's row as JSON.
struct Overrides {
  std::optional<std::chrono::seconds> timeout{};
  bool retry = false;                ///< by the job's policy; otherwise one attempt
  std::vector<std::string> extra{};  ///< more arguments
  std::map<std::string, std::string> params{};  ///< instead of the job's own
  int parallel = 0;                  ///< of a backfilled run: how many of them at once; 0: not given
  std::string hook{};                ///< `on_failure`, `on_success` or `on_missed`; empty: it is none
  std::int64_t about = 0;            ///< of a hook: the row of the ledger that it follows
  bool operator==(const Overrides&) const = default;
};

/// Throws `usage` for an extra argument or a parameter that is not valid UTF-8.
std::string overrides_text(const Overrides& overrides);
/// The empty text means no changes.
Overrides overrides_from_text(const std::string& text);

}  // namespace rounds
