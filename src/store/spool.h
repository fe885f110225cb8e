#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "core/run.h"

namespace rounds {

// The files of STORE.spool, by name (RUNS, life of a run). A run has two, which are one file: `RUN-KEY.out`
// takes its output, and a second link `RUN-KEY.PID.BOOTTIME_NS` to it is the marker, made by the child before
// exec. A start costs no inode when it takes over the file of an earlier run.

/// Which process a run became, and when by the boot clock.
struct Marker {
  pid_t pid = 0;
  std::chrono::nanoseconds boot_time{};
  auto operator<=>(const Marker&) const = default;
};

/// `RUN-KEY`, the key as 16 hex digits: the stem of its files' names.
std::string spool_name(const Run& run);
std::string output_name(const Run& run);
std::string marker_name(const Run& run, const Marker& marker);

/// What the name of a run's file says.
struct SpoolName {
  RunId run;
  std::uint64_t spool_key = 0;
  std::optional<Marker> marker;  ///< absent: it is the output
};
/// Nothing for other files of the spool.
std::optional<SpoolName> spool_name_from_text(const std::string& name);

}  // namespace rounds
