#pragma once
#include "loop/claim.h"
#include "loop/looping.h"

namespace rounds {

/// What a loop knows that has a keeper's row, and no process.
class StateTest : public LoopTest {
 protected:
  StateTest() {
    store_.write([&] { state_.own = insert_keeper(store_, {.boot_id = state_.boot_id, .pid = 1}); });
    set_clock(kStart);
  }

  void set_clock(std::string_view when) { state_.now = at(when); }
  /// One turn's transaction and what follows from it.
  template <typename Body>
  void write(Body body) {
    state_.claimed_this_turn = 0;
    state_.slots_this_turn.clear();
    store_.write(body);
    for (const auto& effect : std::exchange(state_.after_commit, {})) effect();
  }
  /// Whether more is due.
  bool claim(std::string_view when) {
    set_clock(when);
    bool more = false;
    write([&] { more = claim_due(state_); });
    return more;
  }
  Run insert(Run run, const std::string& job) {
    run.job_id = stored(job).id;
    run.job = job;
    run.phase = Phase::claimed;
    run.last_due = run.due;
    run.spool_key = new_spool_key();
    store_.write([&] { run.id = insert_run(store_, run); });
    return run;
  }
  /// Ends a run of the ledger as if its process had.
  void end(RunId id, Verdict verdict = Verdict::succeeded) {
    store_.write([&] {
      Run run = find_run(store_, id).value();
      run.verdict = verdict;
      run.final = true;
      run.finished_at = state_.now.wall;
      end_run(store_, run);
    });
    state_.live.erase(id);
  }

  scratch::Subreaper subreaper_;
  LoopState state_ = open_state(store_, Settings{});
};

}  // namespace rounds
