#pragma once
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/tell.h"
#include "config/load.h"

namespace rounds {

/// Adds an error for each of its names that another job of the store would keep from it, if it lies in the jobs
/// directory.
void refuse_taken_names(LoadedFile& file, const Context& context);

/// What the loop would make of these files, a line of `+`, `~`, `-` or nothing for each job, with what becomes of the
/// dues of the next week. A file with errors leaves its jobs as they are. `paths`: what was asked for; of a folder, the
/// files that are gone count too.
std::vector<Change> plan_of_files(const std::vector<LoadedFile>& files, const std::vector<std::string>& paths,
                                  const Context& context);

}  // namespace rounds
