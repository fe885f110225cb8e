#pragma once
#include <optional>

#include "config/load.h"
#include "config/toml.h"

namespace rounds {

/// `[job.NAME]`, with `defaults` (may be null) for the keys that it lacks. Nothing when the table says no job; what
/// is wrong is among the problems.
std::optional<LoadedJob> read_job(const TableMember& table, const Table* defaults, const LoadContext& context,
                                  Problems& problems);

/// Looks at `[defaults]` by itself, so that its mistakes show once and also without any job. False when it has some.
bool check_defaults(const TableMember& table, const LoadContext& context, Problems& problems);

}  // namespace rounds
