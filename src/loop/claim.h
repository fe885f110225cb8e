#pragma once
#include "loop/state.h"

namespace rounds {

// Inside Store::write; what must wait for the commit goes to state.after_commit.

/// Decides the jobs that are due, as many as there is room for, and claims their runs for our keeper.
/// True when more are due now and there is room for them.
bool claim_due(LoopState& state);
/// Claims runs that wait in the ledger (manual ones, retries, queued ones) for our keeper.
void claim_waiting(LoopState& state);

/// Cancels a run that nobody was asked to start, by verdict alone (RUNS, rule 5); false when it was sent.
bool cancel_unsent(LoopState& state, Run run, Reason reason);

/// How many more runs may be claimed now: the free slots and a small look-ahead.
int room(const LoopState& state);

/// The row of a run that is to be claimed, with a spool key of its own; what is special about it is the caller's.
Run new_run(const StoredJob& job, std::int64_t epoch, Due due, Instant now);

/// A random spool key: a store restored from a backup cannot meet old markers.
std::uint64_t new_spool_key();

}  // namespace rounds
