#include "core/retry.h"

#include <gtest/gtest.h>

#include <set>

#include "time/make.h"

namespace rounds {
namespace {

using namespace std::chrono_literals;

const Instant kEnded = make::utc("2026-05-01T12:00:00Z");

Job job_with(Retry retry, const char* name = "j") {
  return Job{.name = JobName::parse(name).value(),
             .trigger = Trigger{{EveryRule{make::span("1h")}}},
             .retry = std::move(retry)};
}

Run run_that(Verdict verdict, int attempt = 1) {
  Run run;
  run.due = make::utc("2026-05-01T11:00:00Z");
  run.attempt = attempt;
  run.verdict = verdict;
  return run;
}

Run run_failing_with(int code) {
  Run run = run_that(Verdict::failed);
  run.ending.exit_code = code;
  return run;
}

std::chrono::milliseconds delay(const Job& job, const Run& run) {
  const auto at = next_attempt(job, run, kEnded);
  return at ? *at - kEnded : -1ms;
}

void expect_about(std::chrono::milliseconds got, std::chrono::milliseconds wanted) {
  EXPECT_GE(got, wanted);
  EXPECT_LE(got, wanted + wanted / 10);
}

TEST(Verdict, IsByTheExitCodeThatTheJobCallsSuccess) {
  Job job = job_with({});
  EXPECT_EQ(verdict_of(job, Ending{.exit_code = 0}), Verdict::succeeded);
  EXPECT_EQ(verdict_of(job, Ending{.exit_code = 3}), Verdict::failed);
  job.success_codes = {3, 7};
  EXPECT_EQ(verdict_of(job, Ending{.exit_code = 7}), Verdict::succeeded);
  EXPECT_EQ(verdict_of(job, Ending{.exit_code = 0}), Verdict::failed);
}

TEST(Verdict, OfACodeThatSaysSkippedOrDoneIsNoFailure) {
  Job job = job_with({});
  job.skip_code = 75;
  job.done_code = 99;
  EXPECT_EQ(verdict_of(job, Ending{.exit_code = 75}), Verdict::skipped);
  EXPECT_EQ(verdict_of(job, Ending{.exit_code = 99}), Verdict::succeeded);
  EXPECT_EQ(verdict_of(job, Ending{.exit_code = 1}), Verdict::failed);
}

TEST(Retry, FollowsALossAtOnceWhereTheJobWantsThatAndNotForEver) {
  Job job = job_with({.max_attempts = 2});
  EXPECT_EQ(delay(job, run_that(Verdict::unknown)), -1ms);
  job.after_loss = AfterLoss::rerun;
  EXPECT_EQ(delay(job, run_that(Verdict::unknown)), 0ms);
  EXPECT_EQ(delay(job, run_that(Verdict::unknown, 4)), 0ms);
  EXPECT_EQ(delay(job, run_that(Verdict::unknown, 5)), -1ms);
}

TEST(Verdict, IsKilledForAProcessThatASignalEnded) {
  EXPECT_EQ(verdict_of(job_with({}), Ending{.signal = 9}), Verdict::killed);
}

TEST(Retry, IsNotForJobsOfOneAttempt) { EXPECT_FALSE(next_attempt(job_with({}), run_that(Verdict::failed), kEnded)); }

TEST(Retry, FollowsFailuresTimeoutsAndRunsThatCouldNotStart) {
  const Job job = job_with({.max_attempts = 2});
  for (const Verdict verdict : {Verdict::failed, Verdict::timed_out, Verdict::not_started}) {
    EXPECT_TRUE(next_attempt(job, run_that(verdict), kEnded)) << to_text(verdict);
  }
}

TEST(Retry, DoesNotFollowAnythingElse) {
  const Job job = job_with({.max_attempts = 2});
  for (const Verdict verdict : {Verdict::succeeded, Verdict::killed, Verdict::unknown, Verdict::skipped,
                                Verdict::missed, Verdict::coalesced, Verdict::cancelled}) {
    EXPECT_FALSE(next_attempt(job, run_that(verdict), kEnded)) << to_text(verdict);
  }
}

TEST(Retry, EndsWithTheLastAttempt) {
  const Job job = job_with({.max_attempts = 3});
  EXPECT_TRUE(next_attempt(job, run_that(Verdict::failed, 2), kEnded));
  EXPECT_FALSE(next_attempt(job, run_that(Verdict::failed, 3), kEnded));
  EXPECT_FALSE(next_attempt(job, run_that(Verdict::failed, 4), kEnded));
}

TEST(Retry, LooksAtTheCodeOfFailuresAlone) {
  const Job job = job_with({.max_attempts = 2, .on_codes = {75}});
  EXPECT_TRUE(next_attempt(job, run_failing_with(75), kEnded));
  EXPECT_FALSE(next_attempt(job, run_failing_with(1), kEnded));
  EXPECT_TRUE(next_attempt(job, run_that(Verdict::timed_out), kEnded));
  EXPECT_TRUE(next_attempt(job, run_that(Verdict::not_started), kEnded));
}

TEST(Retry, WaitsEquallyLongWithConstantBackoff) {
  const Job job = job_with({.max_attempts = 9, .initial_delay = 30s});
  for (int attempt = 1; attempt < 9; ++attempt) expect_about(delay(job, run_that(Verdict::failed, attempt)), 30s);
}

TEST(Retry, DoublesUpToTheLimitWithExponentialBackoff) {
  const Job job =
      job_with({.max_attempts = 99, .backoff = Backoff::exponential, .initial_delay = 10s, .max_delay = 60s});
  const std::chrono::seconds wanted[] = {10s, 20s, 40s, 60s, 60s};
  for (int attempt = 1; attempt <= 5; ++attempt) {
    expect_about(delay(job, run_that(Verdict::failed, attempt)), wanted[attempt - 1]);
  }
  expect_about(delay(job, run_that(Verdict::failed, 98)), 60s);  // no overflow on the way there
}

TEST(Retry, NeverBeginsBeyondItsLimit) {
  const Job job = job_with({.max_attempts = 2, .initial_delay = 100s, .max_delay = 10s});
  expect_about(delay(job, run_that(Verdict::failed)), 10s);
}

TEST(Retry, HasTheSameJitterForTheSameAttempt) {
  const Job job = job_with({.max_attempts = 5, .initial_delay = 100s});
  const auto run = run_that(Verdict::failed);
  EXPECT_EQ(delay(job, run), delay(job, run));
  EXPECT_EQ(delay(job, run), delay(job_with(job.retry), run)) << "also after a restart";
}

TEST(Retry, SpreadsTheAttemptsOfManyJobsAndOccurrences) {
  const Retry retry{.max_attempts = 5, .initial_delay = 100s};
  std::set<std::chrono::milliseconds> delays;
  for (const char* name : {"a", "b", "c", "d"}) {
    auto run = run_that(Verdict::failed);
    for (int hour = 0; hour < 5; ++hour, run.due += 1h) delays.insert(delay(job_with(retry, name), run));
  }
  EXPECT_GT(delays.size(), 15u) << "of 20";
}

}  // namespace
}  // namespace rounds
