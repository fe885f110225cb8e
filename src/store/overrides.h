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

/// Throws `usage` for an extra argument that is not valid UTF-8.
std::string overrides_text(const Overrides& overrides);
/// The empty text means no changes.
Overrides overrides_from_text(const std::string& text);

}  // namespace rounds
