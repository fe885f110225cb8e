#pragma once
#include <string_view>

namespace rounds {

/// What the check of that id looks for, in Chinese; empty where nobody translated it yet.
std::string_view chinese_title(std::string_view check);

}  // namespace rounds
