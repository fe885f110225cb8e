#pragma once
#include "loop/state.h"

namespace rounds {

/// Begins to end a run and all its processes: TERM now, KILL after the job's grace. With a verdict it is
/// the loop that ends the run; without one the run's own end stands, and only what it left is hunted.
void begin_ending(LoopState& state, RunId id, std::optional<Verdict> verdict, std::optional<Reason> reason);
/// KILL at once for whatever is being ended.
void hurry_endings(LoopState& state);
/// Does what is due: timeouts that ran out, first TERM, KILL, another look for who is left.
void step_hunts(LoopState& state);
/// Inside Store::write: says of the runs in `state.left_open` which processes they left running.
void tell_leftovers(LoopState& state);
/// A watched member ended; true when the descriptor was one.
bool note_member_end(LoopState& state, int fd);
/// The next moment (boot clock) at which `step_hunts` has something to do.
std::optional<std::chrono::nanoseconds> next_hunt(const LoopState& state);

}  // namespace rounds
