#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/job.h"

namespace rounds {

/// Findings that are accepted for a while, by whom and why.
struct Suppression {
  std::string check{};    ///< an id or a glob of ids
  std::string subject{};  ///< a glob; empty: all
  std::string reason{}, owner{};
  std::optional<Due> until{};  ///< absent: until it is taken out
  bool operator==(const Suppression&) const = default;
};

/// An inspected database instance or host, as `target add` or a file in `targets.d` gives it.
/// Keys that do not apply to an engine stay empty.
struct Target {
  std::string name{};
  std::string engine{};  ///< sqlite postgresql mariadb host
  std::string path{};    ///< sqlite: the database file, absolute
  std::string address{}, port{}, user{}, dbname{};
  std::string service{};      ///< postgresql: of libpq's service file
  std::string option_file{};  ///< mariadb
  std::string tls{}, tls_ca{};
  std::optional<Secret> password{};
  std::string business{}, host{};
  std::vector<std::string> labels{};
  std::string data_dir{};
  std::vector<std::string> logs{};     ///< patterns, absolute
  std::vector<std::string> backups{};  ///< patterns, absolute
  std::optional<std::int64_t> pitr_days{};
  std::map<std::string, double> thresholds{};  ///< "pg.run.disk.warning_percent"
  std::vector<Suppression> suppress{};
  bool operator==(const Target&) const = default;
};

}  // namespace rounds
