#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace rounds {

inline constexpr std::array<std::string_view, 7> kWeekdayNames{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                               "Thursday", "Friday", "Saturday"};

/// `a`, `a and b`, `a, b and c`
inline std::string listed(const std::vector<std::string>& items, std::string_view last_joint = " and ") {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? last_joint : ", ";
    text += items[i];
  }
  return text;
}

}  // namespace rounds
