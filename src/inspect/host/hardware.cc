#include "inspect/host/families.h"
#include "inspect/host/table.h"

namespace rounds::host {

namespace {

const std::string kControllers = "/sys/devices/system/edac/mc";
const std::string kMonitors = "/sys/class/hwmon";

void add_sensors(FactTable& table, const Place& place, const std::string& monitor) {
  const std::string folder = kMonitors + "/" + monitor + "/";
  const std::string chip = place.word(folder + "name");
  for (const std::string& file : place.names(kMonitors + "/" + monitor)) {
    if (!file.starts_with("temp") || !file.ends_with("_input")) continue;
    const std::string sensor = file.substr(0, file.size() - 6);
    const auto now = place.number(folder + file);
    auto limit = place.number(folder + sensor + "_crit");
    if (!limit || *limit <= 0) limit = place.number(folder + sensor + "_max");
    if (!now || !limit || *limit <= 0 || *limit > 200'000) continue;
    const std::string label = place.word(folder + sensor + "_label");
    table.add({(chip.empty() ? monitor : chip) + " " + monitor.substr(5) + " " + (label.empty() ? sensor : label),
               static_cast<double>(*now) / 1000, static_cast<double>(*limit) / 1000});
  }
}

}  // namespace

void fill_hardware(SqlSession& facts, const Place& place) {
  FactTable edac(facts, "edac", "controller, corrected, uncorrected");
  for (const std::string& name : place.names(kControllers)) {
    if (!name.starts_with("mc")) continue;
    const auto corrected = place.number(kControllers + "/" + name + "/ce_count");
    const auto uncorrected = place.number(kControllers + "/" + name + "/ue_count");
    if (corrected || uncorrected) edac.add({name, or_null(corrected), or_null(uncorrected)});
  }
  FactTable temperature(facts, "temperature", "sensor, celsius, limit_celsius");
  for (const std::string& monitor : place.names(kMonitors)) {
    if (monitor.starts_with("hwmon")) add_sensors(temperature, place, monitor);
  }
}

}  // namespace rounds::host
