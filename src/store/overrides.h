#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace rounds {

/// What `run-now` changes for one occurrence; kept in the run's row as JSON.
struct Overrides {
  std::optional<std::chrono::seconds> timeout{};
  bool retry = false;                ///< by the job's policy; otherwise one attempt
  std::vector<std::string> extra{};  ///< more arguments
  bool operator==(const Overrides&) const = default;
};

std::string overrides_text(const Overrides& overrides);
/// The empty text means no changes.
Overrides overrides_from_text(const std::string& text);

}  // namespace rounds
