#include "cli/check_plan.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "cli/dues_text.h"
#include "cli/job_text.h"
#include "loop/job_files.h"
#include "store/jobs.h"

namespace rounds {

namespace {

using std::filesystem::path;

std::optional<Store> store_of(const Context& context) {
  if (!std::filesystem::exists(context.settings.store)) return std::nullopt;
  return Store::open_read_only(context.settings.store);
}

/// As the store has it.
path full(const std::string& name) { return std::filesystem::absolute(name).lexically_normal(); }

Change planned(const StoredJob* before, const Job& job, const Context& context) {
  const std::string& name = job.name.text();
  const bool there = before != nullptr && !before->removed_at;
  if (!there) return {name, "add", "+ " + name + "  " + to_text(job.trigger) + "  " + dues_text(before, &job, context)};
  const auto changes = changed_keys(before->job, job);
  if (changes.empty()) return {name, "keep", "  " + name + "  unchanged"};
  return {name, "change", "~ " + name + "  " + to_text(changes) + "  " + dues_text(before, &job, context)};
}

Change planned_removal(const StoredJob& job, const Context& context) {
  const std::string& name = job.job.name.text();
  return {name, "remove", "- " + name + "  " + to_text(job.job.trigger) + "  " + dues_text(&job, nullptr, context)};
}

/// Whether the file is one of those that were read well, or is gone from one of the folders.
bool is_looked_at(const path& file, const std::set<path>& read, const std::set<path>& folders) {
  if (read.contains(file)) return true;
  return folders.contains(file.parent_path()) && !std::filesystem::exists(file);
}

}  // namespace

void refuse_taken_names(LoadedFile& file, const Context& context) {
  const path where = full(file.path);
  auto store = store_of(context);
  if (!store || where.parent_path() != context.settings.jobs_dir) return;
  for (const LoadedJob& loaded : file.jobs) {
    const auto holder = find_job(*store, loaded.job.name.text());
    if (holder && holds_name(*holder, where.string())) file.problems.push_back(taken(file.path, loaded, *holder));
  }
}

std::vector<Change> plan_of_files(const std::vector<LoadedFile>& files, const std::vector<std::string>& paths,
                                  const Context& context) {
  auto store = store_of(context);
  std::vector<Change> plan;
  std::set<std::string> names;
  std::set<path> read, folders;
  for (const LoadedFile& file : files) {
    if (!file.ok()) continue;
    read.insert(full(file.path));
    for (const LoadedJob& loaded : file.jobs) {
      const auto before = store ? find_job(*store, loaded.job.name.text()) : std::nullopt;
      plan.push_back(planned(before ? &*before : nullptr, loaded.job, context));
      names.insert(loaded.job.name.text());
    }
  }
  for (const std::string& one : paths) folders.insert(full(one + "/").parent_path());
  for (const StoredJob& job : store ? all_jobs(*store) : std::vector<StoredJob>{}) {
    const bool goes =
        job.source.file && !names.contains(job.job.name.text()) && is_looked_at(*job.source.file, read, folders);
    if (goes) plan.push_back(planned_removal(job, context));
  }
  return plan;
}

}  // namespace rounds
