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
  define_job(store, stored->job, Source{}, edit_of(store, context));
  const StoredJob job = require_job(store, name);
  if (is_paused(job, context.now.due())) return {name, "restored", "restored, still paused"};
  const std::string next = job.next_due ? ", next due " + local_text(*job.next_due, context.shown_zone) : "";
  return {name, "restored", "restored" + next};
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
