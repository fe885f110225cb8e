#include "selftest/machine.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "error.h"

namespace rounds {

namespace {

/// The last mount of the folder's device that /proc lists; see proc(5).
std::string file_system_of(const std::filesystem::path& folder) {
  struct stat info {};
  if (stat(folder.c_str(), &info) != 0) throw sys_error(folder, "stat");
  const std::string device = fmt::format("{}:{}", major(info.st_dev), minor(info.st_dev));
  std::string type = "?";
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string text; std::getline(mounts, text);) {
    std::istringstream line(text);
    std::string id, parent, number, word;
    line >> id >> parent >> number;
    while (line >> word && word != "-") continue;  // optional fields end there
    if (number == device) line >> type;
  }
  return type;
}

}  // namespace

Machine look_at_machine(const std::filesystem::path& folder) {
  utsname name{};
  uname(&name);
  return {fmt::format("{} {}", name.sysname, name.release), std::thread::hardware_concurrency(),
          file_system_of(folder)};
}

}  // namespace rounds
