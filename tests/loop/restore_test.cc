#include "loop/restore.h"

#include "loop/looping.h"

namespace rounds {
namespace {

constexpr const char* kRestored = "2026-03-01T15:30:00Z";

class Restore : public LoopTest {
 protected:
  Restored settle() {
    Restored restored;
    store_.write([&] { restored = settle_restored(store_, {at(kRestored), Zone::utc(), Due::max()}); });
    return restored;
  }
  RunId begin_run(const std::string& job) {
    Run run;
    run.job_id = stored(job).id;
    run.due = run.last_due = make::utc("2026-03-01T12:30:00Z");
    run.phase = Phase::running;
    run.keeper = KeeperId{1};
    RunId id;
    store_.write([&] { id = insert_run(store_, run); });
    return id;
  }
};

TEST_F(Restore, DuesSinceTheBackupAreMissedAndNeverMadeUp) {
  Job job = every("j", "1h");
  job.catchup = Catchup::all;
  define(job, kStart);
  EXPECT_EQ(settle().missed, 3);
  EXPECT_EQ(next_due_of("j"), "2026-03-01T16:00:00Z");
  const std::vector<Run> rows = history(store_, {});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].verdict, Verdict::missed);
  EXPECT_EQ(rows[0].reason, Reason::down);
  EXPECT_EQ(rows[0].last_due, make::utc("2026-03-01T15:00:00Z"));
}

TEST_F(Restore, AnOpenRunIsUnknownForGood) {
  define(every("j", "1d"), kStart);
  const RunId id = begin_run("j");
  EXPECT_EQ(settle().lost, 1);
  const Run run = find_run(store_, id).value();
  EXPECT_EQ(run.verdict, Verdict::unknown);
  EXPECT_EQ(run.reason, Reason::lost);
  EXPECT_TRUE(run.final);
  EXPECT_EQ(next_due_of("j"), "2026-03-02T12:00:00Z");
}

TEST_F(Restore, KeepersOfTheBackupAreForgotten) {
  store_.write([&] { insert_keeper(store_, {{}, "boot", 1, 99}); });
  settle();
  EXPECT_TRUE(all_keepers(store_).empty());
}

TEST_F(Restore, ADateThatHasPassedIsMissedAndTheJobCompleted) {
  define(once("j", "2026-03-01T14:00:00Z"), kStart);
  EXPECT_EQ(settle().missed, 1);
  EXPECT_EQ(stored("j").state(), JobState::completed);
}

TEST_F(Restore, ADelayThatCountsFromALostRunCountsFromNow) {
  define(job_of("j", DelayRule{std::chrono::minutes(10)}), kStart);
  store_.write([&] { advance_job(store_, stored("j").id, std::nullopt, make::utc(kStart), false, 1); });
  begin_run("j");
  settle();
  EXPECT_EQ(next_due_of("j"), "2026-03-01T15:40:01Z");
}

TEST_F(Restore, APausedJobAccountsForItselfWhenItIsResumed) {
  define(every("j", "1h"), kStart);
  pause("j", "2026-03-01T12:10:00Z");
  EXPECT_EQ(settle().missed, 0);
  EXPECT_TRUE(history(store_, {}).empty());
  EXPECT_EQ(stored("j").state(), JobState::paused);
}

TEST_F(Restore, APauseThatHasRunOutIsLiftedWithItsOwnAccount) {
  define(every("j", "1h"), kStart);
  store_.write([&] {
    pause_job(store_, stored("j").id, at("2026-03-01T12:10:00Z").wall, make::utc("2026-03-01T13:30:00Z"), "",
              make::utc("2026-03-01T14:00:00Z"));
  });
  EXPECT_EQ(settle().missed, 2);
  EXPECT_EQ(stored("j").state(), JobState::active);
  EXPECT_EQ(next_due_of("j"), "2026-03-01T16:00:00Z");
  const std::vector<Run> rows = history(store_, {});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].reason, Reason::paused);
  EXPECT_EQ(rows[0].count, 2);
}

TEST_F(Restore, WhatIsDueLaterStaysDue) {
  define(every("j", "1d"), kStart);
  EXPECT_EQ(settle().missed, 0);
  EXPECT_EQ(next_due_of("j"), "2026-03-02T12:00:00Z");
  EXPECT_TRUE(history(store_, {}).empty());
}

}  // namespace
}  // namespace rounds
