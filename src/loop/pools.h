#pragma once
#include "loop/state.h"

namespace rounds {

/// What is free in the pools of config.toml now, claims of this turn counted; a pool that is not named has no bound but
/// `max_parallel`. One that a job names and nobody configures any more has a single slot: its job goes on, one at a time.
PoolRoom pool_room(const LoopState& state);
/// Whether a run of that job fits in its pool now.
bool fits(const LoopState& state, const Job& job);
/// The job's slots are taken, in this turn.
void take_slots(LoopState& state, const Job& job);

}  // namespace rounds
