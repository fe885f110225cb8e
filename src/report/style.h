#pragma once
#include <string_view>

namespace rounds {

/// style.css, compiled in.
extern const std::string_view kStyle;

}  // namespace rounds
