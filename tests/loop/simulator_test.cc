// Days of a host on a virtual clock: the loop's own claims, judgements and verdicts, its real store, spool and protocol,
// with schedulers and keepers that are killed at any moment. Judged from outside, by what the processes did.
// ROUNDS_SEED=N replays a failure; ROUNDS_LONG asks for 100,000 days.
#include <cstdlib>
#include <iostream>
#include <set>
#include <tuple>

#include "loop/simulator.h"

namespace rounds {
namespace {

using namespace std::chrono_literals;
using simulated::Execution;
using simulated::Host;

constexpr std::chrono::days kWorld{50};  ///< of one seed

Job random_job(std::mt19937_64& random, int number) {
  Job job = every("j" + std::to_string(number), std::to_string(1 + random() % 30) + "h");
  job.overlap = std::array{Overlap::skip, Overlap::queue, Overlap::allow}.at(random() % 3);
  job.catchup = static_cast<Catchup>(random() % 3);
  job.max_catchup = static_cast<int>(1 + random() % 3);
  job.misfire_grace = std::chrono::hours(1 + random() % 10);
  job.after_loss = random() % 2 == 0 ? AfterLoss::report : AfterLoss::rerun;
  if (random() % 2 == 0) job.retry = {.max_attempts = 3, .initial_delay = 10min, .max_delay = 1h};
  if (random() % 3 == 0) job.hooks.on_failure = Task{.command = "tell"};
  return job;
}

class SimulatedDays : public LoopTest, public testing::WithParamInterface<int> {
 protected:
  /// One world from its seed on; reports what is wrong with it at its end.
  void live_through(std::uint64_t seed) {
    store_.db().exec("PRAGMA synchronous = OFF");  // nobody cuts the power here
    Host host(store_, at(kStart).wall, seed);
    for (int i = 0; i < 5; ++i) define(random_job(host.random(), i), kStart);
    host.start_loop();
    const Instant end = at(kStart).wall + kWorld;
    Instant fault = at(kStart).wall;
    while (host.now().wall < end) {
      host.advance(std::min(end, fault));
      if (host.now().wall >= fault) {
        strike(host);
        fault = host.now().wall + std::chrono::minutes(1 + host.random()() % 2000);
      }
      host.settle();
    }
    come_to_rest(host);
    judge(host);
  }

  /// A kill, between two steps or at once after one, sometimes of both; the loop is away for a while or not at all.
  static void strike(Host& host) {
    const auto what = host.random()() % 4;
    if (what == 0 || what == 2) host.kill_keeper();
    if (what == 1 || what == 2) {
      host.kill_loop();
      if (host.random()() % 2 == 0) host.advance(host.now().wall + std::chrono::minutes(host.random()() % 1500));
    }
    if (!host.has_loop()) host.start_loop();
  }

  void come_to_rest(Host& host) {
    for (int i = 0; i < 5; ++i) {
      store_.write([&] { pause_job(store_, stored("j" + std::to_string(i)).id, host.now().wall, {}, "", {}); });
    }
    for (int i = 0; i < 1000 && !open_runs(store_).empty(); ++i) {
      host.advance(host.now().wall + 1h);
      host.settle();
    }
    host.kill_keeper();
    host.kill_loop();
  }

  void judge(const Host& host) {
    EXPECT_TRUE(open_runs(store_).empty()) << "a run without a verdict";
    std::map<std::int64_t, Execution> seen;
    for (const Execution& one : host.executions()) {
      EXPECT_TRUE(seen.emplace(one.run, one).second) << "run " << one.run << " executed twice";
    }
    std::map<std::string, std::map<Due, int>> finals;
    for (const Run& run : history(store_, {.limit = 0})) {
      judge_run(run, seen);
      if (run.final && run.cause != Cause::hook) count_dues(run, finals[run.job]);
    }
    for (int i = 0; i < 5; ++i) judge_dues(stored("j" + std::to_string(i)), finals["j" + std::to_string(i)]);
    judge_overlaps(host);
  }

  void judge_run(const Run& run, const std::map<std::int64_t, Execution>& seen) {
    const auto what = seen.find(run.id.value);
    const bool executed = what != seen.end();
    switch (*run.verdict) {
      case Verdict::succeeded:
      case Verdict::failed:
        ASSERT_TRUE(executed) << "run " << run.id.value << " has a status of nobody";
        EXPECT_EQ(run.ending.exit_code, what->second.status) << "run " << run.id.value;
        break;
      case Verdict::unknown:
        ASSERT_TRUE(executed) << "run " << run.id.value << " never began";
        EXPECT_TRUE(what->second.forsaken) << "run " << run.id.value << ": its keeper lives";
        break;
      default: EXPECT_FALSE(executed) << "run " << run.id.value << " is " << to_text(*run.verdict) << " and executed";
    }
  }

  static void count_dues(const Run& run, std::map<Due, int>& dues) {
    const auto step = run.count > 1 ? (run.last_due - run.due) / (run.count - 1) : std::chrono::seconds(0);
    for (std::int64_t i = 0; i < run.count; ++i) ++dues[run.due + i * step];
  }

  /// Each moment of the grid, up to the newest that was decided, once.
  static void judge_dues(const StoredJob& job, const std::map<Due, int>& finals) {
    const auto step = std::get<EveryRule>(job.job.trigger.rules[0].kind).step.flat();
    for (const auto& [due, count] : finals) {
      EXPECT_EQ(count, 1) << job.job.name.text() << " " << utc_text(due) << " has more than one final verdict";
    }
    for (Due due = job.first_seen + step; due <= job.reached(); due += step) {
      EXPECT_TRUE(finals.contains(due)) << job.job.name.text() << " " << utc_text(due) << " is lost";
    }
  }

  /// No two runs of a job at once, unless it allows that; hooks are in nobody's way.
  void judge_overlaps(const Host& host) {
    std::map<std::string, std::vector<Execution>> by_job;
    for (const Execution& one : host.executions()) {
      const auto run = find_run(store_, RunId{one.run});
      if (run->cause != Cause::hook && !one.forsaken) by_job[one.job].push_back(one);
    }
    for (auto& [job, all] : by_job) {
      if (stored(job).job.overlap == Overlap::allow) continue;
      // A run of no length at all may end in the very moment in which the next one begins.
      std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return std::tie(a.began, a.ended) < std::tie(b.began, b.ended); });
      for (std::size_t i = 1; i < all.size(); ++i) {
        EXPECT_GE(all[i].began, all[i - 1].ended) << job << ": runs " << all[i - 1].run << " and " << all[i].run << " at once";
      }
    }
  }
};

constexpr int kParts = 4;

TEST_P(SimulatedDays, EndWithOneTrueVerdictForEachDue) {
  const char* given = std::getenv("ROUNDS_SEED");
  const int worlds = given != nullptr ? 1 : (std::getenv("ROUNDS_LONG") != nullptr ? 2000 : 100) / kParts;
  const std::uint64_t first = given != nullptr ? std::stoull(given) : static_cast<std::uint64_t>(1 + GetParam() * 100'000);
  for (int i = 0; i < worlds && !HasFailure(); ++i) {
    store_.write([&] {
      store_.db().exec("DELETE FROM output; DELETE FROM run; DELETE FROM job; DELETE FROM keeper; DELETE FROM event");
    });
    SCOPED_TRACE("ROUNDS_SEED=" + std::to_string(first + static_cast<std::uint64_t>(i)));
    live_through(first + static_cast<std::uint64_t>(i));
  }
  std::cout << worlds * kWorld.count() << " days from seed " << first << "\n";
}
INSTANTIATE_TEST_SUITE_P(Parts, SimulatedDays, testing::Range(0, kParts));

}  // namespace
}  // namespace rounds
