#include "loop/record.h"

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "loop/state_fixture.h"
#include "store/output.h"
#include "store/spool.h"

namespace rounds {
namespace {

LiveRun exited(std::int32_t code, std::vector<int> success_codes = {0}) {
  StoredJob stored{.job = every("j", "1h")};
  stored.job.success_codes = std::move(success_codes);
  LiveRun live;
  live.job = std::make_shared<const StoredJob>(std::move(stored));
  live.exit = message::Exited{.run = 1, .status = code};
  return live;
}
LiveRun signaled(std::int32_t signal) {
  LiveRun live = exited(signal);
  live.exit->signaled = 1;
  return live;
}
LiveRun ended_by_us(LiveRun live, std::optional<Verdict> verdict, std::optional<Reason> reason = {}) {
  live.hunt.emplace();
  live.hunt->verdict = verdict;
  live.hunt->reason = reason;
  return live;
}

std::string text_of(const Outcome& outcome) {
  return to_text(outcome.verdict) + (outcome.reason ? "(" + to_text(*outcome.reason) + ")" : "");
}

TEST(Outcome, OfAnEndByItselfIsTheJobsToJudge) {
  EXPECT_EQ(text_of(outcome_of(exited(0))), "succeeded");
  EXPECT_EQ(text_of(outcome_of(exited(3))), "failed");
  EXPECT_EQ(text_of(outcome_of(exited(3, {0, 3}))), "succeeded");
  EXPECT_EQ(text_of(outcome_of(exited(0, {3}))), "failed");
  EXPECT_EQ(text_of(outcome_of(signaled(15))), "killed");
}

TEST(Outcome, OfARunWhoseJobWasPurgedGoesByTheCodeAlone) {
  LiveRun well = exited(0), badly = exited(3);
  well.job = badly.job = nullptr;
  EXPECT_EQ(text_of(outcome_of(well)), "succeeded");
  EXPECT_EQ(text_of(outcome_of(badly)), "failed");
}

TEST(Outcome, OfARunThatWeEndedIsOurs) {
  EXPECT_EQ(text_of(outcome_of(ended_by_us(signaled(15), Verdict::timed_out))), "timed_out");
  EXPECT_EQ(text_of(outcome_of(ended_by_us(exited(0), Verdict::killed, Reason::stopped))), "killed(stopped)");
}

TEST(Outcome, IsTheRunsOwnWhileOnlyWhatItLeftIsHunted) {
  EXPECT_EQ(text_of(outcome_of(ended_by_us(exited(0), std::nullopt))), "succeeded");
}

TEST(Outcome, OfALostRunIsNeverASuccess) {
  LiveRun live;
  live.lost = true;
  EXPECT_EQ(text_of(outcome_of(live)), "unknown(lost)");
}

TEST(Outcome, OfAStartThatFailedNamesStepAndError) {
  const auto reason_of = [](StartStep step) { return outcome_of(message::NotStarted{1, step, EPERM}).reason; };
  EXPECT_EQ(reason_of(StartStep::fork), Reason::resources);
  EXPECT_EQ(reason_of(StartStep::session), Reason::session);
  EXPECT_EQ(reason_of(StartStep::standard_input), Reason::standard_input);
  EXPECT_EQ(reason_of(StartStep::user), Reason::user);
  EXPECT_EQ(reason_of(StartStep::directory), Reason::directory);
  const Outcome outcome = outcome_of(message::NotStarted{1, StartStep::exec, ENOENT});
  EXPECT_EQ(text_of(outcome), "not_started(exec)");
  EXPECT_EQ(outcome.detail, "No such file or directory");
  EXPECT_EQ(outcome_of(message::NotStarted{1, StartStep::killed_before_exec, 9}).detail, "killed before exec");
}

TEST(OutOfResources, IsWhatAnotherTryMayCure) {
  const auto cured = [](StartStep step, int error) { return out_of_resources({1, step, error}); };
  for (const int error : {EAGAIN, ENOMEM}) EXPECT_TRUE(cured(StartStep::fork, error));
  for (const StartStep step : {StartStep::marker, StartStep::output, StartStep::timer}) {
    for (const int error : {EAGAIN, ENOMEM, EMFILE, ENFILE, ENOSPC, EDQUOT}) EXPECT_TRUE(cured(step, error)) << error;
    for (const int error : {EEXIST, EACCES, EROFS, ELOOP}) EXPECT_FALSE(cured(step, error)) << error;
  }
  for (const StartStep step : {StartStep::session, StartStep::user, StartStep::directory, StartStep::exec}) {
    EXPECT_FALSE(cured(step, ENOMEM)) << "a verdict, which policy may retry";
  }
}

class Finish : public StateTest {
 protected:
  /// Starts the job's run and lets it end with that code.
  Run finished(std::int32_t code, std::string_view when = "2026-03-01T13:00:05Z") {
    state_.live.at(id()).exit =
        message::Exited{.run = id().value,
                        .started_ms = at("2026-03-01T13:00:00Z").wall.time_since_epoch().count(),
                        .at_ms = at(when).wall.time_since_epoch().count(),
                        .status = code,
                        .cpu_us = 1'500'000,
                        .max_rss_kib = 2};
    const RunId ended = id();
    write([&] { finish(state_, state_.live.at(ended), outcome_of(state_.live.at(ended))); });
    return find_run(store_, ended).value();
  }
  /// Of the only run there is.
  RunId id() const { return state_.live.begin()->first; }
  std::filesystem::path file(const std::string& name) const { return store_.spool() / name; }
};

TEST_F(Finish, WritesWhatTheKernelSaidOfTheRun) {
  define(every("j", "1h"), kStart);
  claim("2026-03-01T13:00:00Z");
  const Run run = finished(3);
  EXPECT_EQ(run.verdict, Verdict::failed);
  EXPECT_TRUE(run.final);
  EXPECT_EQ(run.ending.exit_code, 3);
  EXPECT_EQ(run.ending.cpu, std::chrono::milliseconds(1500));
  EXPECT_EQ(run.ending.max_rss_bytes, 2048);
  EXPECT_EQ(run.started_at, at("2026-03-01T13:00:00Z").wall);
  EXPECT_EQ(run.finished_at, at("2026-03-01T13:00:05Z").wall);
  EXPECT_EQ(stored("j").run_count, 1);
  EXPECT_EQ(state_.failures, 1);
  EXPECT_TRUE(state_.live.empty());
}

TEST_F(Finish, MovesSmallOutputIntoTheStoreAndLeavesTheRest) {
  define(every("j", "1h"), kStart);
  claim("2026-03-01T13:00:00Z");
  const std::string small = std::string("a\0b\xff\n", 5);
  std::ofstream(file(output_name(state_.live.at(id()).row))) << small;
  const Run run = finished(0);
  EXPECT_EQ(run.output_bytes, 5);
  std::filesystem::remove(file(output_name(run)));
  EXPECT_EQ(read_output(store_, run), small);

  claim("2026-03-01T14:00:00Z");
  const std::string large(static_cast<std::size_t>(kSmallOutput) + 1, 'x');
  std::ofstream(file(output_name(state_.live.at(id()).row))) << large;
  const Run second = finished(0);
  EXPECT_EQ(second.output_bytes, kSmallOutput + 1);
  EXPECT_EQ(read_output(store_, second), large);
}

TEST_F(Finish, LeavesTheFilesOfARunUntilItsVerdictIsCommitted) {
  define(every("j", "1h"), kStart);
  claim("2026-03-01T13:00:00Z");
  LiveRun& live = state_.live.at(id());
  live.failure = message::NotStarted{1, StartStep::exec, ENOENT};
  const std::string marker = file(marker_name(live.row, {1, std::chrono::nanoseconds(2)}));
  std::ofstream(marker) << "";
  store_.write([&] { finish(state_, live, outcome_of(*live.failure)); });
  EXPECT_TRUE(std::filesystem::exists(marker));
}

TEST_F(Finish, GrantsTheNextAttemptInTheSameTransaction) {
  Job job = every("j", "1h");
  job.retry = {.max_attempts = 2, .initial_delay = std::chrono::seconds(60)};
  define(job, kStart);
  claim("2026-03-01T13:00:00Z");
  const Run first = finished(1);
  EXPECT_FALSE(first.final);
  EXPECT_EQ(state_.failures, 0) << "the occurrence has another chance";
  EXPECT_EQ(ledger(), (Texts{"failed 2026-03-01T13:00:00Z", "claimed 2026-03-01T13:00:00Z #2"}));
  const Run second = open_runs(store_).at(0);
  EXPECT_EQ(second.cause, Cause::retry);
  EXPECT_EQ(second.keeper, std::nullopt);
  EXPECT_GE(second.not_before, *first.finished_at + std::chrono::seconds(60));
  EXPECT_EQ(second.window, first.window);
  EXPECT_NE(second.spool_key, first.spool_key);
}

TEST_F(Finish, GrantsNoAttemptToAJobThatIsNotWantedAnyMore) {
  Job job = every("j", "1h");
  job.retry.max_attempts = 2;
  const std::vector<std::function<void()>> turns = {
      [&] { remove("j", "2026-03-01T13:00:01Z"); },
      [&] { define(job, "2026-03-01T13:00:02Z"), pause("j", "2026-03-01T13:00:02Z"); },
      [&] {
        store_.write([&] { resume_job(store_, stored("j").id, {}); });
        job.enabled = false;
        define(job, "2026-03-01T13:00:03Z");
      }};
  define(job, kStart);
  for (const auto& turn : turns) {
    store_.write([&] { store_.db().run("DELETE FROM run"); });
    state_.live.clear();
    Run run{.due = make::utc("2026-03-01T13:00:00Z"), .keeper = state_.own};
    const RunId id = insert(run, "j").id;
    state_.live[id].row = open_runs(store_).at(0);
    turn();
    EXPECT_TRUE(finished(1).final);
    EXPECT_TRUE(open_runs(store_).empty());
  }
}

TEST_F(Finish, RetiresAJobThatSaysItIsDone) {
  Job job = every("j", "1h");
  job.done_code = 99;
  define(job, kStart);
  claim("2026-03-01T13:00:00Z");
  EXPECT_EQ(finished(99).verdict, Verdict::succeeded);
  EXPECT_EQ(next_due_of("j"), "");
  EXPECT_EQ(stored("j").state(), JobState::completed);
  EXPECT_EQ(define(job, "2026-03-01T14:00:00Z"), Defined::unchanged);
  EXPECT_EQ(stored("j").state(), JobState::completed) << "reading its file again is no new definition";
}

TEST_F(Finish, TakesAJobsWordThatThereWasNothingToDo) {
  Job job = every("j", "1h");
  job.skip_code = 75;
  job.retry.max_attempts = 3;
  define(job, kStart);
  claim("2026-03-01T13:00:00Z");
  const Run run = finished(75);
  EXPECT_EQ(run.verdict, Verdict::skipped);
  EXPECT_EQ(run.ending.exit_code, 75);
  EXPECT_TRUE(run.final);
  EXPECT_EQ(state_.failures, 0);
  EXPECT_TRUE(open_runs(store_).empty());
}

TEST_F(Finish, RunsALostOneAgainOnlyWhereTheJobWantsThat) {
  Job job = every("j", "1h");
  define(job, kStart);
  for (const AfterLoss after_loss : {AfterLoss::report, AfterLoss::rerun}) {
    job.after_loss = after_loss;
    define(job, "2026-03-01T12:30:00Z");
    claim(after_loss == AfterLoss::report ? "2026-03-01T13:00:00Z" : "2026-03-01T14:00:00Z");
    LiveRun& live = state_.live.begin()->second;
    live.lost = true;
    const RunId lost = live.row.id;
    write([&] { finish(state_, live, outcome_of(live)); });
    EXPECT_EQ(find_run(store_, lost)->verdict, Verdict::unknown);
    EXPECT_EQ(find_run(store_, lost)->final, after_loss == AfterLoss::report);
  }
  EXPECT_EQ(ledger().back(), "claimed 2026-03-01T14:00:00Z #2");
}

TEST_F(Finish, RunsNoLostOneAgainBesideItselfInAnotherContainer) {
  Job job = every("j", "1h");
  job.after_loss = AfterLoss::rerun;
  define(job, kStart);
  claim("2026-03-01T13:00:00Z");
  LiveRun& live = state_.live.begin()->second;
  state_.keeper_rows[*state_.own] = {*state_.own, state_.boot_id, state_.pid_namespace + 1, 1};
  const std::ofstream still_writing(file(output_name(live.row)));
  ASSERT_TRUE(still_writing.is_open());
  live.lost = true;
  const RunId lost = live.row.id;
  write([&] { finish(state_, live, outcome_of(live)); });
  EXPECT_TRUE(find_run(store_, lost)->final);
  EXPECT_TRUE(open_runs(store_).empty());
}

TEST_F(Finish, MakesADelayDueAfterTheEnd) {
  define(job_of("j", DelayRule{std::chrono::seconds(30)}), kStart);
  claim("2026-03-01T12:00:30Z");
  EXPECT_EQ(next_due_of("j"), "");
  finished(0, "2026-03-01T13:00:05Z");
  EXPECT_EQ(next_due_of("j"), "2026-03-01T13:00:35Z");
}

TEST_F(Finish, LeavesADelayWhereItIsAfterAManualRun) {
  define(job_of("j", DelayRule{std::chrono::seconds(30)}), kStart);
  claim("2026-03-01T12:00:30Z");
  state_.live.begin()->second.row.cause = Cause::manual;
  finished(0, "2026-03-01T13:00:05Z");
  EXPECT_EQ(next_due_of("j"), "") << "the scheduled one sets it";
}

TEST_F(Finish, CompletesADelayWhoseNextDueWouldBeAfterUntil) {
  Job job = job_of("j", DelayRule{std::chrono::seconds(30)});
  job.until = make::utc("2026-03-01T12:45:00Z");
  define(job, kStart);
  claim("2026-03-01T12:00:30Z");
  finished(0, "2026-03-01T13:00:05Z");
  EXPECT_EQ(next_due_of("j"), "");
  EXPECT_EQ(stored("j").state(), JobState::completed);
}

}  // namespace
}  // namespace rounds
