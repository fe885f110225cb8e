#pragma once
#include <memory>
#include <optional>

#include "loop/state.h"

namespace rounds {

// Hooks: what a job, or config.toml for all that have none of their own, wants to be run after a verdict. A hook is a
// run of cause `hook` with a row of its own, written in the transaction of the verdict that it follows.

/// Inside Store::write: puts the hook that a final verdict calls for into the queue, if there is one. Manual runs have
/// none, as whoever asked for them hears of the end; neither has what was stopped on purpose.
void insert_hook(LoopState& state, const StoredJob& stored, const Run& about);

/// The job as a run of it is carried out: the stored one, or for a hook one that has the hook's task, a minute for it,
/// one attempt, and the job's user, environment and conditions. Null when that hook is defined no more.
std::shared_ptr<const StoredJob> acting_job(const Settings& settings, StoredJob stored, const Run& run);

/// The row that a hook is about; nothing for other runs, or when it was pruned.
std::optional<Run> subject_of(Store& store, const Run& run);

}  // namespace rounds
