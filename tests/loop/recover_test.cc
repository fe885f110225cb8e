#include "loop/recover.h"

#include "loop/state_fixture.h"

namespace rounds {
namespace {

using std::chrono::minutes;
using std::chrono::nanoseconds;

/// What the loop makes of a keeper's news.
class News : public StateTest {
 protected:
  /// A run that was claimed by this loop, or one before it.
  RunId claimed_run(const Job& job) {
    define(job, kStart);
    claim("2026-03-01T13:00:00Z");
    return state_.live.begin()->first;
  }
  /// `began`: since the machine was booted.
  void hear_start(RunId id, nanoseconds began, Instant wall) {
    KeeperLink keeper(*state_.own, state_.spool);
    hear(state_, keeper, {message::Started{id.value, 4711, began.count(), wall.time_since_epoch().count()}});
  }
};

TEST_F(News, ATimeoutGoesByTheBootClockFromTheRunsOwnBeginning) {
  Job job = every("j", "1h");
  job.timeout = minutes(10);
  const RunId id = claimed_run(job);
  const nanoseconds began = state_.now.boot - minutes(3);
  hear_start(id, began, state_.now.wall - minutes(63));  // the wall clock was set forward since, by an hour
  EXPECT_EQ(state_.live.at(id).timeout_at, began + minutes(10));
}

TEST_F(News, ARunWithoutATimeoutHasNone) {
  const RunId id = claimed_run(every("j", "1h"));
  hear_start(id, state_.now.boot, state_.now.wall);
  EXPECT_EQ(state_.live.at(id).timeout_at, std::nullopt);
}

}  // namespace
}  // namespace rounds
