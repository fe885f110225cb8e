#include "loop/define.h"

#include "loop/looping.h"

namespace rounds {
namespace {

class Define : public LoopTest {
 protected:
  /// A job that was claimed for 13:00 and ran.
  void define_claimed(const Job& job) {
    define(job, kStart);
    store_.write([&] {
      advance_job(store_, stored("j").id, make::utc("2026-03-01T14:00:00Z"), make::utc("2026-03-01T13:00:00Z"), false,
                  1);
      count_run(store_, stored("j").id);
    });
  }
};

TEST_F(Define, ANewNameIsDueOneStepLater) {
  EXPECT_EQ(define(every("j", "1h"), kStart), Defined::added);
  EXPECT_EQ(next_due_of("j"), "2026-03-01T13:00:00Z");
  EXPECT_EQ(stored("j").first_seen, make::utc(kStart));
  EXPECT_EQ(stored("j").state(), JobState::active);
}

TEST_F(Define, TheSameDefinitionAgainChangesNothing) {
  define(every("j", "1h"), kStart);
  EXPECT_EQ(define(every("j", "1h"), "2026-03-01T12:30:00Z"), Defined::unchanged);
  EXPECT_EQ(next_due_of("j"), "2026-03-01T13:00:00Z");
  EXPECT_EQ(stored("j").updated_at, at(kStart).wall);
}

TEST_F(Define, AnotherPlaceIsNoChangeButRemembered) {
  define(every("j", "1h"), kStart, {"/jobs/a.toml", 1});
  EXPECT_EQ(define(every("j", "1h"), "2026-03-01T12:30:00Z", {"/jobs/a.toml", 9}), Defined::unchanged);
  EXPECT_EQ(to_text(stored("j").source), "/jobs/a.toml:9");
  EXPECT_EQ(next_due_of("j"), "2026-03-01T13:00:00Z");
}

TEST_F(Define, APolicyKeepsAnchorAndWatermark) {
  Job job = every("j", "1h");
  define_claimed(job);
  job.timeout = std::chrono::seconds(5);
  EXPECT_EQ(define(job, "2026-03-01T13:30:00Z"), Defined::changed);
  const StoredJob now = stored("j");
  EXPECT_EQ(now.job.timeout, std::chrono::seconds(5));
  EXPECT_EQ(now.first_seen, make::utc(kStart));
  EXPECT_EQ(now.watermark, make::utc("2026-03-01T13:00:00Z"));
  EXPECT_EQ(next_due_of("j"), "2026-03-01T14:00:00Z");
}

TEST_F(Define, ADueThatWaitsToBeDecidedStays) {
  Job job = every("j", "1h");
  define(job, kStart);
  job.priority = 7;
  define(job, "2026-03-01T15:30:00Z");
  EXPECT_EQ(next_due_of("j"), "2026-03-01T13:00:00Z");
}

TEST_F(Define, TriggerStartAndTimezoneMakeANewAnchor) {
  Job start = every("j", "1h"), zone = every("j", "1h");
  start.start = make::utc("2026-03-01T12:10:00Z");
  zone.timezone = "Europe/Paris";
  const std::vector<std::pair<Job, std::string>> changes = {
      {every("j", "2h"), "2026-03-01T15:30:00Z"}, {start, "2026-03-01T14:10:00Z"}, {zone, "2026-03-01T14:30:00Z"}};
  for (const auto& [job, due] : changes) {
    if (const auto old = find_job(store_, "j")) store_.write([&] { purge_job(store_, old->id); });
    define_claimed(every("j", "1h"));
    EXPECT_EQ(define(job, "2026-03-01T13:30:00Z"), Defined::changed);
    EXPECT_EQ(next_due_of("j"), due);
    EXPECT_EQ(stored("j").first_seen, make::utc("2026-03-01T13:30:00Z"));
    EXPECT_EQ(stored("j").watermark, std::nullopt);
    EXPECT_EQ(stored("j").run_count, 1) << "the history belongs to the name";
  }
}

TEST_F(Define, JitterAndDstLeaveTheAnchor) {
  Job later = every("j", "1h"), other_night = job_of("daily", EveryRule{make::span("1d")});
  define_claimed(later);
  define(other_night, kStart);
  later.trigger.rules.front().jitter = std::chrono::minutes(5);
  other_night.trigger.rules.front().dst.gap = ClockChange::Gap::skip;
  EXPECT_EQ(define(later, "2026-03-01T13:30:00Z"), Defined::changed);
  EXPECT_EQ(define(other_night, "2026-03-01T13:30:00Z"), Defined::changed);
  EXPECT_EQ(next_due_of("j"), "2026-03-01T14:00:00Z");
  EXPECT_EQ(stored("j").watermark, make::utc("2026-03-01T13:00:00Z"));
  EXPECT_EQ(next_due_of("daily"), "2026-03-02T12:00:00Z");
  EXPECT_EQ(stored("daily").first_seen, make::utc(kStart));
}

TEST_F(Define, JitterLeavesADueThatWasDrawn) {
  Job job = job_of("j", RandomRule{std::chrono::minutes(20), std::chrono::minutes(40)});
  define(job, kStart);
  const std::string due = next_due_of("j");
  job.trigger.rules.front().jitter = std::chrono::minutes(1);
  define(job, "2026-03-01T12:10:00Z");
  EXPECT_EQ(next_due_of("j"), due);
}

TEST_F(Define, AStartIsTheFirstDue) {
  Job job = every("j", "1h");
  job.start = make::utc("2026-03-01T20:15:00Z");
  define(job, kStart);
  EXPECT_EQ(next_due_of("j"), "2026-03-01T20:15:00Z");
  job.start = make::utc("2026-03-01T13:00:00Z");
  define(job, "2026-03-01T13:00:00Z");
  EXPECT_EQ(next_due_of("j"), "2026-03-01T13:00:00Z") << "it begins now";
}

TEST_F(Define, ADisabledJobIsNeverDueUntilItIsEnabledAgain) {
  Job job = every("j", "1h");
  define(job, kStart);
  job.enabled = false;
  define(job, "2026-03-01T12:30:00Z");
  EXPECT_EQ(next_due_of("j"), "");
  EXPECT_EQ(stored("j").state(), JobState::disabled);
  job.enabled = true;
  define(job, "2026-03-01T15:30:00Z");
  EXPECT_EQ(next_due_of("j"), "2026-03-01T16:00:00Z");
  EXPECT_EQ(ledger(), (Texts{"skipped(disabled) 2026-03-01T13:00:00Z..2026-03-01T15:00:00Z x3"}));
}

TEST_F(Define, EachDueOfADisabledJobIsAccountedForOnceHoweverItIsEdited) {
  Job job = every("j", "1h");
  job.enabled = false;
  define(job, kStart, {"/jobs/a.toml", 1});
  define(job, "2026-03-01T13:30:00Z", {"/jobs/a.toml", 5});
  job.description = "edited";
  define(job, "2026-03-01T14:30:00Z", {"/jobs/a.toml", 5});
  job.trigger = every("j", "30m").trigger;
  job.enabled = true;
  define(job, "2026-03-01T16:30:00Z", {"/jobs/a.toml", 5});
  EXPECT_EQ(ledger(), (Texts{"skipped(disabled) 2026-03-01T13:00:00Z", "skipped(disabled) 2026-03-01T14:00:00Z",
                             "skipped(disabled) 2026-03-01T15:00:00Z..2026-03-01T16:00:00Z x2"}));
}

TEST_F(Define, AJobThatIsDisabledAndPausedIsDisabled) {
  Job job = every("j", "1h");
  job.enabled = false;
  define(job, kStart);
  pause("j", "2026-03-01T13:30:00Z");
  job.enabled = true;
  define(job, "2026-03-01T15:30:00Z");
  EXPECT_EQ(ledger(), (Texts{"skipped(disabled) 2026-03-01T13:00:00Z..2026-03-01T15:00:00Z x3"}));
  EXPECT_EQ(stored("j").state(), JobState::paused);
  job.enabled = false;
  define(job, "2026-03-01T17:30:00Z");
  EXPECT_EQ(ledger().back(), "skipped(paused) 2026-03-01T16:00:00Z..2026-03-01T17:00:00Z x2");
}

TEST_F(Define, APausedJobThatIsDisabledAccountsForItsPauseFirst) {
  Job job = every("j", "1h");
  define(job, kStart);
  pause("j", "2026-03-01T12:30:00Z");
  job.enabled = false;
  define(job, "2026-03-01T14:30:00Z");
  job.enabled = true;
  define(job, "2026-03-01T16:30:00Z");
  EXPECT_EQ(ledger(), (Texts{"skipped(paused) 2026-03-01T13:00:00Z..2026-03-01T14:00:00Z x2",
                             "skipped(disabled) 2026-03-01T15:00:00Z..2026-03-01T16:00:00Z x2"}));
}

TEST_F(Define, AnotherTriggerAccountsForWhatWasDueUnderTheOldOne) {
  define(every("j", "1h"), kStart);
  define(every("j", "30m"), "2026-03-01T15:40:00Z", {}, make::utc("2026-03-01T14:30:00Z"));
  EXPECT_EQ(ledger(), (Texts{"missed(down) 2026-03-01T13:00:00Z..2026-03-01T14:00:00Z x2",
                             "cancelled(replaced) 2026-03-01T15:00:00Z"}));
  EXPECT_EQ(next_due_of("j"), "2026-03-01T16:10:00Z");
}

TEST_F(Define, ADisabledJobAccountsForWhatWasDueBefore) {
  Job job = every("j", "1h");
  define(job, kStart);
  job.enabled = false;
  define(job, "2026-03-01T15:30:00Z", {}, make::utc("2026-03-01T14:30:00Z"));
  EXPECT_EQ(ledger(), (Texts{"missed(down) 2026-03-01T13:00:00Z..2026-03-01T14:00:00Z x2",
                             "skipped(disabled) 2026-03-01T15:00:00Z"}));
}

TEST_F(Define, ADelayThatIsDueIsAccountedForOnce) {
  define(job_of("j", DelayRule{std::chrono::seconds(30)}), kStart);
  define(every("j", "1h"), "2026-03-01T15:40:00Z");
  EXPECT_EQ(ledger(), (Texts{"missed(down) 2026-03-01T12:00:30Z"}));
}

TEST_F(Define, TheSecondOfAnEditIsDueOnce) {
  define(every("j", "1h"), kStart);
  Job job = every("j", "1h");
  job.start = make::utc("2026-03-01T14:00:00Z");
  define(job, "2026-03-01T14:00:00Z");
  EXPECT_EQ(ledger(), (Texts{"missed(down) 2026-03-01T13:00:00Z"}));
  EXPECT_EQ(next_due_of("j"), "2026-03-01T14:00:00Z");
}

TEST_F(Define, AnotherTriggerDuringAPauseAccountsForThePauseByTheOldOne) {
  define(every("j", "1h"), kStart);
  pause("j", "2026-03-01T12:30:00Z");
  define(job_of("j", make::rule("*/10 * * * *")), "2026-03-01T14:05:00Z");
  define(job_of("j", make::rule("*/20 * * * *")), "2026-03-01T14:25:00Z");
  EXPECT_EQ(ledger(), (Texts{"skipped(paused) 2026-03-01T13:00:00Z..2026-03-01T14:00:00Z x2",
                             "skipped(paused) 2026-03-01T14:10:00Z..2026-03-01T14:20:00Z x2"}));
}

TEST_F(Define, APauseThatHasRunOutIsAccountedForOnce) {
  define(every("j", "1h"), kStart);
  pause("j", "2026-03-01T12:30:00Z", make::utc("2026-03-01T15:00:00Z"));
  Job job = every("j", "1h");
  job.priority = 1;
  define(job, "2026-03-01T16:30:00Z");
  EXPECT_EQ(next_due_of("j"), "2026-03-01T15:00:00Z") << "it still waits to be decided";
  define(every("j", "2h"), "2026-03-01T16:40:00Z");
  EXPECT_EQ(ledger(), (Texts{"skipped(paused) 2026-03-01T13:00:00Z..2026-03-01T14:00:00Z x2",
                             "missed(down) 2026-03-01T15:00:00Z..2026-03-01T16:00:00Z x2"}));
}

TEST_F(Define, APausedJobStaysPaused) {
  Job job = every("j", "1h");
  define(job, kStart);
  pause("j", "2026-03-01T12:10:00Z");
  job.trigger = every("j", "30m").trigger;
  define(job, "2026-03-01T12:30:00Z");
  EXPECT_EQ(next_due_of("j"), "");
  EXPECT_EQ(stored("j").state(), JobState::paused);
  EXPECT_FALSE(stored("j").completed);
}

TEST_F(Define, AJobThatIsPausedForAWhileIsDueAfterThat) {
  Job job = every("j", "1h");
  define(job, kStart);
  pause("j", "2026-03-01T12:10:00Z", make::utc("2026-03-01T18:00:00Z"));
  job.trigger = every("j", "30m").trigger;
  define(job, "2026-03-01T12:20:00Z");
  EXPECT_EQ(next_due_of("j"), "2026-03-01T18:20:00Z");
  job.trigger = {{DelayRule{std::chrono::seconds(60)}}};
  define(job, "2026-03-01T12:20:00Z");
  EXPECT_EQ(next_due_of("j"), "2026-03-01T18:01:00Z");
}

TEST_F(Define, ARemovedJobComesBackWithItsHistoryAndAnchor) {
  define_claimed(every("j", "1h"));
  remove("j", "2026-03-01T13:30:00Z");
  EXPECT_EQ(define(every("j", "1h"), "2026-03-01T17:30:00Z"), Defined::revived);
  const StoredJob now = stored("j");
  EXPECT_EQ(now.state(), JobState::active);
  EXPECT_EQ(now.run_count, 1);
  EXPECT_EQ(now.first_seen, make::utc(kStart));
  EXPECT_EQ(next_due_of("j"), "2026-03-01T18:00:00Z");
  EXPECT_EQ(ledger(), Texts{}) << "dues of a removed job belong to nobody";
}

TEST_F(Define, ARemovedJobThatComesBackWithAnotherTriggerHasANewAnchor) {
  define_claimed(every("j", "1h"));
  remove("j", "2026-03-01T13:30:00Z");
  EXPECT_EQ(define(every("j", "2h"), "2026-03-01T17:30:00Z"), Defined::revived);
  EXPECT_EQ(next_due_of("j"), "2026-03-01T19:30:00Z");
  EXPECT_EQ(stored("j").watermark, std::nullopt);
}

TEST_F(Define, ARemovedJobComesBackPausedAsItWas) {
  define(every("j", "1h"), kStart);
  pause("j", "2026-03-01T12:10:00Z");
  remove("j", "2026-03-01T12:20:00Z");
  define(every("j", "1h"), "2026-03-01T12:30:00Z");
  EXPECT_EQ(stored("j").state(), JobState::paused);
  EXPECT_EQ(next_due_of("j"), "");
  EXPECT_FALSE(stored("j").completed);
}

TEST_F(Define, ARemovedJobThatWasPausedForAWhileIsDueAfterThat) {
  define(every("j", "1h"), kStart);
  pause("j", "2026-03-01T12:10:00Z", make::utc("2026-03-01T18:00:00Z"));
  remove("j", "2026-03-01T12:20:00Z");
  define(every("j", "1h"), "2026-03-01T12:30:00Z");
  EXPECT_EQ(next_due_of("j"), "2026-03-01T18:00:00Z") << "the pause ends with that moment";
  remove("j", "2026-03-01T12:40:00Z");
  define(every("j", "1h"), "2026-03-01T20:30:00Z");
  EXPECT_EQ(next_due_of("j"), "2026-03-01T21:00:00Z") << "the pause has run out";
}

TEST_F(Define, AJobThatSpentItsRunsIsCompletedUntilItMayHaveMore) {
  Job job = every("j", "1h");
  define_claimed(job);
  job.max_runs = 1;
  define(job, "2026-03-01T13:30:00Z");
  EXPECT_EQ(stored("j").state(), JobState::completed);
  EXPECT_EQ(next_due_of("j"), "");
  remove("j", "2026-03-01T13:40:00Z");
  define(job, "2026-03-01T13:45:00Z");
  EXPECT_EQ(stored("j").state(), JobState::completed) << "also when it comes back";
  job.max_runs = 2;
  define(job, "2026-03-01T14:30:00Z");
  EXPECT_EQ(stored("j").state(), JobState::active);
  EXPECT_EQ(next_due_of("j"), "2026-03-01T15:00:00Z");
}

TEST_F(Define, AnInstantInThePastIsCompletedUntilItIsMoved) {
  EXPECT_EQ(define(once("j", "2026-03-01T11:00:00Z"), kStart), Defined::added);
  EXPECT_EQ(stored("j").state(), JobState::completed);
  define(once("j", "2026-03-01T19:00:00Z"), "2026-03-01T12:30:00Z");
  EXPECT_EQ(stored("j").state(), JobState::active);
  EXPECT_EQ(next_due_of("j"), "2026-03-01T19:00:00Z");
  define(once("j", "2026-03-01T10:00:00Z"), "2026-03-01T12:40:00Z");
  EXPECT_EQ(stored("j").state(), JobState::completed);
}

TEST_F(Define, ADelayThatWaitsForItsRunGoesOnWaiting) {
  Job job = job_of("j", DelayRule{std::chrono::seconds(30)});
  define(job, kStart);
  EXPECT_EQ(next_due_of("j"), "2026-03-01T12:00:30Z");
  store_.write([&] { advance_job(store_, stored("j").id, {}, make::utc("2026-03-01T12:00:30Z"), false, 1); });
  job.priority = 1;
  define(job, "2026-03-01T12:05:00Z");
  EXPECT_EQ(next_due_of("j"), "");
  EXPECT_EQ(stored("j").state(), JobState::active);
}

TEST_F(Define, AJobThatWaitsForAnEventIsNotCompleted) {
  define(job_of("j", OnRule{OnRule::Event::start}), kStart);
  EXPECT_EQ(next_due_of("j"), "");
  EXPECT_EQ(stored("j").state(), JobState::active);
}

}  // namespace
}  // namespace rounds
