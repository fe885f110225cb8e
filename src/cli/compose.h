#pragma once
#include <string>
#include <vector>

#include "cli/commands.h"
#include "core/job.h"

namespace rounds {

/// What is allowed and probably not meant, with the option that says it.
struct Warning {
  std::string message;
  std::string hint;
};

struct ComposedJob {
  Job job;
  std::vector<Warning> warnings;
};

/// The job that the options of `add` describe. It goes through the same reader as a job file, so that every rule is
/// in one place; what that finds wrong is an Error `usage` that names the option.
ComposedJob compose_job(const AddOptions& options, const Context& context);

}  // namespace rounds
