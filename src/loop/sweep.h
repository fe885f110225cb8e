#pragma once
#include "loop/state.h"

namespace rounds {

/// At start, after the open runs were loaded: deletes what a killed scheduler had no time to. Files of runs
/// with a verdict go at once, those of runs that the store does not know after a day, sockets with their rows.
void sweep_spool(LoopState& state);

}  // namespace rounds
