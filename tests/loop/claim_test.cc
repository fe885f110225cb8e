#include "loop/claim.h"

#include "loop/state_fixture.h"

namespace rounds {
namespace {

using Claim = StateTest;

TEST_F(Claim, GivesADueToOurKeeperAndMovesTheNext) {
  define(every("j", "1h"), kStart);
  EXPECT_FALSE(claim("2026-03-01T12:59:59Z"));
  EXPECT_EQ(ledger(), Texts{});
  claim("2026-03-01T13:00:00Z");
  const Run run = open_runs(store_).at(0);
  EXPECT_EQ(run.phase, Phase::claimed);
  EXPECT_EQ(run.keeper, state_.own);
  EXPECT_EQ(run.cause, Cause::schedule);
  EXPECT_EQ(run.claimed_at, state_.now.wall);
  EXPECT_EQ(run.window, (Window{make::utc(kStart), make::utc("2026-03-01T13:00:00Z")}));
  EXPECT_NE(run.spool_key, 0u);
  EXPECT_EQ(next_due_of("j"), "2026-03-01T14:00:00Z");
  EXPECT_EQ(stored("j").watermark, make::utc("2026-03-01T13:00:00Z"));
  EXPECT_EQ(stored("j").scheduled_runs, 1);
  EXPECT_EQ(state_.live.at(run.id).job->job.name.text(), "j");
}

TEST_F(Claim, HappensOnceForADue) {
  define(every("j", "1h"), kStart);
  claim("2026-03-01T13:00:00Z");
  claim("2026-03-01T13:00:01Z");
  EXPECT_EQ(ledger(), (Texts{"claimed 2026-03-01T13:00:00Z #1"}));
}

TEST_F(Claim, LeavesNothingBehindWhenItsTransactionFails) {
  define(every("j", "1h"), kStart);
  set_clock("2026-03-01T13:00:00Z");
  const auto fails = [&] {
    claim_due(state_);
    throw std::runtime_error("disk full");
  };
  EXPECT_THROW(store_.write(fails), std::runtime_error);
  EXPECT_EQ(ledger(), Texts{});
  EXPECT_EQ(next_due_of("j"), "2026-03-01T13:00:00Z");
  EXPECT_TRUE(state_.live.empty());
}

TEST_F(Claim, AccountsForTheDuesOfADowntime) {
  define(every("j", "1h"), kStart);
  state_.awake_since = make::utc("2026-03-01T18:30:00Z");
  claim("2026-03-01T18:30:00Z");
  EXPECT_EQ(ledger(), (Texts{"missed(too_late) 2026-03-01T13:00:00Z..2026-03-01T17:00:00Z x5",
                             "claimed 2026-03-01T18:00:00Z #1"}));
  EXPECT_EQ(open_runs(store_).at(0).cause, Cause::catchup);
  EXPECT_EQ(next_due_of("j"), "2026-03-01T19:00:00Z");
}

TEST_F(Claim, LetsSkipsInARowShareOneRowThatNamesWhatWasInTheWay) {
  define(every("j", "1h"), kStart);
  claim("2026-03-01T13:00:00Z");
  const RunId running = open_runs(store_).at(0).id;
  for (const char* when : {"2026-03-01T14:00:00Z", "2026-03-01T15:00:00Z", "2026-03-01T16:00:00Z"}) claim(when);
  EXPECT_EQ(ledger(), (Texts{"claimed 2026-03-01T13:00:00Z #1",
                             "skipped(overlap) 2026-03-01T14:00:00Z..2026-03-01T16:00:00Z x3"}));
  EXPECT_EQ(history(store_, {}).at(0).waited_for, running);
  end(running);
  claim("2026-03-01T17:00:00Z");
  EXPECT_EQ(ledger().back(), "claimed 2026-03-01T17:00:00Z #1");
}

TEST_F(Claim, QueuesWithoutAKeeperWhatHasToWait) {
  Job job = every("j", "1h");
  job.overlap = Overlap::queue;
  define(job, kStart);
  claim("2026-03-01T13:00:00Z");
  claim("2026-03-01T14:00:00Z");
  const auto open = open_runs(store_);
  ASSERT_EQ(open.size(), 2u);
  EXPECT_EQ(open[1].keeper, std::nullopt);
  EXPECT_EQ(state_.live.size(), 1u);
}

TEST_F(Claim, HoldsAStartBackByItsJitter) {
  Job job = every("j", "1h");
  job.trigger.rules[0].jitter = std::chrono::minutes(5);
  define(job, kStart);
  const Due due = make::utc("2026-03-01T13:00:00Z");
  const Due start = due + jitter_at(schedule_of(job, Zone::utc(), make::utc(kStart)), due);
  ASSERT_GT(start, due);
  claim("2026-03-01T13:00:00Z");
  const Run run = open_runs(store_).at(0);
  EXPECT_EQ(run.due, due);
  EXPECT_EQ(run.not_before, Instant(start));
  EXPECT_FALSE(run.keeper) << "nobody may start it yet";
  EXPECT_EQ(earliest_wait(store_, state_.now.wall), Instant(start)) << "the loop wakes up for it";
  set_clock(utc_text(start - std::chrono::seconds(1)));
  write([&] { claim_waiting(state_); });
  EXPECT_FALSE(open_runs(store_).at(0).keeper);
  set_clock(utc_text(start));
  write([&] { claim_waiting(state_); });
  EXPECT_EQ(open_runs(store_).at(0).keeper, state_.own);
  EXPECT_EQ(next_due_of("j"), "2026-03-01T14:00:00Z");
}

TEST_F(Claim, WritesOneRowForExceptedDuesInARow) {
  Job job = every("j", "1h");
  add_exception(job.except, "12:00-15:30");
  define(job, kStart);
  for (const char* now : {"2026-03-01T13:00:00Z", "2026-03-01T14:00:00Z", "2026-03-01T15:00:00Z", "2026-03-01T16:00:00Z"}) {
    claim(now);
  }
  EXPECT_EQ(ledger(), (Texts{"skipped(excepted) 2026-03-01T13:00:00Z..2026-03-01T15:00:00Z x3",
                             "claimed 2026-03-01T16:00:00Z #1"}));
}

TEST_F(Claim, CancelsAWaitingRunThatIsReplaced) {
  Job job = every("j", "1h");
  job.overlap = Overlap::replace;
  define(job, kStart);
  insert(Run{.due = make::utc(kStart)}, "j");
  claim("2026-03-01T13:00:00Z");
  EXPECT_EQ(ledger(), (Texts{"cancelled(replaced) 2026-03-01T12:00:00Z", "claimed 2026-03-01T13:00:00Z #1"}));
}

TEST_F(Claim, CompletesAJobThatIsNeverDueAgain) {
  Job job = every("j", "1h");
  job.max_runs = 1;
  define(job, kStart);
  define(once("k", "2026-03-01T13:00:00Z"), kStart);
  claim("2026-03-01T13:00:00Z");
  EXPECT_EQ(open_runs(store_).size(), 2u);
  for (const char* name : {"j", "k"}) {
    EXPECT_EQ(stored(name).state(), JobState::completed);
    EXPECT_EQ(next_due_of(name), "");
  }
}

TEST_F(Claim, TakesNoMoreThanTheSlotsAndALittleAhead) {
  state_.max_parallel = 1;
  for (int i = 0; i < 200; ++i) define(every("j" + std::to_string(i), "1h"), kStart);
  claim("2026-03-01T13:00:00Z");
  const std::size_t claimed = open_runs(store_).size();
  EXPECT_GE(claimed, 1u);
  EXPECT_LE(claimed, 65u);
  claim("2026-03-01T13:00:01Z");
  EXPECT_EQ(open_runs(store_).size(), claimed) << "what was claimed fills the room";
  EXPECT_EQ(due_jobs(store_, state_.now.due(), 1000).size(), 200 - claimed) << "the others stay due";
  end(open_runs(store_).at(0).id);
  claim("2026-03-01T13:00:02Z");
  EXPECT_EQ(open_runs(store_).size(), claimed) << "a run that ended makes room for one";
}

TEST_F(Claim, OfOneJobThatCatchesUpTakesNoMoreThanThereIsRoomFor) {
  state_.max_parallel = 4;
  Job job = every("j", "1m");
  job.overlap = Overlap::allow;
  job.catchup = Catchup::all;
  define(job, kStart);
  state_.awake_since = make::utc("2026-03-01T12:50:00Z");
  claim("2026-03-01T12:50:00Z");
  EXPECT_EQ(open_runs(store_).size(), 50u) << "each due has its run";
  EXPECT_EQ(state_.live.size(), 6u) << "the slots, and a little ahead";
  while (!state_.live.empty()) {
    end(state_.live.begin()->first);
    write([&] { claim_waiting(state_); });
    EXPECT_LE(state_.live.size(), 6u);
  }
  EXPECT_EQ(ledger().size(), 50u) << "the others waited, and each had its turn once";
  EXPECT_TRUE(open_runs(store_).empty());
}

TEST_F(Claim, SaysThatMoreIsDueThanThereWasRoomFor) {
  for (int i = 0; i < 300; ++i) define(every("j" + std::to_string(i), "1h"), kStart);
  state_.max_parallel = 400;
  EXPECT_TRUE(claim("2026-03-01T13:00:00Z"));
  EXPECT_FALSE(claim("2026-03-01T13:00:00Z"));
  EXPECT_EQ(open_runs(store_).size(), 300u);
}

TEST_F(Claim, GoesByPriorityThenByDue) {
  state_.max_parallel = 1;
  for (int i = 0; i < 100; ++i) define(every("j" + std::to_string(i), "30m"), kStart);
  define(every("older", "29m"), kStart);
  Job urgent = every("urgent", "1h");
  urgent.priority = 1;
  define(urgent, kStart);
  Texts claimed;
  while (claimed.size() < 2) {
    claim("2026-03-01T13:00:00Z");
    for (const Run& run : open_runs(store_)) {
      claimed.push_back(run.job);
      end(run.id);
    }
  }
  EXPECT_EQ(claimed[0], "urgent");
  EXPECT_EQ(claimed[1], "older");
}

TEST_F(Claim, NeedsAKeeperAndALoopThatGoesOn) {
  define(every("j", "1h"), kStart);
  state_.accepting = false;
  claim("2026-03-01T13:00:00Z");
  EXPECT_EQ(ledger(), Texts{});
  state_.accepting = true;
  state_.own.reset();
  claim("2026-03-01T13:00:00Z");
  EXPECT_EQ(ledger(), Texts{});
  EXPECT_EQ(next_due_of("j"), "2026-03-01T13:00:00Z");
}

TEST_F(Claim, LiftsAPauseWithTheFirstDueAfterIt) {
  define(every("j", "1h"), kStart);
  pause("j", "2026-03-01T12:10:00Z", make::utc("2026-03-01T15:30:00Z"));
  store_.write([&] { advance_job(store_, stored("j").id, make::utc("2026-03-01T16:00:00Z"), {}, false, 0); });
  claim("2026-03-01T15:59:59Z");
  EXPECT_EQ(stored("j").state(), JobState::paused);
  claim("2026-03-01T16:00:00Z");
  EXPECT_EQ(ledger(), (Texts{"skipped(paused) 2026-03-01T13:00:00Z..2026-03-01T15:00:00Z x3",
                             "claimed 2026-03-01T16:00:00Z #1"}));
  EXPECT_EQ(stored("j").state(), JobState::active);
  EXPECT_EQ(next_due_of("j"), "2026-03-01T17:00:00Z");
}

TEST_F(Claim, LeavesTheDueAtTheEndOfAPauseToTheJob) {
  define(every("j", "1h"), kStart);
  pause("j", "2026-03-01T13:00:00Z", make::utc("2026-03-01T15:00:00Z"));
  claim("2026-03-01T15:00:00Z");
  EXPECT_EQ(ledger(), (Texts{"skipped(paused) 2026-03-01T14:00:00Z", "claimed 2026-03-01T15:00:00Z #1"}));
}

TEST_F(Claim, OfOneRoundLeavesLaterDues) {
  define(every("j", "1h"), kStart);
  define(every("k", "90m"), kStart);
  state_.only_until = make::utc("2026-03-01T13:10:00Z");
  claim("2026-03-01T14:30:00Z");
  EXPECT_EQ(ledger(), (Texts{"claimed 2026-03-01T13:00:00Z #1"}));
  EXPECT_EQ(next_due_of("j"), "2026-03-01T14:00:00Z");
  EXPECT_EQ(next_due_of("k"), "2026-03-01T13:30:00Z");
}

TEST_F(Claim, IsStoppedByTheGovernorWhenADueComesAgain) {
  define(every("j", "1h"), kStart);
  claim("2026-03-01T13:00:00Z");
  end(state_.live.begin()->first);
  store_.db().run("UPDATE job SET next_due = ?", make::utc("2026-03-01T13:00:00Z"));
  claim("2026-03-01T13:00:01Z");
  EXPECT_EQ(ledger(), (Texts{"succeeded 2026-03-01T13:00:00Z"})) << "the due keeps its one verdict";
  EXPECT_EQ(stored("j").pause_reason, "governor: 2026-03-01T13:00:00Z was decided before, up to 2026-03-01T13:00:00Z");
  EXPECT_EQ(next_due_of("j"), "");
}

TEST_F(Claim, IsStoppedByTheGovernorWhenMoreIsDueThanTheScheduleHas) {
  define(every("j", "1h"), kStart);
  store_.db().run("UPDATE job SET next_due = ?", make::utc("2026-03-01T12:30:00Z"));
  claim("2026-03-01T12:30:00Z");
  EXPECT_EQ(ledger(), (Texts{"skipped(governor) 2026-03-01T12:30:00Z"}));
  EXPECT_EQ(stored("j").state(), JobState::paused);
}

TEST_F(Claim, OfASecondThatTheNameHasHadLeavesItToTheOldDefinition) {
  const char* when = "2026-03-01T13:00:00Z";
  for (const Rule& rule : {Rule{EveryRule{make::span("10m")}}, Rule{RandomRule{std::chrono::minutes(10), std::chrono::minutes(10)}}}) {
    if (const auto old = find_job(store_, "j")) store_.write([&] { purge_job(store_, old->id); });
    define(every("j", "1h"), kStart);
    claim(when);
    end(open_runs(store_).at(0).id);
    Job again = job_of("j", rule);
    again.start = make::utc(when);
    define(again, when);
    EXPECT_EQ(next_due_of("j"), "2026-03-01T13:10:00Z");
    remove("j", when);
    define(again, when);
    EXPECT_EQ(next_due_of("j"), "2026-03-01T13:10:00Z") << "nor after a removal";
  }
}

TEST_F(Claim, OfADueThatHasItsRunPausesTheJobAndGoesOnWithTheOthers) {
  define(every("j", "1h"), kStart);
  claim("2026-03-01T13:00:00Z");
  end(open_runs(store_).at(0).id);
  define(every("k", "1h"), "2026-03-01T12:30:00Z");
  store_.write([&] { advance_job(store_, stored("j").id, make::utc("2026-03-01T13:00:00Z"), {}, false, 0); });
  state_.awake_since = make::utc("2026-03-01T13:30:00Z");
  claim("2026-03-01T13:30:00Z");
  EXPECT_EQ(ledger(), (Texts{"succeeded 2026-03-01T13:00:00Z", "claimed 2026-03-01T13:30:00Z #1"}));
  EXPECT_EQ(stored("j").state(), JobState::paused);
}

}  // namespace
}  // namespace rounds
