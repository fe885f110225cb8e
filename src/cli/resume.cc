#include "cli/commands.h"
#include "cli/job_edits.h"
#include "cli/selection.h"
#include "cli/tell.h"
#include "time/stamp.h"

namespace rounds {

namespace {

/// The next due after a pause that ends now, or that ended by itself a while ago.
std::optional<Due> due_after_pause(Store& store, const StoredJob& job, const Schedule& schedule, Due now) {
  if (!is_paused(job, now)) return job.next_due;  // what passed since the pause ran out is not the pause's
  if (delay_of(job.job.trigger) != nullptr && !open_runs_of(store, job.id).empty()) return std::nullopt;
  return first_due_from(job, schedule, now + std::chrono::seconds(1));
}

Change resume_one(Store& store, const StoredJob& job, const Edit& edit, const Context& context) {
  const std::string& name = job.job.name.text();
  if (!job.paused_at) {
    return {name, "unchanged", job.job.enabled ? "not paused" : "not paused, but disabled by its definition"};
  }
  const Due now = context.now.due();
  const Schedule schedule = schedule_of(job, context.settings);
  settle_pause(store, job, edit);
  const std::optional<Due> next = due_after_pause(store, job, schedule, now);
  resume_job(store, job.id, next);
  if (!job.job.enabled) return {name, "resumed", "resumed, but disabled by its definition"};
  return {name, "resumed", next ? "resumed, next due " + local_text(*next, context.shown_zone) : "resumed"};
}

}  // namespace

int resume(const ResumeOptions& options, const Context& context) {
  Store store = Store::open(context.settings.store);
  std::vector<Change> changes;
  store.write([&] {
    changes.clear();
    const Edit edit = edit_of(store, context);
    for (const StoredJob& job : select_jobs(store, {options.names, options.tags, options.all}, "resume")) {
      changes.push_back(resume_one(store, job, edit, context));
    }
  });
  announce_change(store);
  tell_changes(changes, context, changes.size() == 1 ? "rounds next " + changes[0].job : "rounds next");
  return 0;
}

}  // namespace rounds
