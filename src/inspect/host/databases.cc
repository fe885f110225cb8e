#include "inspect/host/databases.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace rounds::host {

std::string database_of(const std::string& program) {
  static const std::map<std::string, std::string> kServers{
      {"postgres", "postgresql"}, {"postmaster", "postgresql"}, {"mariadbd", "mariadb"}, {"mysqld", "mariadb"},
      {"mongod", "mongodb"},      {"redis-server", "redis"},    {"oracle", "oracle"},    {"sqlservr", "sqlserver"}};
  const auto found = kServers.find(program);
  return found != kServers.end() ? found->second : std::string();
}

std::vector<std::string> database_processes(const Place& place) {
  std::vector<std::string> numbers;
  for (const std::string& name : place.names("/proc")) {
    const bool number = std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    if (number && !database_of(place.word("/proc/" + name + "/comm")).empty()) numbers.push_back(name);
  }
  return numbers;
}

}  // namespace rounds::host
