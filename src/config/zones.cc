#include "config/zones.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>

#include "config/suggest.h"

namespace rounds {

namespace {

namespace fs = std::filesystem;

/// Where the zone library looks as well.
fs::path database_dir() {
  const char* dir = std::getenv("TZDIR");
  return dir && *dir ? dir : "/usr/share/zoneinfo";
}

/// `posix/` and `right/` repeat the others; what begins with a small letter is no zone.
bool is_zone_part(const fs::path& path) {
  const std::string name = path.filename().string();
  return !name.empty() && name.front() >= 'A' && name.front() <= 'Z';
}

std::vector<std::string> find_zone_names() {
  std::vector<std::string> names;
  std::error_code failed;  // no database: no suggestions
  const fs::path root = database_dir();
  fs::recursive_directory_iterator it(root, fs::directory_options::skip_permission_denied, failed);
  for (; !failed && it != fs::recursive_directory_iterator(); it.increment(failed)) {
    if (!is_zone_part(it->path())) {
      it.disable_recursion_pending();
    } else if (it->is_regular_file(failed)) {
      names.push_back(it->path().lexically_relative(root).string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

const std::vector<std::string>& zone_names() {
  static const std::vector<std::string> names = find_zone_names();
  return names;
}

std::string city_of(const std::string& zone) { return zone.substr(zone.rfind('/') + 1); }

/// The name nearest as a whole, else the zone whose city is nearest: "berlin" is Europe/Berlin.
std::optional<std::string> nearest_zone(std::string name) {
  std::replace(name.begin(), name.end(), ' ', '_');
  const std::vector<std::string>& names = zone_names();
  if (auto near = nearest(name, names)) return near;
  std::vector<std::string> cities;
  std::transform(names.begin(), names.end(), std::back_inserter(cities), city_of);
  const auto city = nearest(city_of(name), cities);
  if (!city) return std::nullopt;
  return names[static_cast<std::size_t>(std::find(cities.begin(), cities.end(), *city) - cities.begin())];
}

}  // namespace

std::string zone_hint(const std::string& name) {
  const auto near = nearest_zone(name);
  return near ? fmt::format("did you mean \"{}\"?", *near) : "";
}

std::optional<Zone> read_zone(const Field& field) {
  const auto name = read_text(field, "the name of a time zone such as \"Europe/Berlin\"");
  if (!name) return std::nullopt;
  auto zone = Zone::load(*name);
  if (!zone) field.error(fmt::format("no time zone is called \"{}\"", *name), zone_hint(*name));
  return zone;
}

}  // namespace rounds
