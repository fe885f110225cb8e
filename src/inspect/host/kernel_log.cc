#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <regex>

#include "inspect/host/families.h"
#include "inspect/host/table.h"
#include "sys/fd.h"

namespace rounds::host {

namespace {

constexpr std::size_t kMostRecords = 50'000;

struct Pattern {
  const char* kind;
  std::regex text;
};

/// What a kernel says when something is wrong with the machine.
const std::vector<Pattern>& patterns() {
  const auto as = [](const char* text) { return std::regex(text, std::regex::icase | std::regex::optimize); };
  static const std::vector<Pattern> kPatterns{
      {"io", as("I/O error|Buffer I/O|medium error|critical (target|medium|nexus) error|EXT4-fs error|XFS .*(corruption|"
                "metadata I/O|shut ?down)|BTRFS.*(error|corrupt)|remounting filesystem read-only|Remounting filesystem "
                "read-only|nvme.*(timeout|controller is down|I/O .* QID)|ata[0-9.]+: (exception|failed command)|"
                "rejecting I/O to offline device|nfs: server .* not responding")},
      {"hardware", as("machine check|mce: .*(hardware error|uncorrected)|\\[hardware error\\]|EDAC .*[0-9]+ (CE|UE)|"
                      "PCIe Bus Error|temperature above threshold")},
      {"memory", as("out of memory|oom-kill|invoked oom-killer|page allocation failure|memory cgroup out of memory")},
      {"hung", as("blocked for more than [0-9]+ seconds|soft lockup|hard lockup|rcu.*(stall|self-detected)")},
      {"crash", as("kernel BUG at|BUG: (unable|kernel|bad)|general protection fault|Oops:|kernel panic|Call Trace:.*panic")},
  };
  return kPatterns;
}

std::string kind_of(const std::string& text) {
  for (const Pattern& pattern : patterns()) {
    if (std::regex_search(text, pattern.text)) return pattern.kind;
  }
  return {};
}

/// "6,339,5140900,-;text\n": priority and facility, number, microseconds since boot.
void add_record(FactTable& table, const std::string& record, std::int64_t boot) {
  const std::size_t semicolon = record.find(';');
  if (semicolon == std::string::npos) return;
  const std::int64_t priority = std::strtoll(record.c_str(), nullptr, 10);
  if (priority / 8 != 0) return;  // written by a program, not by the kernel
  std::size_t at = record.find(',');
  if (at != std::string::npos) at = record.find(',', at + 1);
  if (at == std::string::npos || at > semicolon) return;
  const std::int64_t seconds = std::strtoll(record.c_str() + at + 1, nullptr, 10) / 1'000'000;
  const std::string text = record.substr(semicolon + 1, record.find('\n', semicolon) - semicolon - 1);
  const std::string kind = kind_of(text);
  if (!kind.empty()) table.add({boot + seconds, priority % 8, kind, text});
}

std::int64_t boot_second() {
  timespec since_boot{};
  ::clock_gettime(CLOCK_BOOTTIME, &since_boot);
  return std::time(nullptr) - since_boot.tv_sec;
}

/// Why the log cannot be read; empty when it was.
std::string read_live(FactTable& table) {
  const Fd fd(::open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return std::string("/dev/kmsg: ") + std::strerror(errno);
  const std::int64_t boot = boot_second();
  std::array<char, 8192> record;
  for (std::size_t i = 0; i < kMostRecords; ++i) {
    const ssize_t got = ::read(fd.get(), record.data(), record.size());
    if (got > 0) {
      add_record(table, std::string(record.data(), static_cast<std::size_t>(got)), boot);
    } else if (got == 0 || errno == EAGAIN) {
      return {};
    } else if (errno != EPIPE && errno != EINTR) {  // EPIPE: overwritten while we read
      return i == 0 ? std::string("/dev/kmsg: ") + std::strerror(errno) : std::string();
    }
  }
  return {};
}

/// Lines of `dmesg`: "[   12.345678] text".
std::string read_collected(FactTable& table, const Place& place) {
  const auto text = place.text("/.collected/dmesg");
  if (!text) return "the kernel log was not collected: reading it may need root there";
  const std::int64_t boot = place.number("/.collected/boot").value_or(boot_second());
  for (const std::string& line : split_lines(*text)) {
    const std::size_t close = line.find(']');
    if (!line.starts_with('[') || close == std::string::npos) continue;
    const auto seconds = to_real(trimmed(line.substr(1, close - 1)));
    const std::string message = trimmed(line.substr(close + 1));
    const std::string kind = kind_of(message);
    if (seconds && !kind.empty()) table.add({boot + static_cast<std::int64_t>(*seconds), {}, kind, message});
  }
  return {};
}

}  // namespace

void fill_kernel_log(SqlSession& facts, const Place& place) {
  FactTable messages(facts, "kernel_message", "at_s, level, kind, text");
  FactTable log(facts, "kernel_log", "state, reason, now_s");
  const std::string reason = place.live ? read_live(messages) : read_collected(messages, place);
  log.add({reason.empty() ? "read" : "unreadable", reason,
           place.number("/.collected/now").value_or(std::time(nullptr))});
}

}  // namespace rounds::host
