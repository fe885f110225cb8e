#pragma once
#include <string>
#include <vector>

#include "store/jobs.h"
#include "store/store.h"

namespace rounds {

/// Which jobs a command is about, as typed.
struct Selection {
  const std::vector<std::string>& names;  ///< names, or quoted globs
  const std::vector<std::string>& tags;   ///< all of them; with commas: any of those
  bool all = false;
};

/// The jobs, by name. Nothing selected at all is `usage`; a name or glob that stands for no job is `not_found` with
/// a suggestion.
std::vector<StoredJob> select_jobs(Store& store, const Selection& selection, const std::string& command);

/// The same choice for the store's readers; refuses names and globs that stand for no job.
JobFilter filter_for(Store& store, const std::vector<std::string>& names, const std::vector<std::string>& tags);

/// Refuses names and globs that stand for none of those jobs.
void require_names(const std::vector<std::string>& names, const std::vector<std::string>& known);

/// The job of that name, removed ones left out; else `not_found` with a suggestion.
StoredJob require_job(Store& store, const std::string& name);
/// The same, removed ones too: their history is still there.
StoredJob job_with_history(Store& store, const std::string& name);
/// The jobs that names and globs stand for, removed ones too.
std::vector<StoredJob> jobs_with_history(Store& store, const std::vector<std::string>& names);

}  // namespace rounds
