#include <filesystem>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/compose.h"
#include "cli/dues_text.h"
#include "cli/exit_code.h"
#include "cli/job_edits.h"
#include "cli/job_text.h"
#include "cli/problems.h"
#include "cli/selection.h"
#include "cli/table.h"
#include "cli/tell.h"
#include "cli/terminal.h"
#include "error.h"
#include "loop/define.h"
#include "time/stamp.h"

namespace rounds {

namespace {

/// What adding a definition would do.
struct Plan {
  enum class Act { add, change, keep } act = Act::add;
  const Job& job;
  std::optional<StoredJob> before;  ///< a removed one, too
  std::vector<ChangedKey> changes{};
};

Plan plan_for(std::optional<StoredJob> before, const Job& job, bool replace) {
  const std::string& name = job.name.text();
  if (!before || before->removed_at) return {Plan::Act::add, job, std::move(before)};
  refuse_job_of_file(*before, replace ? "replace" : "add");
  if (!replace) {
    throw Error(Fault::exists, fmt::format("a job \"{}\" exists already", name),
                "--replace changes it and keeps its history; rounds show " + name);
  }
  std::vector<ChangedKey> changes = changed_keys(before->job, job);
  const Plan::Act act = changes.empty() ? Plan::Act::keep : Plan::Act::change;
  return {act, job, std::move(before), std::move(changes)};
}

/// The plan as a line of `+`, `~` or nothing, with what becomes of the dues of the next week.
Change planned(const Plan& plan, const Context& context) {
  const std::string& name = plan.job.name.text();
  const std::string dues = dues_text(plan.before ? &*plan.before : nullptr, &plan.job, context);
  switch (plan.act) {
    case Plan::Act::add: return {name, "add", fmt::format("+ {}  {}  {}", name, to_text(plan.job.trigger), dues)};
    case Plan::Act::keep: return {name, "keep", "  " + name + "  unchanged"};
    case Plan::Act::change: return {name, "change", fmt::format("~ {}  {}  {}", name, to_text(plan.changes), dues)};
  }
  return {};
}

void show_plan(const std::vector<Job>& jobs, const AddOptions& options, const Context& context) {
  std::optional<Store> store;
  if (std::filesystem::exists(context.settings.store)) store = Store::open_read_only(context.settings.store);
  std::vector<Change> plan;
  for (const Job& job : jobs) {
    auto before = store ? find_job(*store, job.name.text()) : std::nullopt;
    plan.push_back(planned(plan_for(std::move(before), job, options.replace), context));
  }
  tell_plan(plan, context);
}

std::string when_text(const StoredJob& job, const Context& context) {
  if (!job.job.enabled) return "disabled";
  if (job.next_due) {
    const Due next = next_start_of(job, context.settings).value_or(*job.next_due);
    return fmt::format("next due {} ({})", local_text(next, context.shown_zone),
                       relative_text(next, context.now.due()));
  }
  if (job.paused_at) return "paused";
  return job.completed ? "never due" : to_text(job.job.trigger);
}

/// Does what the plan says.
Change carry_out(Store& store, const Plan& plan, const Edit& edit, const Context& context) {
  const std::string& name = plan.job.name.text();
  if (plan.act == Plan::Act::keep) return {name, "unchanged", "unchanged"};
  // The pause of a removed job that had this name is not what was asked for now.
  if (plan.act == Plan::Act::add && plan.before) resume_job(store, plan.before->id, std::nullopt);
  define_job(store, plan.job, Source{}, edit);
  const std::string when = when_text(require_job(store, name), context);
  if (plan.act == Plan::Act::change) return {name, "changed", to_text(plan.changes) + "; " + when};
  return {name, "added", plan.before ? "added with its history, " + when : "added, " + when};
}

void add_all(const std::vector<Job>& jobs, const AddOptions& options, const Context& context) {
  Store store = Store::open(context.settings.store);
  std::vector<Change> changes;
  store.write([&] {
    changes.clear();
    const Edit edit = edit_of(store, context);
    for (const Job& job : jobs) {
      const Plan plan = plan_for(find_job(store, job.name.text()), job, options.replace);
      changes.push_back(carry_out(store, plan, edit, context));
    }
  });
  announce_change(store);
  tell_changes(changes, context, changes.size() == 1 ? "rounds next " + changes[0].job : "rounds list");
}

void print_warnings(const std::vector<Warning>& warnings, const GlobalOptions& global) {
  if (!for_people(global)) return;
  for (const Warning& warning : warnings) {
    std::fputs(fmt::format("warning: {}\n", escape_controls(warning.message)).c_str(), stderr);
    if (!warning.hint.empty()) print_hint(warning.hint);
  }
}

void refuse_mixture(const AddOptions& options) {
  const bool described = !options.name.empty() || options.cron || options.every || !options.at.empty() || options.in ||
                         options.random || options.delay || options.on || options.now || options.jitter ||
                         options.dst_gap || options.dst_overlap || options.command || !options.argv.empty() ||
                         !options.keys.empty();
  if (described)
    throw Error(Fault::usage, "-f takes whole jobs: no name, trigger, task or key beside it", "rounds help add");
}

}  // namespace

int add(const AddOptions& options, const Context& context) {
  std::vector<Job> jobs;
  if (options.from_file.empty()) {
    ComposedJob composed = compose_job(options, context);
    print_warnings(composed.warnings, context.global);
    jobs.push_back(std::move(composed.job));
  } else {
    refuse_mixture(options);
    const LoadedFile file = load_for_checking(options.from_file, context.now, context.settings);
    report_problems(file.problems, exit_code::bad_data, context.global);
    if (!file.ok()) return exit_code::bad_data;
    for (const LoadedJob& loaded : file.jobs) jobs.push_back(loaded.job);
  }
  options.dry_run ? show_plan(jobs, options, context) : add_all(jobs, options, context);
  return exit_code::ok;
}

}  // namespace rounds
