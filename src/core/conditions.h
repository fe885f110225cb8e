#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rounds {

/// As `ionice` knows it (ioprio_set(2)): a class and, for the first two, a level of 0 (first) to 7.
struct IoPriority {
  enum class Class { realtime = 1, best_effort, idle } io_class = Class::best_effort;
  int level = 4;
  bool operator==(const IoPriority&) const = default;
};
/// `idle`, `best-effort:7`, `realtime:0`; without a level it is 4.
std::optional<IoPriority> io_priority_from_text(std::string_view text);
std::string to_text(IoPriority priority);

/// What the process and all that it starts may use each (setrlimit(2)); absent: as much as rounds itself.
struct ResourceLimits {
  std::optional<std::chrono::seconds> cpu{};  ///< RLIMIT_CPU
  std::optional<std::int64_t> memory{};       ///< bytes of address space, RLIMIT_AS
  std::optional<std::int64_t> files{};        ///< open descriptors, RLIMIT_NOFILE
  std::optional<std::int64_t> core{};         ///< bytes of a core file, RLIMIT_CORE
  bool operator==(const ResourceLimits&) const = default;
};
/// `cpu=10m memory=512 MiB`; empty: none.
std::string to_text(const ResourceLimits& limits);

/// Under which conditions a job's process runs.
struct Conditions {
  std::string user{};   ///< empty: that of rounds
  std::string group{};  ///< empty: the user's own
  int umask = 022;
  std::optional<int> nice{};
  std::optional<IoPriority> ionice{};
  ResourceLimits limits{};
  bool operator==(const Conditions&) const = default;
};

/// `027`, three or four octal digits.
std::optional<int> umask_from_text(std::string_view text);
std::string umask_text(int mask);

}  // namespace rounds
