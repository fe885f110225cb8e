#pragma once
#include "loop/state.h"

namespace rounds {

/// How an attempt ended, as its row will say.
struct Outcome {
  Verdict verdict = Verdict::unknown;
  std::optional<Reason> reason;
  std::string detail;
};

/// What a run's own end, or the one we gave it, comes to.
Outcome outcome_of(const LiveRun& live);
/// What a start that failed comes to.
Outcome outcome_of(const message::NotStarted& failure);
/// True when trying again later may help: out of processes, memory, descriptors or room.
bool out_of_resources(const message::NotStarted& failure);

/// Inside Store::write: the verdict, its output, the next attempt, the next due of a delay. After the
/// commit: output and marker are deleted, the keeper is told, a child of ours is reaped (RUNS, rule 11).
void finish(LoopState& state, const LiveRun& live, const Outcome& outcome);
/// Deletes a run's output (unless it stays a file), then its marker: only ever after the verdict, or
/// before a run that never began is started again.
void clean(LoopState& state, const Run& run, bool keep_output);
/// Cleans up to `limit` of the runs that wait for it; true when some are left.
bool clean_some(LoopState& state, std::size_t limit);

}  // namespace rounds
