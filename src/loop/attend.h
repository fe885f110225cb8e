#pragma once
#include <functional>

#include "loop/state.h"

namespace rounds {

/// One run without a loop (RUNS, rule 16): the caller holds the scheduler lock while one of these lives,
/// and gives it up while the job runs.
class Attendant {
 public:
  Attendant(Store& store, const Settings& settings, RunId run);

  /// Claims the waiting run for a keeper of its own and starts it; returns once it has begun, or has ended.
  void start();
  /// Asks the run's keeper. Records the verdict when there is one; false while it still runs.
  bool conclude();
  /// Ends the run with its whole tree and records that.
  void end(Verdict verdict, std::optional<Reason> reason);

  /// The run's process once it has begun, else 0.
  pid_t pid() const;

 private:
  void load();
  void make_keeper();
  bool own_is_gone() const;
  /// Serves events until `done` says so or the run has its verdict.
  void serve_until(const std::function<bool()>& done);
  void step();
  LiveRun* live();
  bool heard_out();
  void bury();

  LoopState state_;
  RunId run_;
};

/// Without a loop nobody records how the runs end that an earlier one left behind: does so for all but `own`. The caller
/// holds the scheduler lock. Returns the processes of those that go on.
std::vector<pid_t> conclude_orphans(Store& store, const Settings& settings, std::optional<RunId> own);

}  // namespace rounds
