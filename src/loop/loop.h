#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "config/settings.h"
#include "core/clock_watch.h"
#include "error.h"
#include "loop/job_files.h"
#include "loop/prune.h"
#include "loop/recover.h"
#include "loop/state.h"
#include "loop/zones.h"
#include "sys/event_queue.h"
#include "sys/scheduler_lock.h"
#include "sys/timer.h"

namespace rounds {

struct LoopOptions {
  int max_parallel = 128;
  bool once = false;                            ///< run what is due now, wait for it, leave
  std::optional<std::chrono::seconds> length;   ///< from readiness, then as TERM
  std::optional<Due> awake_since{};             ///< this process was a loop before, since then, and renewed its program
};

/// How a loop ended.
struct LoopEnd {
  int failures = 0;                   ///< final verdicts that were no success
  std::optional<Due> awake_since{};   ///< it did not: the process is to begin anew with `LoopOptions::awake_since`
};

/// `rounds run`: takes what is due, starts it, records how it ended, sleeps until the next due. One turn is
/// one transaction. The caller holds the scheduler lock.
class Loop {
 public:
  Loop(Store& store, const Settings& settings, const LoopOptions& options);
  /// Runs until told to stop, or until only a new process can go on: keeper and jobs are left as they are then.
  LoopEnd run();

 private:
  void begin();
  void turn();
  void hear_keepers();
  void tidy(bool busy);
  void write_turn(const std::vector<Demand>& demands);
  void handle(int fd);
  void handle_signal(int signal);
  void stop_asked();
  void retire();

  void read_clock_now();
  void settle_clock();
  bool must_renew();
  void wait_out(const Error& error);
  void ensure_keeper();
  void bury_keepers();
  void spawn_keeper(KeeperId id);
  void watch_keepers();
  void mute_keepers();
  void reap_strays();
  void obey_stop_requests();
  void settle_unsent();
  void begin_store();
  void make_due(OnRule::Event event);

  Edit edit_now() const;
  bool due_now();
  void arm_timers();
  bool finished();

  LoopState state_;
  LoopOptions options_;
  JobFiles files_;
  ZoneWatch zones_;
  SignalQueue signals_;
  WallTimer due_timer_;
  BootTimer length_timer_;
  Fd bell_;
  std::optional<std::chrono::nanoseconds> no_keeper_until_;  ///< none could be started: not again before this
  std::optional<ClockWatch> clock_;
  std::optional<Instant> armed_;                    ///< what the wall timer waits for
  std::optional<std::chrono::nanoseconds> end_at_;  ///< --for
  int stops_ = 0;                                   ///< how often we were told to stop
  std::optional<std::chrono::nanoseconds> last_write_;  ///< boot clock
  bool postponed_ = false;                          ///< the last write is too young for another
  bool more_to_clean_ = false;
  bool more_to_prune_ = false;
  Pruning pruning_;
  bool rung_ = true;                                ///< the store may have been edited
  bool store_trouble_ = false;                      ///< said once, until it is over
  bool more_due_ = false;
};

}  // namespace rounds
