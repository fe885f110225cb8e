#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rounds {

/// The candidate nearest to `word`: edit distance (a swap counts as one) at most 1 up to four letters, else 2; case
/// does not count. Nothing when none is near.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace rounds
