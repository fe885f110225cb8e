#pragma once
#include <optional>

#include "inspect/logs/entry.h"

namespace rounds {

/// Turns the times of one file, asked in the file's order, into instants. An hour that the clocks show twice is told
/// apart by the abbreviation, and where none is written by the order: once time steps back, it is the second one.
class LogClock {
 public:
  explicit LogClock(Zone zone) : zone_(std::move(zone)), period_(zone_.period(Due{})) {}
  Due instant(const LogStamp& stamp);

 private:
  Due resolve(const LogStamp& stamp);
  Zone zone_;
  Period period_;  ///< where the last time lay
  std::optional<Due> last_{};
};

/// The zone of a server's log, or in `obstacle` why it cannot be told. `name` is what the server says: the name of a
/// zone, or (MariaDB) an abbreviation that the host's zone uses. Empty: the host's zone.
std::optional<Zone> zone_of_log(const std::string& name, Due around, std::string& obstacle);

}  // namespace rounds
