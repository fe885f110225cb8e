#include "loop/hooks.h"

#include "loop/record.h"
#include "loop/recover.h"
#include "loop/state_fixture.h"
#include "store/overrides.h"

namespace rounds {
namespace {

Task command(const std::string& line) { return {.command = line}; }

class Hook : public StateTest {
 protected:
  static Job hooked(const std::string& name = "j") {
    Job job = every(name, "1h");
    job.hooks = {.on_failure = command("tell"), .on_success = command("cheer"), .on_missed = command("wonder")};
    return job;
  }
  /// Ends the only live run.
  void finish_with(std::int32_t code, std::optional<Reason> stopped = {}) {
    LiveRun& live = state_.live.begin()->second;
    live.exit = message::Exited{.run = live.row.id.value, .status = code};
    const Outcome outcome = stopped ? Outcome{Verdict::killed, stopped, ""} : outcome_of(live);
    write([&] { finish(state_, live, outcome); });
  }
  std::vector<Run> hooks() {
    std::vector<Run> found;
    for (Run& run : open_runs(store_)) {
      if (run.cause == Cause::hook) found.push_back(std::move(run));
    }
    return found;
  }
  std::string task_of(const Run& run) {
    const auto job = acting_job(state_.settings, stored(run.job), run);
    return job ? to_text(job->job.task) : "none";
  }
};

TEST_F(Hook, FollowsTheVerdictThatItIsFor) {
  define(hooked(), kStart);
  claim("2026-03-01T13:00:00Z");
  const RunId first = state_.live.begin()->first;
  finish_with(3);
  ASSERT_EQ(hooks().size(), 1u);
  EXPECT_EQ(task_of(hooks()[0]), "tell");
  EXPECT_EQ(subject_of(store_, hooks()[0])->id, first);
  end(hooks()[0].id);
  claim("2026-03-01T14:00:00Z");
  finish_with(0);
  ASSERT_EQ(hooks().size(), 1u);
  EXPECT_EQ(task_of(hooks()[0]), "cheer");
}

TEST_F(Hook, WaitsForTheLastAttempt) {
  Job job = hooked();
  job.retry.max_attempts = 2;
  define(job, kStart);
  claim("2026-03-01T13:00:00Z");
  finish_with(1);
  EXPECT_TRUE(hooks().empty());
}

TEST_F(Hook, DoesNotFollowWhatWasStoppedOnPurpose) {
  define(hooked(), kStart);
  claim("2026-03-01T13:00:00Z");
  finish_with(0, Reason::stopped);
  EXPECT_TRUE(hooks().empty());
}

TEST_F(Hook, FollowsDuesThatWereMissedOnceForAllOfThem) {
  Job job = hooked();
  job.misfire_grace = std::chrono::minutes(30);
  define(job, kStart);
  claim("2026-03-01T20:45:00Z");
  ASSERT_EQ(hooks().size(), 1u);
  EXPECT_EQ(task_of(hooks()[0]), "wonder");
  EXPECT_EQ(subject_of(store_, hooks()[0])->count, 8);
  claim("2026-03-01T22:45:00Z");
  EXPECT_EQ(hooks().size(), 1u) << "the one that waits will tell of these, too";
  EXPECT_EQ(subject_of(store_, hooks()[0])->count, 10);
}

TEST_F(Hook, OfConfigTomlIsForJobsThatHaveNoneOfTheirOwn) {
  state_.settings.hooks.on_failure = command("mail");
  define(hooked("own"), kStart);
  define(every("plain", "1h"), kStart);
  claim("2026-03-01T13:00:00Z");
  while (!state_.live.empty()) finish_with(1);
  ASSERT_EQ(hooks().size(), 2u);
  std::set<std::string> tasks;
  for (const Run& run : hooks()) tasks.insert(run.job + " " + task_of(run));
  EXPECT_EQ(tasks, (std::set<std::string>{"own tell", "plain mail"}));
}

TEST_F(Hook, HasAMinuteOneAttemptAndTheJobsConditions) {
  Job job = hooked();
  job.timeout = std::chrono::hours(5);
  job.retry = {.max_attempts = 7, .on_codes = {9}};
  job.success_codes = {4};
  job.env = {{"A", "1"}};
  job.conditions.nice = 3;
  define(job, kStart);
  claim("2026-03-01T13:00:00Z");
  finish_with(3);
  const Job acting = acting_job(state_.settings, stored("j"), hooks().at(0))->job;
  EXPECT_EQ(acting.timeout, std::chrono::minutes(1));
  EXPECT_EQ(acting.retry, Retry{});
  EXPECT_EQ(acting.success_codes, std::vector<int>{0});
  EXPECT_EQ(acting.env, job.env);
  EXPECT_EQ(acting.conditions, job.conditions);
}

TEST_F(Hook, IsNeverHookedRetriedOrCountedItself) {
  define(hooked(), kStart);
  claim("2026-03-01T13:00:00Z");
  finish_with(3);
  const int failures = state_.failures;
  const RunId hook = hooks().at(0).id;
  write([&] { claim_waiting(state_); });
  ASSERT_TRUE(state_.live.contains(hook));
  finish_with(1);
  EXPECT_EQ(find_run(store_, hook)->verdict, Verdict::failed);
  EXPECT_TRUE(find_run(store_, hook)->final);
  EXPECT_TRUE(open_runs(store_).empty());
  EXPECT_EQ(state_.failures, failures);
  EXPECT_EQ(stored("j").run_count, 1);
  EXPECT_EQ(last_ended(store_, stored("j").id)->cause, Cause::schedule);
}

TEST_F(Hook, IsInNobodysWay) {
  Job job = hooked();
  job.overlap = Overlap::skip;
  define(job, kStart);
  claim("2026-03-01T13:00:00Z");
  finish_with(3);
  write([&] { claim_waiting(state_); });
  ASSERT_EQ(state_.live.size(), 1u);
  claim("2026-03-01T14:00:00Z");
  EXPECT_EQ(state_.live.size(), 2u) << "the job runs beside its hook";
}

TEST_F(Hook, RunsAlsoWhenTheJobWasPausedOrRemovedMeanwhile) {
  define(hooked(), kStart);
  claim("2026-03-01T13:00:00Z");
  finish_with(3);
  pause("j", "2026-03-01T13:00:01Z");
  const StoredJob paused = stored("j");
  EXPECT_TRUE(still_wanted(&paused, hooks().at(0)));
  remove("j", "2026-03-01T13:00:02Z");
  const StoredJob removed = stored("j");
  EXPECT_TRUE(still_wanted(&removed, hooks().at(0)));
  EXPECT_FALSE(still_wanted(nullptr, hooks().at(0)));
}

TEST_F(Hook, ThatIsDefinedNoMoreIsNothingToRun) {
  define(hooked(), kStart);
  claim("2026-03-01T13:00:00Z");
  finish_with(3);
  define(every("j", "1h"), "2026-03-01T13:00:02Z");
  EXPECT_EQ(task_of(hooks().at(0)), "none");
}

TEST_F(Hook, ThatIsDefinedNoMoreEndsCancelledInsteadOfWaitingForEver) {
  define(hooked(), kStart);
  claim("2026-03-01T13:00:00Z");
  finish_with(3);
  const RunId hook = hooks().at(0).id;
  define(every("j", "1h"), "2026-03-01T13:00:02Z");
  write([&] { claim_waiting(state_); });
  EXPECT_TRUE(state_.live.empty());
  EXPECT_EQ(find_run(store_, hook)->verdict, Verdict::cancelled);
  EXPECT_EQ(find_run(store_, hook)->reason, Reason::removed);
}

TEST_F(Hook, OfAnEarlierLoopThatIsDefinedNoMoreIsCancelledWhenItNeverBegan) {
  define(hooked(), kStart);
  claim("2026-03-01T13:00:00Z");
  finish_with(3);
  write([&] { claim_waiting(state_); });
  const RunId hook = state_.live.begin()->first;
  define(every("j", "1h"), "2026-03-01T13:00:02Z");
  state_.live.clear();
  state_.keepers.clear();
  load_open_runs(state_);
  const auto demands = judge_runs(state_);
  write([&] { apply(state_, demands); });
  EXPECT_TRUE(state_.live.empty());
  EXPECT_EQ(find_run(store_, hook)->verdict, Verdict::cancelled);
}

}  // namespace
}  // namespace rounds
