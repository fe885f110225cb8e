#pragma once
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/job.h"

namespace rounds {

/// What a new definition does to the dues of a stretch of time, excepted ones left out.
struct DuesChange {
  std::int64_t before = 0;  ///< how many there were, and how many there will be
  std::int64_t after = 0;
  // By time. Empty when there are too many dues to be walked through.
  std::vector<Due> gained{};
  std::vector<Due> lost{};
  std::vector<std::pair<Due, Due>> moved{};  ///< on one day of the new zone, as many lost as gained
  bool walked = true;

  bool none() const { return walked && gained.empty() && lost.empty() && moved.empty(); }
};

/// A job as far as its dues go.
struct JobDues {
  std::optional<Schedule> schedule{};       ///< absent: it is not there, or disabled
  std::optional<std::int64_t> runs_left{};  ///< of `max_runs`
};

/// The dues in (from, to] of the job as it was and as it will be.
DuesChange compare_dues(const JobDues& before, const JobDues& after, Due from, Due to);

}  // namespace rounds
