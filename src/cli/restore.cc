#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/job_edits.h"
#include "cli/selection.h"
#include "cli/tell.h"
#include "error.h"
#include "loop/define.h"
#include "time/stamp.h"

namespace rounds {

namespace {

Change restore_one(Store& store, const std::string& name, const Context& context) {
  const std::optional<StoredJob> stored = find_job(store, name);
  if (!stored) require_job(store, name);  // throws, with a suggestion
  if (!stored->removed_at) throw Error(Fault::exists, fmt::format("{} is not removed", name), "rounds show " + name);
  define_job(store, stored->job, Source{}, context.settings.zone, context.now);
  if (is_paused(*stored, context.now.due())) {
    const Schedule schedule = schedule_of(*stored, context.settings);
    const auto next = stored->paused_until ? first_due_from(*stored, schedule, *stored->paused_until) : std::nullopt;
    pause_job(store, stored->id, *stored->paused_at, stored->paused_until, stored->pause_reason, next);
    return {name, "restored", "restored, still paused"};
  }
  const std::optional<Due> next = require_job(store, name).next_due;
  return {name, "restored", next ? "restored, next due " + local_text(*next, context.shown_zone) : "restored"};
}

}  // namespace

int restore(const RestoreOptions& options, const Context& context) {
  Store store = Store::open(context.settings.store);
  std::vector<Change> changes;
  store.write([&] { changes = {restore_one(store, options.name, context)}; });
  announce_change(store);
  tell_changes(changes, context, "rounds show " + options.name);
  return 0;
}

}  // namespace rounds
