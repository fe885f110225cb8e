#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "config/toml.h"

namespace rounds {

/// The kinds of tables in our files.
enum class Level {
  root, job, defaults, trigger, cron, random, dst, limits, hook, except_file, secret, retry, inspect, config, history, target, targets,
  suppression
};

/// Keys that a table of that kind takes.
const std::vector<std::string>& keys_of(Level level);

/// Reports each key of the table that does not belong there, with what was probably meant or where it belongs.
/// Keys that begin with `x-` are the user's own. `where`: "job nightly-backup". True when there was none.
bool check_keys(const Table& table, Level level, const std::string& where, Problems& problems);

}  // namespace rounds
