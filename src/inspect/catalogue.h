#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "inspect/check.h"
#include "inspect/reading.h"

namespace rounds {

/// One check file. Throws Error `bad_data` naming the file, the key and what is allowed.
Check parse_check(std::string_view toml, const std::string& file, const std::string& engine);

struct Rules {
  std::vector<Check> checks{};
  std::vector<Reading> readings{};
};
/// Adds what that file says, a check or a reading. Throws as parse_check does.
void add_rule(Rules& rules, std::string_view toml, const std::string& file, const std::string& engine);

/// What is compiled in, checks in the order of their ids.
const Rules& builtin_rules();
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
