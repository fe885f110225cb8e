#pragma once
#include "cli/commands.h"
#include "core/job.h"

namespace rounds {

/// The job that the options of `add` describe. It goes through the same reader as a job file, so that every rule is
/// in one place; what that finds wrong is an Error `usage` that names the option.
Job compose_job(const AddOptions& options, const Context& context);

}  // namespace rounds
