#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.h"
#include "config/field.h"
#include "core/target.h"
#include "time/now.h"
#include "time/zone.h"

namespace rounds {

/// The targets of one file of `targets.d`, or all its problems at once.
struct LoadedTargets {
  std::vector<Target> targets{};
  std::vector<Diagnostic> problems{};
};

/// `[target.NAME]` tables. Relative paths start at `base_dir`. Never throws for what the text says.
LoadedTargets parse_targets(std::string_view text, const std::string& shown_path, const std::string& base_dir);

/// The target as parse_targets reads it.
std::string target_toml(const Target& target);

/// `thresholds = { "pg.run.disk" = { warning_percent = 85 } }`, or with the whole name: "pg.run.disk.warning_percent".
std::map<std::string, double> read_thresholds(const Field& field);

}  // namespace rounds
