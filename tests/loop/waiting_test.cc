#include "loop/state_fixture.h"

namespace rounds {
namespace {

/// Runs that wait in the ledger for a keeper.
class Waiting : public StateTest {
 protected:
  void define_with(Overlap overlap, const std::string& name = "j") {
    Job job = every(name, "1h");
    job.overlap = overlap;
    define(job, kStart);
  }
  static Run queued(std::string_view due) { return {.due = make::utc(due)}; }
  static Run retry(std::string_view due, std::optional<Instant> not_before = {}) {
    Run run{.due = make::utc(due), .attempt = 2, .cause = Cause::retry};
    run.not_before = not_before;
    return run;
  }
  Run started(std::string_view due) const {
    Run run = queued(due);
    run.keeper = state_.own;
    return run;
  }
  void claim() {
    write([&] { claim_waiting(state_); });
  }
  bool has_keeper(RunId id) { return find_run(store_, id)->keeper.has_value(); }
};

TEST_F(Waiting, GetsOurKeeperAndGoesLive) {
  define_with(Overlap::skip);
  const RunId id = insert(queued(kStart), "j").id;
  claim();
  EXPECT_EQ(find_run(store_, id)->keeper, state_.own);
  EXPECT_EQ(state_.live.at(id).row.keeper, state_.own);
}

TEST_F(Waiting, LastsWhileAnotherRunOfTheJobGoesOn) {
  for (const Overlap overlap : {Overlap::skip, Overlap::queue, Overlap::replace}) {
    const std::string name = to_text(overlap);
    define_with(overlap, name);
    const RunId running = insert(started(kStart), name).id;
    const RunId next = insert(queued("2026-03-01T13:00:00Z"), name).id;
    claim();
    EXPECT_FALSE(has_keeper(next)) << name;
    end(running);
    claim();
    EXPECT_TRUE(has_keeper(next)) << name;
  }
}

TEST_F(Waiting, IsShortWhereRunsMayOverlap) {
  define_with(Overlap::allow);
  insert(started(kStart), "j");
  const RunId first = insert(queued("2026-03-01T13:00:00Z"), "j").id;
  const RunId second = insert(queued("2026-03-01T14:00:00Z"), "j").id;
  claim();
  EXPECT_TRUE(has_keeper(first));
  EXPECT_TRUE(has_keeper(second));
}

TEST_F(Waiting, EndsForOneRunOfAJobAtATime) {
  define_with(Overlap::queue);
  const RunId later = insert(queued("2026-03-01T14:00:00Z"), "j").id;
  const RunId earlier = insert(queued("2026-03-01T13:00:00Z"), "j").id;
  claim();
  EXPECT_TRUE(has_keeper(earlier));
  EXPECT_FALSE(has_keeper(later));
}

TEST_F(Waiting, OfARetryLastsUntilItsMoment) {
  define_with(Overlap::queue);
  const RunId id = insert(retry(kStart, at("2026-03-01T12:05:00Z").wall), "j").id;
  set_clock("2026-03-01T12:04:59Z");
  claim();
  EXPECT_FALSE(has_keeper(id));
  set_clock("2026-03-01T12:05:00Z");
  claim();
  EXPECT_TRUE(has_keeper(id));
}

TEST_F(Waiting, OfAQueuedRunLastsBehindARetryThatWaitsToo) {
  define_with(Overlap::queue);
  const RunId again = insert(retry(kStart, at("2026-03-01T12:05:00Z").wall), "j").id;
  const RunId next = insert(queued("2026-03-01T12:01:00Z"), "j").id;
  claim();
  EXPECT_FALSE(has_keeper(next));
  set_clock("2026-03-01T12:05:00Z");
  claim();
  EXPECT_TRUE(has_keeper(again));
  EXPECT_FALSE(has_keeper(next));
}

TEST_F(Waiting, OfARetryDoesNotLastBehindAQueuedRunWithAnEarlierDue) {
  define_with(Overlap::queue);
  const RunId next = insert(queued("2026-03-01T11:00:00Z"), "j").id;
  const RunId again = insert(retry(kStart), "j").id;
  claim();
  EXPECT_TRUE(has_keeper(again)) << "the clock was put back between the two";
  EXPECT_FALSE(has_keeper(next));
}

TEST_F(Waiting, EndsByPriorityWhileThereIsRoom) {
  state_.max_parallel = 1;
  for (int i = 0; i < 100; ++i) {
    const std::string name = "j" + std::to_string(i);
    define_with(Overlap::skip, name);
    insert(queued(kStart), name);
  }
  Job urgent = every("urgent", "1h");
  urgent.priority = 1;
  define(urgent, kStart);
  const RunId first = insert(queued("2026-03-01T12:00:01Z"), "urgent").id;
  claim();
  EXPECT_TRUE(has_keeper(first));
  EXPECT_GE(state_.live.size(), 1u);
  EXPECT_LE(state_.live.size(), 65u);
  const std::size_t claimed = state_.live.size();
  claim();
  EXPECT_EQ(state_.live.size(), claimed);
}

TEST_F(Waiting, SharesTheRoomOfATurnWithWhatIsDue) {
  state_.max_parallel = 1;
  define(every("j", "5h"), kStart);
  define(every("k", "1h"), kStart);
  const RunId id = insert(queued(kStart), "j").id;
  set_clock("2026-03-01T13:00:00Z");
  write([&] {
    claim_waiting(state_);
    claim_due(state_);
  });
  EXPECT_TRUE(has_keeper(id));
  EXPECT_EQ(state_.live.size(), 1u) << "with one slot nothing is claimed ahead";
  EXPECT_EQ(next_due_of("k"), "2026-03-01T13:00:00Z");
}

TEST_F(Waiting, GoesOnWhenTheLoopIsToEnd) {
  define_with(Overlap::skip);
  const RunId id = insert(queued(kStart), "j").id;
  state_.accepting = false;
  claim();
  EXPECT_FALSE(has_keeper(id));
}

}  // namespace
}  // namespace rounds
