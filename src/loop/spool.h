#pragma once
#include "loop/state.h"
#include "store/spool.h"

namespace rounds {

// What the scheduler does to the files of the spool; it alone deletes there (RUNS, rule 11).

/// The marker of a run, looked for by name. Only once its keeper is gone does "nothing" mean that none comes.
std::optional<Marker> find_marker(const LoopState& state, const Run& run);

/// The run's output, open for reading and for cutting; nothing when it is not there.
Fd open_for_change(const LoopState& state, const Run& run);
/// Whether nobody has the run's output open, in this pid namespace or another; also when it is not there.
bool is_output_free(const LoopState& state, const Run& run);

/// Takes a run's marker out of the spool, and its output unless that is to be kept: only ever after the verdict.
/// `marker` is looked for when it is not known. A run whose output somebody still has open is noted in
/// `state.left_open`.
void clean(LoopState& state, const Run& run, std::optional<Marker> marker, bool keep_output);
/// Takes both out before a run that never began is started again: not even a spare may have the output's name.
void clear_way(LoopState& state, const Run& run, std::optional<Marker> marker);
/// Cleans up after at most `limit` runs that have their verdict; true when more are left.
bool clean_some(LoopState& state, std::size_t limit);

/// The output of an earlier run, emptied, for a run to take over, cleaning up if need be; empty when there is none,
/// and then the run's child makes its file.
std::string take_spare(LoopState& state);
/// Deletes the spares: nothing is started any more.
void drop_spares(LoopState& state);

/// At start, after the open runs were loaded: deletes what a killed scheduler had no time to. Files of runs
/// with a verdict go at once, those of runs that the store does not know after a day, sockets with their rows.
void sweep_spool(LoopState& state);

}  // namespace rounds
