#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <map>

#include "inspect/check.h"
#include "inspect/host/families.h"
#include "inspect/host/table.h"

namespace rounds::host {

namespace {

constexpr const char* kSettings[] = {
    "vm/swappiness",           "vm/dirty_ratio",          "vm/dirty_background_ratio",   "vm/dirty_bytes",
    "vm/dirty_background_bytes", "vm/overcommit_memory",  "vm/overcommit_ratio",         "vm/overcommit_kbytes",
    "vm/zone_reclaim_mode",    "vm/nr_hugepages",         "vm/min_free_kbytes",          "vm/max_map_count",
    "vm/panic_on_oom",         "kernel/shmmax",           "kernel/shmall",               "kernel/sem",
    "kernel/numa_balancing",   "kernel/pid_max",          "kernel/threads-max",          "kernel/panic",
    "kernel/randomize_va_space", "fs/file-max",           "fs/aio-max-nr",               "net/core/somaxconn",
    "net/core/rmem_max",       "net/core/wmem_max",       "net/ipv4/tcp_max_syn_backlog", "net/ipv4/tcp_syncookies",
    "net/ipv4/tcp_tw_reuse",   "net/ipv4/tcp_keepalive_time", "net/ipv4/ip_local_port_range"};

/// The values of /etc/os-release by name, without their quotes.
std::map<std::string, std::string> read_release(const Place& place) {
  const char* file = place.exists("/etc/os-release") ? "/etc/os-release" : "/usr/lib/os-release";
  std::map<std::string, std::string> values;
  for (const std::string& line : place.lines(file)) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    std::string value = trimmed(line.substr(equals + 1));
    const bool quoted = value.size() >= 2 && (value.front() == '"' || value.front() == '\'');
    if (quoted) value = value.substr(1, value.size() - 2);
    values[line.substr(0, equals)] = value;
  }
  return values;
}

/// "6.1.0-18-amd64" as far as it is made of numbers, dots between them.
std::string numbers_of(const std::string& release) {
  std::string numbers;
  for (const char c : release) {
    if (c >= '0' && c <= '9') {
      numbers += c;
    } else if (c != '.' && c != '-') {
      break;
    } else {
      numbers += '.';
    }
  }
  return numbers;
}

/// After the numbers, so that only kernels of one kind are compared.
std::string kind_of(const std::string& release) {
  return release.substr(std::min(release.size(), numbers_of(release).size()));
}

/// The newest kernel of the running one's kind that is installed with its modules; empty when none is.
std::string newest_kernel(const Place& place, const std::string& running) {
  std::string newest;
  for (const char* folder : {"/lib/modules", "/usr/lib/modules"}) {
    for (const std::string& release : place.names(folder)) {
      const bool bootable = place.exists("/boot/vmlinuz-" + release) ||
                            place.exists(std::string(folder) + "/" + release + "/vmlinuz");
      if (!bootable || kind_of(release) != kind_of(running)) continue;
      if (newest.empty() || version_reaches(numbers_of(release), numbers_of(newest))) newest = release;
    }
  }
  return newest;
}

bool wants_reboot(const Place& place) {
  return place.exists("/run/reboot-required") || place.exists("/var/run/reboot-required");
}

/// When packages were last installed, upgraded or removed.
std::optional<std::int64_t> package_time(const Place& place) {
  if (const auto collected = place.number("/.collected/packages")) return collected;
  std::optional<std::int64_t> newest;
  for (const char* file : {"/var/lib/dpkg/status", "/var/lib/rpm/Packages", "/var/lib/rpm/rpmdb.sqlite",
                           "/usr/lib/sysimage/rpm/rpmdb.sqlite", "/usr/lib/sysimage/rpm/Packages.db",
                           "/var/lib/rpm/Packages.db", "/lib/apk/db/installed", "/var/lib/pacman/local"}) {
    struct stat status {};
    if (::stat(place.path(file).c_str(), &status) != 0) continue;
    newest = std::max<std::int64_t>(newest.value_or(0), status.st_mtime);
  }
  return newest;
}

std::optional<std::int64_t> boot_time(const Place& place) {
  for (const std::string& line : place.lines("/proc/stat")) {
    if (line.starts_with("btime ")) return to_number(trimmed(line.substr(6)));
  }
  return std::nullopt;
}

std::string chosen_huge_pages(const Place& place) {
  const std::string line = place.word("/sys/kernel/mm/transparent_hugepage/enabled");
  const std::size_t open = line.find('['), close = line.find(']');
  return open < close && close != std::string::npos ? line.substr(open + 1, close - open - 1) : std::string();
}

}  // namespace

void fill_system(SqlSession& facts, const Place& place) {
  FactTable os(facts, "os", "id, version, name, kernel, newest_kernel, reboot_required, updated_s, now_s, boot_s");
  auto release = read_release(place);
  const std::string kernel = place.word("/proc/sys/kernel/osrelease");
  const std::string newest = newest_kernel(place, kernel);
  const std::int64_t now = place.number("/.collected/now").value_or(std::time(nullptr));
  os.add({release["ID"], release["VERSION_ID"], release["PRETTY_NAME"], kernel,
          newest.empty() ? SqlValue() : SqlValue(newest),
          flag(wants_reboot(place) || (!newest.empty() && newest != kernel &&
                                       !version_reaches(numbers_of(kernel), numbers_of(newest)))),
          or_null(package_time(place)), now, or_null(boot_time(place))});
  FactTable sysctl(facts, "sysctl", "name, value");
  for (const std::string setting : kSettings) {
    const std::string value = place.word("/proc/sys/" + setting);
    std::string name = setting;
    std::replace(name.begin(), name.end(), '/', '.');
    if (!value.empty()) sysctl.add({name, value});
  }
  FactTable huge_pages(facts, "huge_pages", "setting");
  if (const std::string setting = chosen_huge_pages(place); !setting.empty()) huge_pages.add({setting});
}

}  // namespace rounds::host
