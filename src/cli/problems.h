#pragma once
#include <vector>

#include "cli/options.h"
#include "config/diagnostic.h"
#include "config/load.h"

namespace rounds {

/// The problems of a job file on standard error: as text, or with --json as one object with them under `problems`.
void report_problems(const std::vector<Diagnostic>& problems, int exit_code, const GlobalOptions& global);

/// {"severity","message","file","line","column","hint"}, one a problem.
std::string problems_json(const std::vector<Diagnostic>& problems);

/// A job file, or standard input for "-"; its relative paths start in its folder, or here.
LoadedFile load_for_checking(const std::string& path, Now now, const Settings& settings);

}  // namespace rounds
