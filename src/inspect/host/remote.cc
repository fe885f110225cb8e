#include "inspect/host/remote.h"

#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "inspect/host/place.h"
#include "inspect/host/program.h"

namespace rounds::host {

namespace {

/// Runs under any shell of POSIX with GNU grep, reads only. Each line of the stream is a path, a zero byte and a line of
/// that file; the last path is /.collected/end.
constexpr const char* kScript = R"sh(exec 2>/dev/null
LC_ALL=C PATH=$PATH:/usr/sbin:/sbin; export LC_ALL PATH
own() { while IFS= read -r line; do printf '/.collected/%s\0%s\n' "$1" "$line"; done; }
show() { grep -aHZ '' "$@"; }
date +%s | own now
id -u | own uid
show /proc/stat /proc/loadavg /proc/meminfo /proc/vmstat /proc/pressure/* /proc/diskstats /proc/mdstat
show /proc/self/mountinfo /proc/self/cgroup /proc/net/dev /proc/net/route /proc/net/snmp /proc/net/netstat
show /proc/net/tcp /proc/net/tcp6 /proc/net/bonding/* /proc/sys/fs/file-nr /proc/sys/kernel/osrelease
show /proc/sys/vm/[dmnopsz]* /proc/sys/kernel/shm[am]* /proc/sys/kernel/sem /proc/sys/kernel/numa_balancing
show /proc/sys/kernel/pid_max /proc/sys/kernel/threads-max /proc/sys/kernel/panic /proc/sys/kernel/randomize_va_space
show /proc/sys/fs/file-max /proc/sys/fs/aio-max-nr /proc/sys/net/core/somaxconn /proc/sys/net/core/[rw]mem_max
show /proc/sys/net/ipv4/tcp_max_syn_backlog /proc/sys/net/ipv4/tcp_syncookies /proc/sys/net/ipv4/tcp_tw_reuse
show /proc/sys/net/ipv4/tcp_keepalive_time /proc/sys/net/ipv4/ip_local_port_range
show /sys/kernel/mm/transparent_hugepage/enabled /sys/devices/system/edac/mc/mc*/[cu]e_count
show /sys/class/hwmon/hwmon*/name /sys/class/hwmon/hwmon*/temp*_input /sys/class/hwmon/hwmon*/temp*_crit
show /sys/class/hwmon/hwmon*/temp*_max /sys/class/hwmon/hwmon*/temp*_label
for n in /sys/class/net/*; do
  for f in operstate flags carrier speed duplex mtu; do show "$n/$f"; done
  [ -e "$n/device" ] && printf '%s/device\0\n' "$n"
done
for b in /sys/block/*; do printf '%s\0\n' "$b"; done
show /etc/fstab /etc/os-release /usr/lib/os-release /etc/passwd
show /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*
[ -e /etc/ssh/sshd_config ] && ! [ -r /etc/ssh/sshd_config ] && printf '/.collected/sshd_unreadable\0\n'
[ -r /etc/shadow ] && awk -F: '{ p = $2; if (p != "") p = (p ~ /^[!*]/) ? "!" : "x"; print $1 ":" p }' /etc/shadow | own shadow
for f in /run/reboot-required /var/run/reboot-required /boot/vmlinuz-* /lib/modules/*/vmlinuz; do
  [ -e "$f" ] && printf '%s\0\n' "$f"
done
for f in /lib/modules/*; do [ -d "$f" ] && printf '%s/.is\0\n' "$f"; done
stat -L -c %Y /var/lib/dpkg/status /var/lib/rpm/Packages /var/lib/rpm/rpmdb.sqlite /usr/lib/sysimage/rpm/rpmdb.sqlite \
  /usr/lib/sysimage/rpm/Packages.db /lib/apk/db/installed | sort -n | tail -n 1 | own packages
show /proc/[0-9]*/stat
for p in /proc/[0-9]*; do
  read -r name < $p/comm || continue
  case $name in postgres|postmaster|mariadbd|mysqld|mongod|redis-server|oracle|sqlservr) ;; *) continue ;; esac
  show $p/comm $p/limits $p/oom_score $p/oom_score_adj $p/cgroup
  printf '%s/cmdline\0' "$p"; tr '\0\n' '\001 ' < $p/cmdline; echo
  [ -r $p/fd ] && ls $p/fd | wc -l | own "fds/${p#/proc/}"
  while IFS=: read -r number controllers group; do
    while :; do
      case $controllers in
        '') show /sys/fs/cgroup$group/memory.max /sys/fs/cgroup$group/memory.current /sys/fs/cgroup$group/memory.stat ;;
        memory) show /sys/fs/cgroup/memory$group/memory.limit_in_bytes /sys/fs/cgroup/memory$group/memory.usage_in_bytes \
                  /sys/fs/cgroup/memory$group/memory.stat ;;
      esac
      case $group in ''|/) break ;; esac
      group=${group%/*}
    done
  done < $p/cgroup
done
cut -d' ' -f5 /proc/self/mountinfo | sort -u | while IFS= read -r m; do
  case $m in /proc|/proc/*|/sys|/sys/*) continue ;; esac
  m=$(printf '%b' "$m")
  said=$(timeout -s KILL 2 stat -f -c '%S %b %f %a %c %d' "$m")
  case $? in 0) echo "$said $m" ;; 124|137) echo "hung $m" ;; *) echo "failed $m" ;; esac
done | own statvfs
awk '/^btime/ { print $2 }' /proc/stat | own boot
if text=$(dmesg); then printf '%s\n' "$text" | tail -n 5000 | own dmesg; fi
chronyc -n -c tracking | own chrony
timedatectl show -p NTPSynchronized --value | sed 's/^/synchronised=/' | own clock
if [ "$(id -u)" = 0 ] && command -v smartctl >/dev/null; then
  i=0
  smartctl --scan | sed 's/#.*//' | while read -r device options; do
    i=$((i + 1))
    timeout 5 smartctl --json --nocheck=standby -H -A -i $options "$device" | own "smart/$i.json"
  done
fi
echo yes | own end
)sh";

/// A path of the stream that stays inside the folder.
bool is_inside(const std::string& path) {
  return path.starts_with('/') && path.find("/../") == std::string::npos && !path.ends_with("/..");
}

std::string command_line(const std::string& process_arguments) {
  std::string text = process_arguments;
  for (char& c : text) {
    if (c == '\001') c = '\0';
  }
  return text;
}

}  // namespace

bool is_here(const std::string& address) {
  if (address.empty() || address == "localhost" || address == "::1" || address.starts_with("127.")) return true;
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 && address == name.data();
}

bool unpack(const std::string& stream, const std::string& folder) {
  std::map<std::string, std::string> files;
  for (std::size_t begin = 0; begin < stream.size();) {
    const std::size_t zero = stream.find('\0', begin);
    if (zero == std::string::npos) break;
    const std::size_t end = std::min(stream.find('\n', zero), stream.size());
    files[stream.substr(begin, zero - begin)] += stream.substr(zero + 1, end - zero - 1) + "\n";
    begin = end + 1;
  }
  for (const auto& [path, text] : files) {
    if (!is_inside(path)) continue;
    const std::filesystem::path file = folder + path;
    std::error_code ignored;
    std::filesystem::create_directories(file.parent_path(), ignored);
    std::ofstream(file, std::ios::binary) << (path.ends_with("/cmdline") ? command_line(text) : text);
  }
  return files.count("/.collected/end") > 0;
}

std::string collect(const Remote& remote, const std::string& folder, std::chrono::milliseconds limit) {
  if (!has_program("ssh")) return "ssh is not installed here: another machine is asked by it";
  if (remote.address.starts_with('-') || remote.user.starts_with('-')) return "the address begins with a dash";
  std::vector<std::string> argv{"ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "-o", "ForwardAgent=no"};
  if (remote.port != 0) argv.insert(argv.end(), {"-p", std::to_string(remote.port)});
  if (!remote.user.empty()) argv.insert(argv.end(), {"-l", remote.user});
  argv.insert(argv.end(), {"--", remote.address, kScript});
  const auto said = run_program(argv, limit);
  if (!said) return "ssh to " + remote.address + " did not answer in time";
  if (unpack(said->output, folder)) return {};
  if (said->status == 255) {
    return "ssh could not log in to " + remote.address + "; try: ssh -o BatchMode=yes " + remote.address + " true";
  }
  return "the answer of " + remote.address + " was cut short";
}

}  // namespace rounds::host
