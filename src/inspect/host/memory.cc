#include <algorithm>
#include <map>
#include <set>

#include "inspect/host/databases.h"
#include "inspect/host/families.h"
#include "inspect/host/table.h"

namespace rounds::host {

namespace {

/// "MemTotal:  16384 kB" as bytes by name.
std::map<std::string, std::int64_t> read_meminfo(const Place& place) {
  std::map<std::string, std::int64_t> values;
  for (const std::string& line : place.lines("/proc/meminfo")) {
    const auto words = split_words(line);
    if (words.size() < 2 || !words[0].ends_with(':')) continue;
    const auto number = to_number(words[1]);
    if (number) values[words[0].substr(0, words[0].size() - 1)] = *number * (words.size() > 2 ? 1024 : 1);
  }
  return values;
}

void fill_meminfo(SqlSession& facts, const Place& place) {
  FactTable table(facts, "memory",
                  "total_bytes, available_bytes, swap_total_bytes, swap_free_bytes, commit_limit_bytes, committed_bytes");
  const auto values = read_meminfo(place);
  const auto value = [&](const char* name) {
    const auto found = values.find(name);
    return found != values.end() ? SqlValue(found->second) : SqlValue();
  };
  if (values.count("MemTotal") == 0) return;
  table.add({value("MemTotal"), value("MemAvailable"), value("SwapTotal"), value("SwapFree"), value("CommitLimit"),
             value("Committed_AS")});
}

/// A controller's group and how its files are called.
struct Group {
  std::string folder, limit, used, reclaimable;
};

/// The memory groups of a process, from its own up to the root.
std::vector<Group> groups_of(const Place& place, const std::string& process) {
  std::vector<Group> groups;
  for (const std::string& line : place.lines("/proc/" + process + "/cgroup")) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool unified = controllers.empty();
    if (!unified && controllers != "memory") continue;
    std::string path = line.substr(second + 1);
    const std::string base = unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
    while (true) {
      const std::string folder = base + (path == "/" ? "" : path);
      if (unified) groups.push_back({folder, "/memory.max", "/memory.current", "inactive_file"});
      if (!unified) groups.push_back({folder, "/memory.limit_in_bytes", "/memory.usage_in_bytes", "total_inactive_file"});
      if (path.size() <= 1) break;
      path.erase(std::max<std::size_t>(path.rfind('/'), 1));
      if (path.size() > 1 && path.ends_with('/')) path.pop_back();
    }
  }
  return groups;
}

std::int64_t reclaimable(const Place& place, const Group& group) {
  for (const std::string& line : place.lines(group.folder + "/memory.stat")) {
    const auto words = split_words(line);
    if (words.size() == 2 && words[0] == group.reclaimable) return to_number(words[1]).value_or(0);
  }
  return 0;
}

void fill_groups(SqlSession& facts, const Place& place) {
  FactTable table(facts, "cgroup", "path, limit_bytes, used_bytes");
  std::vector<std::string> processes = database_processes(place);
  processes.insert(processes.begin(), "self");
  std::set<std::string> seen;
  for (const std::string& process : processes) {
    for (const Group& group : groups_of(place, process)) {
      const auto limit = place.number(group.folder + group.limit);
      const auto used = place.number(group.folder + group.used);
      const bool unlimited = !limit || *limit >= (std::int64_t{1} << 60);
      if (unlimited || !used || !seen.insert(group.folder).second) continue;
      table.add({group.folder, *limit, std::max<std::int64_t>(*used - reclaimable(place, group), 0)});
    }
  }
}

}  // namespace

void fill_memory(SqlSession& facts, const Place& place) {
  fill_meminfo(facts, place);
  fill_groups(facts, place);
  FactTable vmstat(facts, "vmstat", "name, value");
  for (const std::string& line : place.lines("/proc/vmstat")) {
    const auto words = split_words(line);
    if (words.size() == 2) vmstat.add({words[0], or_null(to_number(words[1]))});
  }
}

}  // namespace rounds::host
