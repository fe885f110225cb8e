#pragma once
#include "cli/commands.h"

namespace rounds {

// The commands of the private executable: `rounds inspect` and `rounds target test` as the drivers' side runs
// them. Each returns the exit status and throws Error.

int run_inspection(const InspectOptions& options, const Context& context);
int run_target_snapshot(const TargetSnapshotOptions& options, const Context& context);
int run_target_grants(const TargetGrantsOptions& options, const Context& context);
int run_target_test(const TargetTestOptions& options, const Context& context);

}  // namespace rounds
