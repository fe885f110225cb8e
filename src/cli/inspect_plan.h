#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "cli/commands.h"
#include "core/run.h"
#include "inspect/catalogue.h"

namespace rounds {

/// An inspection as the command line and the run's environment ask for it.
struct InspectionPlan {
  Tier tier = Tier::daily;
  Window window{};
  Severity fail_on = Severity::critical;
  std::vector<const Check*> checks;
  std::optional<std::int64_t> run;  ///< the run that asks, from ROUNDS_RUN_ID
};

/// Throws Error `usage`. The window: --window, else that of the run (ROUNDS_WINDOW_START and _END), else a
/// length before now by tier.
InspectionPlan plan_inspection(const InspectOptions& options, const Context& context);

}  // namespace rounds
