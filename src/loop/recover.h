#pragma once
#include "loop/state.h"

namespace rounds {

/// At start: all keeper rows and all open runs that have a keeper come into the state; the keepers of
/// this boot are asked what they know (RUNS, rule 12).
void load_open_runs(LoopState& state);
/// Takes in what a keeper told; news of runs that have their verdict already are answered.
void hear(LoopState& state, KeeperLink& keeper, const std::vector<Message>& messages);
/// An adopted process ended; true when the descriptor was one.
bool note_adopted_end(LoopState& state, int fd);

/// Something that a run's evidence demands.
struct Demand {
  RunId run;
  Ruling ruling;
};
/// Judges every open run by row and evidence; what demands nothing is left out. Adopts processes on the way.
std::vector<Demand> judge_runs(LoopState& state);
/// The next moment (boot clock) at which a run needs attention though nothing happens.
std::optional<std::chrono::nanoseconds> next_step(const LoopState& state);
/// Inside Store::write: does what the rulings demand of the ledger.
void apply(LoopState& state, const std::vector<Demand>& demands);
/// Sends Start to our keeper for what is claimed for it, by free slots.
void send_starts(LoopState& state);
/// A program that prints a secret has ended; true when the descriptor was one's.
bool note_secret_end(LoopState& state, int fd);
/// Whether a start turned out to be impossible, and the next turn has a verdict to write.
bool has_refused(const LoopState& state);

/// May a run that has not begun still begin, as far as its job goes? Manual ones also while the job is paused.
bool still_wanted(const StoredJob* job, const Run& run);

/// True while a dead keeper of ours has runs that are not judged: then nothing is reaped at large (rule 13).
bool has_unjudged(const LoopState& state);
/// Keepers that are gone and that no open run names.
std::vector<KeeperId> spent_keepers(const LoopState& state);

}  // namespace rounds
