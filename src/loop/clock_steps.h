#pragma once
#include <chrono>

#include "loop/state.h"

namespace rounds {

// What a clock that was set, or cannot be right, means for the schedules (TIME, clock steps). Inside Store::write.

/// Puts a step on record. After a step back, what goes by elapsed time begins anew; after a far one everything, in a
/// new clock epoch, in which the repeated dues run.
void record_step(LoopState& state, std::chrono::milliseconds step);

/// At start: a clock that stands before the newest record has been set back. What goes by elapsed time begins anew. More
/// than three hours are not believed: the calendar waits for the clock to come right, or for somebody to accept it.
void judge_clock(LoopState& state);

/// Until when the clock of this store is doubted; nothing while it is believed.
std::optional<Due> doubted_until(Store& store);
/// The loop is to believe the clock as it is.
void accept_clock(Store& store);

/// While the clock is doubted, a job by the calendar is not decided: its due is put off to when the doubt may be over.
bool waits_for_clock(const LoopState& state, const StoredJob& job);
void put_off(LoopState& state, const StoredJob& job);

/// True when a doubted clock has come right by now, or was accepted.
bool is_doubt_over(LoopState& state);
void end_doubt(LoopState& state);

}  // namespace rounds
