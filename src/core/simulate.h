#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/decide.h"

namespace rounds {

// What would become of jobs: the decisions of the loop on a virtual clock, with runs that last as long as they are
// said to and succeed unless their timeout is shorter.

struct SimulatedJob {
  Job job;
  Schedule schedule;
  std::optional<Due> next_due{};   ///< the first one at or after the beginning; `on = "start"` has none
  std::optional<Due> watermark{};
  std::int64_t scheduled_runs = 0;
  std::chrono::seconds length{1};  ///< of each of its runs, at least a second
};

/// The loop is not there in [from, to).
struct Outage {
  Due from;
  Due to;
};

struct Simulation {
  Due from;
  Due to;                      ///< dues up to this one
  std::vector<Outage> down{};  ///< by time, apart from each other
  int slots = 128;
};

/// How an occurrence ended, or why there was none.
using Fate = std::pair<Verdict, std::optional<Reason>>;

struct Forecast {
  struct OfJob {
    std::map<Fate, std::int64_t> fates{};  ///< how many occurrences had which
    std::int64_t starts = 0;
    std::int64_t waits = 0;                ///< starts that waited for a slot
    std::chrono::seconds longest_wait{};
  };
  /// Runs that start in the same second.
  struct Crowd {
    Due at;
    int starts = 0;
  };

  std::vector<OfJob> jobs{};                                 ///< in the order of the jobs
  std::array<std::array<std::int64_t, 24>, 7> load{};        ///< starts by weekday (Monday first) and hour
  std::vector<Crowd> crowds{};                               ///< the largest ones, largest first
  std::int64_t collisions = 0;                               ///< seconds in which more than one run started
  int most_at_once = 0;                                      ///< runs at work at the same time
};

/// `shown` is the zone of the load map.
Forecast simulate(std::vector<SimulatedJob> jobs, const Simulation& simulation, const Zone& shown);

}  // namespace rounds
