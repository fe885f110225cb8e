#pragma once
#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "time/zone.h"

namespace rounds {

/// The jumps of a zone from 1970 to 2099.
inline std::vector<Transition> jumps_of(const Zone& zone) {
  const Due end = std::chrono::sys_days{std::chrono::year{2100} / 1 / 1};
  std::vector<Transition> jumps;
  for (auto jump = zone.next_transition(Due{}); jump && jump->at < end; jump = zone.next_transition(jump->at)) {
    jumps.push_back(*jump);
  }
  return jumps;
}

/// Every zone of the system's database, in the order of names; of those with equal jumps only the first.
inline std::vector<Zone> every_zone() {
  const std::filesystem::path root = "/usr/share/zoneinfo";
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.is_regular_file()) names.push_back(entry.path().lexically_relative(root).string());
  }
  std::sort(names.begin(), names.end());
  std::vector<Zone> zones;
  std::set<std::vector<std::pair<Due, Civil>>> seen;
  for (const std::string& name : names) {
    const auto zone = Zone::load(name);
    if (!zone) continue;
    std::vector<std::pair<Due, Civil>> table{{Due{}, zone->local(Due{})}};
    for (const Transition& jump : jumps_of(*zone)) table.emplace_back(jump.at, jump.to);
    if (seen.insert(table).second) zones.push_back(*zone);
  }
  return zones;
}

}  // namespace rounds
