#include "inspect/host/families.h"

namespace rounds::host {

const std::map<std::string, Fill>& families() {
  static const std::map<std::string, Fill> kFamilies{
      {"file_systems", fill_file_systems}, {"memory", fill_memory},       {"cpu", fill_cpu},
      {"disks", fill_disks},               {"smart", fill_smart},         {"hardware", fill_hardware},
      {"network", fill_network},           {"clock", fill_clock},         {"processes", fill_processes},
      {"system", fill_system},             {"kernel_log", fill_kernel_log}, {"accounts", fill_accounts},
  };
  return kFamilies;
}

}  // namespace rounds::host
