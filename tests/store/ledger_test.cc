#include "store/ledger.h"

#include "store/fixture.h"
#include "store/jobs.h"

namespace rounds {
namespace {

using namespace std::chrono_literals;

class Ledger : public StoreTest {
 protected:
  Run run_of(JobId of, Due due, Phase phase = Phase::claimed) const {
    return {.job_id = of, .due = due, .last_due = due, .phase = phase};
  }
  RunId add(Run run, std::optional<Verdict> verdict) {
    run.verdict = verdict;
    if (verdict) run.phase = Phase::ended;
    return insert_run(store, run);
  }
  JobId job_named(const std::string& name, int priority = 0) {
    Job named = make_job(name);
    named.priority = priority;
    return insert_job(store, named, {}, kDue, {}, kNow);
  }
  static std::vector<RunId> ids(const std::vector<Run>& runs) {
    std::vector<RunId> result;
    for (const Run& run : runs) result.push_back(run.id);
    return result;
  }

  Store store = open();
  JobId job = job_named("a");
};

using Ids = std::vector<RunId>;

TEST_F(Ledger, CarriesEveryColumnThereAndBack) {
  const Run run{.job_id = job,
                .epoch = 2,
                .due = kDue,
                .last_due = kDue + 60s,
                .count = 3,
                .attempt = 2,
                .phase = Phase::ended,
                .verdict = Verdict::killed,
                .final = true,
                .reason = Reason::replaced,
                .detail = "by run 9",
                .cause = Cause::retry,
                .occurrence = RunId{7},
                .window = {kDue - 60s, kDue},
                .not_before = kNow,
                .keeper = KeeperId{4},
                .spool_key = 0xfedcba9876543210,
                .claimed_at = kNow + 1ms,
                .started_at = kNow + 2ms,
                .finished_at = kNow + 3ms,
                .ending = {.exit_code = 3, .signal = 9, .cpu = 12ms, .max_rss_bytes = 4096},
                .output_bytes = 17,
                .output_truncated = true,
                .waited_for = RunId{5},
                .stop_requested = true,
                .overrides = R"({"timeout":5})"};
  const Run back = find_run(store, insert_run(store, run)).value();
  EXPECT_EQ(back.job, "a");
  EXPECT_EQ(back.job_id, job);
  EXPECT_EQ(back.epoch, run.epoch);
  EXPECT_EQ(back.due, run.due);
  EXPECT_EQ(back.last_due, run.last_due);
  EXPECT_EQ(back.count, run.count);
  EXPECT_EQ(back.attempt, run.attempt);
  EXPECT_EQ(back.phase, run.phase);
  EXPECT_EQ(back.verdict, run.verdict);
  EXPECT_EQ(back.final, run.final);
  EXPECT_EQ(back.reason, run.reason);
  EXPECT_EQ(back.detail, run.detail);
  EXPECT_EQ(back.cause, run.cause);
  EXPECT_EQ(back.occurrence, run.occurrence);
  EXPECT_EQ(back.window, run.window);
  EXPECT_EQ(back.not_before, run.not_before);
  EXPECT_EQ(back.keeper, run.keeper);
  EXPECT_EQ(back.spool_key, run.spool_key);
  EXPECT_EQ(back.claimed_at, run.claimed_at);
  EXPECT_EQ(back.started_at, run.started_at);
  EXPECT_EQ(back.finished_at, run.finished_at);
  EXPECT_EQ(back.ending.exit_code, run.ending.exit_code);
  EXPECT_EQ(back.ending.signal, run.ending.signal);
  EXPECT_EQ(back.ending.cpu, run.ending.cpu);
  EXPECT_EQ(back.ending.max_rss_bytes, run.ending.max_rss_bytes);
  EXPECT_EQ(back.output_bytes, run.output_bytes);
  EXPECT_EQ(back.output_truncated, run.output_truncated);
  EXPECT_EQ(back.waited_for, run.waited_for);
  EXPECT_EQ(back.stop_requested, run.stop_requested);
  EXPECT_EQ(back.overrides, run.overrides);
}

TEST_F(Ledger, TellsWhatIsAbsent) {
  const Run back = find_run(store, insert_run(store, run_of(job, kDue))).value();
  EXPECT_EQ(back.verdict, std::nullopt);
  EXPECT_EQ(back.reason, std::nullopt);
  EXPECT_EQ(back.keeper, std::nullopt);
  EXPECT_EQ(back.started_at, std::nullopt);
  EXPECT_EQ(back.ending.exit_code, std::nullopt);
  EXPECT_EQ(back.ending.cpu, std::nullopt);
  EXPECT_EQ(find_run(store, RunId{99}), std::nullopt);
}

TEST_F(Ledger, HoldsAnOccurrenceAndAttemptOnce) {
  insert_run(store, run_of(job, kDue));
  EXPECT_EQ(fault_of([&] { insert_run(store, run_of(job, kDue)); }), Fault::internal);
  Run caught_up = run_of(job, kDue);
  caught_up.cause = Cause::catchup;
  EXPECT_EQ(fault_of([&] { insert_run(store, caught_up); }), Fault::internal);
}

TEST_F(Ledger, HoldsOtherAttemptsEpochsAndJobsOfThatDue) {
  insert_run(store, run_of(job, kDue));
  Run retry = run_of(job, kDue);
  retry.attempt = 2;
  retry.cause = Cause::retry;
  insert_run(store, retry);
  Run repeated = run_of(job, kDue);
  repeated.epoch = 1;
  insert_run(store, repeated);
  insert_run(store, run_of(job_named("b"), kDue));
  EXPECT_EQ(open_runs(store).size(), 4u);
}

TEST_F(Ledger, HoldsAnyNumberOfManualRunsAndHooksOfOneSecond) {
  Run manual = run_of(job, kDue);
  manual.cause = Cause::manual;
  for (int i = 0; i < 2; ++i) {
    const RunId first = insert_run(store, manual);
    Run retry = manual;
    retry.cause = Cause::retry;
    retry.attempt = 2;
    retry.occurrence = first;
    insert_run(store, retry);
  }
  Run hook = run_of(job, kDue);
  hook.cause = Cause::hook;
  insert_run(store, hook);
  insert_run(store, hook);
  insert_run(store, run_of(job, kDue));
  EXPECT_EQ(open_runs(store).size(), 7u);
}

TEST_F(Ledger, SharesARowAmongContiguousAccounts) {
  Run missed = run_of(job, kDue, Phase::ended);
  missed.attempt = 0;
  missed.verdict = Verdict::missed;
  missed.reason = Reason::too_late;
  missed.final = true;
  account(store, missed, true);
  missed.due = kDue + 60s;
  missed.last_due = kDue + 180s;
  missed.count = 3;
  account(store, missed, true);
  const std::vector<Run> runs = history(store, {});
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].due, kDue);
  EXPECT_EQ(runs[0].last_due, kDue + 180s);
  EXPECT_EQ(runs[0].count, 4);
}

TEST_F(Ledger, BeginsARowForAccountsThatDiffer) {
  Run skipped = run_of(job, kDue, Phase::ended);
  skipped.attempt = 0;
  skipped.verdict = Verdict::skipped;
  skipped.reason = Reason::overlap;
  skipped.waited_for = RunId{1};
  const auto next = [&] { skipped.due = skipped.last_due = skipped.last_due + 60s; };
  account(store, skipped, true);
  next();
  account(store, skipped, false);  // not contiguous
  next();
  skipped.waited_for = RunId{2};
  account(store, skipped, true);
  next();
  skipped.reason = Reason::paused;
  account(store, skipped, true);
  next();
  skipped.epoch = 1;
  account(store, skipped, true);
  next();
  skipped.verdict = Verdict::missed;
  account(store, skipped, true);
  EXPECT_EQ(history(store, {}).size(), 6u);
  add(run_of(job, kDue + 1h), Verdict::succeeded);
  next();
  account(store, skipped, true);  // a run lies between
  EXPECT_EQ(history(store, {}).size(), 8u);
}

TEST_F(Ledger, WritesOneVerdictARun) {
  const RunId id = insert_run(store, run_of(job, kDue));
  assign_keeper(store, id, KeeperId{3});
  mark_running(store, id, kNow);
  Run run = find_run(store, id).value();
  EXPECT_EQ(run.phase, Phase::running);
  EXPECT_EQ(run.keeper, KeeperId{3});
  EXPECT_EQ(run.started_at, kNow);
  run.verdict = Verdict::failed;
  run.reason = Reason::lost;
  run.detail = "x";
  run.final = true;
  run.ending = {.exit_code = 4, .cpu = 5ms};
  run.started_at = kNow + 1ms;
  run.finished_at = kNow + 1s;
  run.output_bytes = 6;
  run.output_truncated = true;
  end_run(store, run);
  const Run ended = find_run(store, id).value();
  EXPECT_EQ(ended.phase, Phase::ended);
  EXPECT_EQ(ended.verdict, Verdict::failed);
  EXPECT_EQ(ended.reason, Reason::lost);
  EXPECT_EQ(ended.detail, "x");
  EXPECT_TRUE(ended.final);
  EXPECT_EQ(ended.ending.exit_code, 4);
  EXPECT_EQ(ended.ending.cpu, 5ms);
  EXPECT_EQ(ended.started_at, kNow);
  EXPECT_EQ(ended.finished_at, kNow + 1s);
  EXPECT_EQ(ended.output_bytes, 6);
  EXPECT_TRUE(ended.output_truncated);
  run.verdict = Verdict::succeeded;
  EXPECT_EQ(fault_of([&] { end_run(store, run); }), Fault::internal);
  EXPECT_EQ(find_run(store, id)->verdict, Verdict::failed);
}

TEST_F(Ledger, LearnsTheStartFromTheEndWhenNobodyToldItBefore) {
  Run run = run_of(job, kDue);
  run.id = insert_run(store, run);
  run.verdict = Verdict::succeeded;
  run.started_at = kNow;
  end_run(store, run);
  EXPECT_EQ(find_run(store, run.id)->started_at, kNow);
}

TEST_F(Ledger, NeverBringsARunBackToLife) {
  const RunId id = add(run_of(job, kDue), Verdict::unknown);
  mark_running(store, id, kNow);
  assign_keeper(store, id, KeeperId{1});
  EXPECT_EQ(request_stop(store, id), 0);
  const Run run = find_run(store, id).value();
  EXPECT_EQ(run.phase, Phase::ended);
  EXPECT_EQ(run.keeper, std::nullopt);
}

TEST_F(Ledger, ListsOpenRunsAndStopRequests) {
  const JobId other = job_named("b");
  const RunId first = insert_run(store, run_of(job, kDue));
  add(run_of(job, kDue + 1s), Verdict::succeeded);
  const RunId second = insert_run(store, run_of(other, kDue, Phase::running));
  EXPECT_EQ(ids(open_runs(store)), (Ids{first, second}));
  EXPECT_EQ(ids(open_runs_of(store, other)), (Ids{second}));
  EXPECT_EQ(request_stop(store, second), 1);
  EXPECT_EQ(ids(stop_requests(store)), (Ids{second}));
}

TEST_F(Ledger, ListsWaitingRunsByPriorityThenByDue) {
  const JobId urgent = job_named("urgent", 5);
  const RunId late = insert_run(store, run_of(job, kDue + 1s));
  const RunId early = insert_run(store, run_of(job, kDue));
  const RunId first = insert_run(store, run_of(urgent, kDue + 2s));
  Run retry = run_of(job, kDue - 1s);
  retry.not_before = kNow + 10s;
  const RunId held = insert_run(store, retry);
  assign_keeper(store, insert_run(store, run_of(job, kDue + 3s)), KeeperId{1});
  insert_run(store, run_of(job, kDue + 4s, Phase::running));
  EXPECT_EQ(ids(waiting_runs(store, kNow, 10)), (Ids{first, early, late}));
  EXPECT_EQ(ids(waiting_runs(store, kNow, 1)), (Ids{first}));
  EXPECT_EQ(ids(waiting_runs(store, kNow + 10s, 10)), (Ids{first, held, early, late}));
  EXPECT_EQ(earliest_wait(store, kNow), kNow + 10s);
  EXPECT_EQ(earliest_wait(store, kNow + 10s), std::nullopt);
}

TEST_F(Ledger, FindsTheLastAttemptOfAJob) {
  EXPECT_EQ(last_ended(store, job), std::nullopt);
  const RunId ended = add(run_of(job, kDue), Verdict::failed);
  Run missed = run_of(job, kDue + 1s);
  missed.attempt = 0;
  add(missed, Verdict::missed);
  insert_run(store, run_of(job, kDue + 2s));
  EXPECT_EQ(last_ended(store, job)->id, ended);
}

TEST_F(Ledger, KnowsTheNewestRecordOfAClockEpoch) {
  EXPECT_EQ(newest_record(store, 0), std::nullopt);
  Run first = run_of(job, kDue);
  first.finished_at = kNow + 1h;
  add(first, Verdict::succeeded);
  Run second = run_of(job, kDue + 60s);
  second.finished_at = kNow;
  add(second, Verdict::succeeded);
  EXPECT_EQ(newest_record(store, 0), std::chrono::floor<std::chrono::seconds>(kNow + 1h));
  EXPECT_EQ(newest_record(store, 1), std::nullopt);
}

TEST_F(Ledger, TellsHistoryNewestFirst) {
  const JobId other = job_named("b");
  Ids made;
  for (int i = 0; i < 4; ++i) {
    Run run = run_of(i % 2 ? other : job, kDue + i * 60s);
    run.finished_at = kNow + i * 60s;
    made.push_back(add(run, i == 3 ? Verdict::failed : Verdict::succeeded));
  }
  EXPECT_EQ(ids(history(store, {})), (Ids{made[3], made[2], made[1], made[0]}));
  EXPECT_EQ(ids(history(store, {.limit = 2})), (Ids{made[3], made[2]}));
  EXPECT_EQ(ids(history(store, {.jobs = {"a"}})), (Ids{made[2], made[0]}));
  EXPECT_EQ(ids(history(store, {.jobs = {"b", "a"}, .limit = 3})), (Ids{made[3], made[2], made[1]}));
  EXPECT_EQ(ids(history(store, {.verdict = Verdict::failed})), (Ids{made[3]}));
  EXPECT_EQ(ids(history(store, {.since = kNow + 120s})), (Ids{made[3], made[2]}));
  EXPECT_EQ(ids(history(store, {.jobs = {"b"}, .since = kNow + 120s})), (Ids{made[3]}));
  EXPECT_EQ(history(store, {.limit = 0}).size(), 4u);
  EXPECT_TRUE(history(store, {.jobs = {"none"}}).empty());
}

TEST_F(Ledger, CountsFailuresAndFindsTheLastOne) {
  EXPECT_EQ(last_failed(store, job), std::nullopt);
  RunId last;
  int seconds = 0;
  for (const Verdict verdict : {Verdict::failed, Verdict::timed_out, Verdict::killed, Verdict::not_started,
                                Verdict::unknown, Verdict::succeeded, Verdict::missed, Verdict::cancelled}) {
    Run run = run_of(job, kDue + std::chrono::seconds(seconds));
    run.finished_at = kNow + std::chrono::seconds(seconds++);
    const RunId id = add(run, verdict);
    if (verdict == Verdict::unknown) last = id;
  }
  EXPECT_EQ(last_failed(store, job)->id, last);
  EXPECT_EQ(failed_since(store, kNow), 5);
  EXPECT_EQ(failed_since(store, kNow + 3s), 2);
}

}  // namespace
}  // namespace rounds
