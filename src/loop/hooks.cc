#include "loop/hooks.h"

#include "loop/claim.h"
#include "store/ledger.h"
#include "store/overrides.h"

namespace rounds {

namespace {

constexpr std::chrono::minutes kHookTimeout{1};
constexpr const char* kFailure = "on_failure";
constexpr const char* kSuccess = "on_success";
constexpr const char* kMissed = "on_missed";

/// Which hook a final verdict calls for; null: none.
const char* hook_after(const Run& run) {
  if (run.reason == Reason::stopped || run.reason == Reason::replaced) return nullptr;
  switch (*run.verdict) {
    case Verdict::succeeded: return kSuccess;
    case Verdict::missed: return kMissed;
    case Verdict::failed:
    case Verdict::timed_out:
    case Verdict::killed:
    case Verdict::not_started:
    case Verdict::unknown: return kFailure;
    case Verdict::skipped:
    case Verdict::coalesced:
    case Verdict::cancelled: return nullptr;
  }
  return nullptr;
}

/// The job's own, else that of config.toml.
std::optional<Task> find_hook(const Job& job, const Settings& settings, const std::string& name) {
  const auto pick = [&](std::optional<Task> Hooks::* hook) { return job.hooks.*hook ? job.hooks.*hook : settings.hooks.*hook; };
  if (name == kFailure) return pick(&Hooks::on_failure);
  if (name == kSuccess) return pick(&Hooks::on_success);
  return pick(&Hooks::on_missed);
}

}  // namespace

void insert_hook(LoopState& state, const StoredJob& stored, const Run& about) {
  const bool manual = about.cause == Cause::manual || about.occurrence;
  const char* name = manual || about.cause == Cause::hook ? nullptr : hook_after(about);
  if (name == nullptr || !find_hook(stored.job, state.settings, name)) return;
  if (open_hook_about(state.store, stored.id, about.id)) return;  // it will tell of what has been added, too
  Run run = new_run(stored, about.epoch, about.due, state.now.wall);
  run.last_due = about.last_due;
  run.window = about.window;
  run.cause = Cause::hook;
  run.overrides = overrides_text({.hook = name, .about = about.id.value});
  insert_run(state.store, run);
}

std::shared_ptr<const StoredJob> acting_job(const Settings& settings, StoredJob stored, const Run& run) {
  if (run.cause == Cause::hook) {
    const auto task = find_hook(stored.job, settings, overrides_from_text(run.overrides).hook);
    if (!task) return nullptr;
    Job& job = stored.job;
    job.task = *task;
    job.timeout = kHookTimeout;
    job.retry = {};
    job.success_codes = {0};
    job.skip_code = job.done_code = std::nullopt;
    job.hooks = {};
  }
  return std::make_shared<const StoredJob>(std::move(stored));
}

std::optional<Run> subject_of(Store& store, const Run& run) {
  if (run.cause != Cause::hook) return std::nullopt;
  return find_run(store, RunId{overrides_from_text(run.overrides).about});
}

}  // namespace rounds
