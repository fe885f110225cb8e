#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "inspect/engine.h"

namespace rounds {

/// The statement with each `:name` as a literal: numbers and NULL as they are, texts by `quote`. What stands in quotes,
/// in comments or after a second colon (a cast) is left alone; names that `parameters` lacks are NULL.
std::string with_literals(std::string_view sql, const Parameters& parameters,
                          const std::function<std::string(const std::string&)>& quote);

}  // namespace rounds
