#pragma once
#include <optional>
#include <string>

#include "core/run.h"
#include "store/store.h"

namespace rounds {

/// The run that digits name; nothing for other words, which are names of jobs.
std::optional<RunId> run_number(const std::string& text);
/// That run, else `not_found`.
Run require_run(Store& store, RunId id);

}  // namespace rounds
