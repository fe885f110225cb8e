#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "cli/commands.h"
#include "core/run.h"
#include "inspect/catalogue.h"

namespace rounds {

/// An inspection as the command line and the run's environment ask for it.
struct InspectionPlan {
  InspectionPlan() = default;
  InspectionPlan(const InspectionPlan&) = delete;  ///< it points into itself
  InspectionPlan& operator=(const InspectionPlan&) = delete;
  Tier tier = Tier::daily;
  Window window{};
  Severity fail_on = Severity::critical;
  Rules rules{};  ///< all there are: built in and of checks.d, with the thresholds of config.toml
  std::vector<const Check*> checks{};
  std::vector<const Reading*> readings{};
  std::optional<std::int64_t> run;  ///< the run that asks, from ROUNDS_RUN_ID
};

/// Throws Error `usage`. The window: --window, else that of the run (ROUNDS_WINDOW_START and _END), else a
/// length before now by tier.
void plan_inspection(const InspectOptions& options, const Context& context, InspectionPlan& plan);

/// Gives checks other thresholds; throws Error `config` for a name that no check has, with the nearest.
void apply_thresholds(std::vector<Check>& checks, const std::map<std::string, double>& thresholds,
                      const std::string& whose);

}  // namespace rounds
