#include <nlohmann/json.hpp>

#include <chrono>
#include <unistd.h>

#include "inspect/host/families.h"
#include "inspect/host/program.h"
#include "inspect/host/table.h"

namespace rounds::host {

namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds kPatience{3};
constexpr std::size_t kMostDevices = 32;

Json parsed(const std::string& text) { return Json::parse(text, nullptr, false); }

/// The value at that path of keys; null when there is none.
const Json& at(const Json& tree, std::initializer_list<const char*> keys) {
  static const Json kNone;
  const Json* node = &tree;
  for (const char* key : keys) {
    if (!node->is_object() || !node->contains(key)) return kNone;
    node = &(*node)[key];
  }
  return *node;
}

std::int64_t number(const Json& node) { return node.is_number() ? node.get<std::int64_t>() : 0; }
std::string text(const Json& node) { return node.is_string() ? node.get<std::string>() : std::string(); }

/// Attributes that count damage: any is worth a warning.
void read_attributes(const Json& device, std::string& failing, std::string& warned) {
  const auto note = [](std::string& list, const std::string& name) { list += (list.empty() ? "" : ", ") + name; };
  const Json& table = at(device, {"ata_smart_attributes", "table"});
  for (const Json& row : table.is_array() ? table : Json::array()) {
    const std::string name = text(at(row, {"name"}));
    const std::string when = text(at(row, {"when_failed"}));
    const bool prefail = at(row, {"flags", "prefailure"}) == Json(true);
    if (when == "now" && prefail) note(failing, name);
    if ((when == "now" && !prefail) || when == "past") note(warned, name);
    const std::int64_t id = number(at(row, {"id"}));
    const std::int64_t raw = number(at(row, {"raw", "value"}));
    const bool damage = id == 5 || id == 187 || id == 197 || id == 198;
    if (damage && raw > 0 && when.empty()) note(warned, name + " " + std::to_string(raw));
  }
}

void read_nvme(const Json& device, std::string& failing, std::string& warned) {
  const Json& log = at(device, {"nvme_smart_health_information_log"});
  if (!log.is_object()) return;
  const auto note = [](std::string& list, const std::string& name) { list += (list.empty() ? "" : ", ") + name; };
  if (number(at(log, {"critical_warning"})) != 0) {
    note(failing, "critical_warning " + std::to_string(number(at(log, {"critical_warning"}))));
  }
  if (number(at(log, {"media_errors"})) > 0) note(warned, "media_errors " + std::to_string(number(at(log, {"media_errors"}))));
  const std::int64_t spare = number(at(log, {"available_spare"})), least = number(at(log, {"available_spare_threshold"}));
  if (at(log, {"available_spare"}).is_number() && spare < least) note(failing, "available_spare " + std::to_string(spare));
}

SqlValue worn(const Json& device) {
  const Json& used = at(device, {"nvme_smart_health_information_log", "percentage_used"});
  return used.is_number() ? SqlValue(used.get<std::int64_t>()) : SqlValue();
}

void add_device(FactTable& table, const std::string& name, const Json& device) {
  std::string failing, warned, problem;
  read_attributes(device, failing, warned);
  read_nvme(device, failing, warned);
  const std::int64_t pending = number(at(device, {"scsi_grown_defect_list"}));
  if (pending > 0) warned += (warned.empty() ? "" : ", ") + std::string("grown defects ") + std::to_string(pending);
  const Json& passed = at(device, {"smart_status", "passed"});
  if (!passed.is_boolean()) problem = "the device does not tell its health";
  table.add({name, text(at(device, {"model_name"})), passed.is_boolean() ? flag(passed.get<bool>()) : SqlValue(), failing,
             warned, worn(device), problem.empty() ? SqlValue() : SqlValue(problem)});
}

/// Name and type of each device that smartctl knows how to ask.
std::vector<std::pair<std::string, std::string>> devices_of(const Json& scan) {
  std::vector<std::pair<std::string, std::string>> devices;
  const Json& list = at(scan, {"devices"});
  for (const Json& device : list.is_array() ? list : Json::array()) {
    if (devices.size() < kMostDevices) devices.emplace_back(text(at(device, {"name"})), text(at(device, {"type"})));
  }
  return devices;
}

/// Why nothing can be asked; empty when it was.
std::string ask_devices(FactTable& table) {
  if (!has_program("smartctl")) return "smartctl is not installed";
  if (::geteuid() != 0) return "smartctl needs root";
  const auto scan = run_program({"smartctl", "--json", "--scan"}, kPatience);
  if (!scan) return "smartctl --scan did not answer";
  const auto devices = devices_of(parsed(scan->output));
  for (const auto& [name, type] : devices) {
    const auto said = run_program({"smartctl", "--json", "--nocheck=standby", "-H", "-A", "-i", "-d", type, name}, kPatience);
    if (said) {
      add_device(table, name, parsed(said->output));
    } else {
      table.add({name, "", {}, "", "", {}, "smartctl did not answer in time"});
    }
  }
  return devices.empty() ? "smartctl finds no device that it can ask" : std::string();
}

std::string read_collected(FactTable& table, const Place& place) {
  const auto files = place.names("/.collected/smart");
  for (const std::string& file : files) {
    const Json device = parsed(place.text("/.collected/smart/" + file).value_or(""));
    const std::string name = text(at(device, {"device", "name"}));
    add_device(table, name.empty() ? file : name, device);
  }
  return files.empty() ? "the state of the disks was not collected: smartctl is not installed there or needs root"
                       : std::string();
}

}  // namespace

void fill_smart(SqlSession& facts, const Place& place) {
  FactTable table(facts, "smart", "device, model, passed, failing, warned, worn_percent, problem");
  FactTable state(facts, "smart_state", "state, reason");
  const std::string reason = place.live ? ask_devices(table) : read_collected(table, place);
  state.add({reason.empty() ? "asked" : "unknown", reason});
}

}  // namespace rounds::host
