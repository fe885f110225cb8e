#pragma once
#include "loop/state.h"

namespace rounds {

/// What a run's own end, or the one we gave it, comes to.
Outcome outcome_of(const LiveRun& live);
/// What a start that failed comes to.
Outcome outcome_of(const message::NotStarted& failure);
/// True when trying again later may help: out of processes, memory, descriptors or room.
bool out_of_resources(const message::NotStarted& failure);

/// Inside Store::write: the verdict, its output, the next attempt, the next due of a delay. After the
/// commit: its files wait to be cleaned up, the keeper is told, a child of ours is reaped (RUNS, rule 11).
void finish(LoopState& state, const LiveRun& live, const Outcome& outcome);

}  // namespace rounds
