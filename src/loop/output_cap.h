#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "loop/state.h"

namespace rounds {

// `output_max`: of an output that grows beyond it head and tail are kept, and the middle is punched out of the file while
// the job goes on writing. The job never notices; readers find a hole (store/output.h).

/// Cuts `fd`, an output of `size` bytes, to at most `cap`, half of them head; by whole pages, so that the hole says
/// exactly what is missing. False when nothing had to be cut, or the file system cannot.
bool cut_output(int fd, std::int64_t size, std::int64_t cap);

/// What the job, else config.toml, says.
std::int64_t output_max_of(const LoopState& state, const LiveRun& live);

/// The run has begun: its output is looked at in a moment.
void watch_output(LoopState& state, LiveRun& live);
/// Looks at the outputs whose time has come. One that grows is looked at ten times a second, one that does not only
/// after the kernel has told of a write.
void step_outputs(LoopState& state);
/// The kernel told of writes.
void note_writes(LoopState& state);
/// The next moment (boot clock) at which `step_outputs` has something to do.
std::optional<std::chrono::nanoseconds> next_output_look(const LoopState& state);

}  // namespace rounds
