#pragma once
#include <chrono>
#include <optional>

#include "core/job.h"
#include "time/now.h"

namespace rounds {

// The wall clock may be set, and the loop may be asleep (TIME, clock steps, suspend, downtime).

/// Compares the wall clock with the boot clock, turn by turn.
class ClockWatch {
 public:
  ClockWatch(Now first, Due awake_since) : last_(first), awake_since_(awake_since) {}

  /// Once a turn. `armed` is the instant that the loop slept for, if any.
  void look(Now now, std::optional<Instant> armed);
  /// From then on the loop was there without a break.
  Due awake_since() const { return awake_since_; }
  /// How far the clock was set since the last `settle`; zero while it only ran.
  std::chrono::milliseconds stepped() const { return stepped_; }
  /// What was seen is on record.
  void settle() { stepped_ = std::chrono::milliseconds(0); }

 private:
  Now last_;
  Due awake_since_;
  std::chrono::milliseconds stepped_{};
};

/// Whether the clock stands so far below what the jobs have reached that every schedule begins anew, in a new clock
/// epoch: more than three hours. `reached`: of all jobs, the newest watermark, or first sight of one that has none.
bool is_far_back(std::optional<Due> reached, Due now);

/// Whether the dues follow from how much time has passed, not from the calendar: lengths, random, delay, on.
bool goes_by_elapsed_time(const Trigger& trigger);

/// Whether this job begins anew after a step back that is not far: those that go by elapsed time do, the calendar's
/// wait until the clock has passed what they have reached, so that nothing at or below it runs again.
bool begins_anew(const Job& job, Due reached, Due now);

}  // namespace rounds
