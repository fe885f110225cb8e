#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "inspect/check.h"

namespace rounds {

/// One check file. Throws Error `bad_data` naming the file, the key and what is allowed.
Check parse_check(std::string_view toml, const std::string& file, const std::string& engine);

/// The checks that are compiled in, in the order of their ids.
const std::vector<Check>& builtin_checks();
/// Tells two sets of built-in checks apart: a hash of their texts, as 16 hexadecimal digits.
std::string rules_hash();

/// Which checks an inspection asks.
struct CheckFilter {
  Tier tier = Tier::daily;
  std::vector<std::string> globs;  ///< of ids; empty: all
};
std::vector<const Check*> select_checks(const std::vector<Check>& checks, const CheckFilter& filter);

}  // namespace rounds
