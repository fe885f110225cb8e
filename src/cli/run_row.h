#pragma once
#include <vector>

#include "cli/commands.h"
#include "cli/table.h"
#include "core/run.h"

namespace rounds {

/// The columns of `history`.
std::vector<Column> run_columns();
std::vector<Cell> run_row(const Run& run, const Context& context);

}  // namespace rounds
