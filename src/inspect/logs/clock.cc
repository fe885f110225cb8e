#include "inspect/logs/clock.h"

#include <algorithm>

namespace rounds {

namespace {

// Entries of several threads may be written a little out of order.
constexpr std::chrono::seconds kDisorder{60};
constexpr std::chrono::hours kNearChange{3};

bool uses_abbreviation(const Zone& zone, const std::string& name, Due around) {
  constexpr std::chrono::hours kQuarter{24 * 91};
  for (int quarter = -2; quarter <= 2; ++quarter) {
    if (zone.abbreviation(around + quarter * kQuarter) == name) return true;
  }
  return false;
}

/// `+08` is what a zone without letters is called, `<+08>-08` what a setting may name: so far east of Greenwich.
std::optional<Zone> fixed_zone(std::string_view name) {
  if (name.starts_with('<')) name.remove_prefix(1);
  if (name.size() < 3 || (name[0] != '+' && name[0] != '-') || name[1] < '0' || name[1] > '1') return std::nullopt;
  if (name.size() > 3 && name[3] != '>') return std::nullopt;
  const std::string hours(name.substr(name[1] == '0' ? 2 : 1, name[1] == '0' ? 1 : 2));
  return Zone::load(std::string("Etc/GMT") + (name[0] == '+' ? "-" : "+") + hours);  // counted west of Greenwich there
}

}  // namespace

Due LogClock::instant(const LogStamp& stamp) {
  const Due instant = stamp.offset ? Due{stamp.wall.time_since_epoch() - *stamp.offset} : resolve(stamp);
  last_ = instant;
  return instant;
}

Due LogClock::resolve(const LogStamp& stamp) {
  const Due near = period_.instant(stamp.wall);
  if (near - period_.begin > kNearChange && period_.end - near > kNearChange) return near;
  const Resolved resolved = zone_.resolve(stamp.wall);
  period_ = zone_.period(resolved.after);
  if (resolved.kind != Resolved::Kind::overlap) return resolved.before;
  if (!stamp.abbreviation.empty() && zone_.abbreviation(resolved.before) != zone_.abbreviation(resolved.after)) {
    return zone_.abbreviation(resolved.after) == stamp.abbreviation ? resolved.after : resolved.before;
  }
  const bool stepped_back = last_ && resolved.before + kDisorder < *last_;
  return stepped_back ? resolved.after : resolved.before;
}

std::optional<Zone> zone_of_log(const std::string& name, Due around, std::string& obstacle) {
  const Zone host = Zone::host();
  if (name.empty() || name == "SYSTEM" || name == "localtime" || uses_abbreviation(host, name, around)) return host;
  if (auto zone = Zone::load(name)) return zone;
  if (auto zone = fixed_zone(name)) return zone;
  obstacle = "the log is written in the time zone \"" + name + "\", which the zone database here does not have";
  return std::nullopt;
}

}  // namespace rounds
