#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "config/load.h"
#include "core/job.h"
#include "core/retention.h"
#include "time/zone.h"

namespace rounds {

/// What the command line may override; empty: not given.
struct PathOverrides {
  std::string store;
  std::string jobs_dir;
  std::string config;
};

/// Where things are and what config.toml says, with all defaults filled in. Paths are absolute.
struct Settings {
  std::filesystem::path config_file;  ///< may not exist
  std::filesystem::path jobs_dir;
  std::filesystem::path targets_dir;  ///< beside jobs_dir
  std::filesystem::path store;
  Zone zone = Zone::utc();   ///< config.toml, else the host's
  std::string zone_warning;  ///< when the host names no zone
  std::optional<int> max_parallel;
  Pools pools{};  ///< beside the default one, which may be among them
  std::int64_t output_max = 1 << 20;  ///< bytes, of jobs that say nothing
  Hooks hooks{};  ///< of jobs that have none of their own
  Retention history{};
  std::map<std::string, double> thresholds{};  ///< of checks, for all targets: "pg.run.disk.warning_percent"
};

/// Root: /etc/rounds, /var/lib/rounds; users: XDG directories. Throws Error `config` with file:line:column
/// for a bad config.toml.
Settings load_settings(const PathOverrides& overrides);

}  // namespace rounds
