#include "cli/selection.h"

#include <fnmatch.h>

#include <algorithm>

#include <fmt/format.h>

#include "cli/choice.h"
#include "config/suggest.h"
#include "error.h"

namespace rounds {

namespace {

[[noreturn]] void refuse_job(const std::string& name, const std::vector<std::string>& known) {
  const bool is_glob = name.find_first_of("*?[") != std::string::npos;
  if (is_glob) throw Error(Fault::not_found, fmt::format("no job matches \"{}\"", name), "rounds list");
  const std::optional<std::string> near = nearest(name, known);
  throw Error(Fault::not_found, fmt::format("no job \"{}\"", name),
              near ? fmt::format("did you mean \"{}\"?", *near) : "rounds list");
}

bool matches(const std::string& pattern, const std::string& name) {
  return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

}  // namespace

StoredJob job_with_history(Store& store, const std::string& name) {
  std::optional<StoredJob> job = find_job(store, name);
  if (!job) refuse_job(name, job_names(store));
  return std::move(*job);
}

std::vector<StoredJob> jobs_with_history(Store& store, const std::vector<std::string>& names) {
  std::vector<StoredJob> jobs = find_jobs(store, {names, {}, true});
  for (const std::string& word : names) {
    const bool found =
        std::any_of(jobs.begin(), jobs.end(), [&](const StoredJob& job) { return matches(word, job.job.name.text()); });
    if (!found) refuse_job(word, job_names(store));
  }
  return jobs;
}

StoredJob require_job(Store& store, const std::string& name) {
  std::optional<StoredJob> job = find_job(store, name);
  if (!job || job->removed_at) refuse_job(name, job_names(store));
  return std::move(*job);
}

void require_names(const std::vector<std::string>& names, const std::vector<std::string>& known) {
  for (const std::string& word : names) {
    const auto is_meant = [&](const std::string& name) { return matches(word, name); };
    if (std::none_of(known.begin(), known.end(), is_meant)) refuse_job(word, known);
  }
}

JobFilter filter_for(Store& store, const std::vector<std::string>& names, const std::vector<std::string>& tags) {
  if (!names.empty()) require_names(names, job_names(store));
  JobFilter filter{names};
  for (const std::string& alternatives : tags) filter.tags.push_back(split_at_commas(alternatives));
  return filter;
}

std::vector<StoredJob> select_jobs(Store& store, const Selection& selection, const std::string& command) {
  if (selection.names.empty() && selection.tags.empty() && !selection.all) {
    throw Error(Fault::usage, command + " needs a NAME, --tag or --all", "rounds help " + command);
  }
  std::vector<StoredJob> jobs = find_jobs(store, filter_for(store, selection.names, selection.tags));
  if (jobs.empty() && !selection.all) {
    throw Error(Fault::not_found, fmt::format("no such job has the tag {}", fmt::join(selection.tags, " and ")),
                "rounds list --columns name,tags");
  }
  return jobs;
}

}  // namespace rounds
