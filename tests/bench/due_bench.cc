// What a due time costs: each figure against its limit, and next_due without an allocation. The schedules under `peer`
// are those that the peers are asked about too (peers/next_due.py).
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <new>
#include <string>

#include "time/stamp.h"
#include "time/trigger.h"
#include "time/words.h"

namespace {
std::int64_t allocations = 0;
}

// Not inlined, or GCC takes the pair of malloc and free apart and warns.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace rounds {
namespace {

/// ResourceLimits in nanoseconds, by the first part of a benchmark's name.
const std::map<std::string, double> limits{{"typical", 300}, {"peer", 300},   {"sparse", 5000},
                                           {"never", 300},   {"parse", 2000}, {"count_a_year", 1'000'000}};

Rule cron(const char* text) { return CronRule{std::get<Cron>(parse_cron(text, "bench")), text}; }
Rule every(const char* text) { return std::get<EveryRule>(parse_every(text)); }

Schedule schedule_of(std::vector<Rule> rules, const char* zone) {
  return {{std::move(rules)}, Zone::load(zone).value(), parse_utc("2026-01-01T00:00:00Z").value()};
}

/// Runs `work` and reports its allocations.
template <typename Work>
void measure(benchmark::State& state, Work work) {
  const std::int64_t before = allocations;
  for (auto _ : state) work();
  state.counters["allocations"] =
      benchmark::Counter(static_cast<double>(allocations - before), benchmark::Counter::kAvgIterations);
}

/// From due to due through the years, so that clock changes and all ends of months are among them.
void next_due_of(const std::string& name, std::vector<Rule> rules, const char* zone) {
  benchmark::RegisterBenchmark(name.c_str(), [schedule = schedule_of(std::move(rules), zone)](benchmark::State& state) {
    const Due start = schedule.anchor;
    const Due end = parse_utc("2090-01-01T00:00:00Z").value();
    Due due = start;
    measure(state, [&] {
      const auto next = next_due(schedule, due);
      due = next && *next < end ? *next : start;
      benchmark::DoNotOptimize(due);
    });
  });
}

void previous_due_of(const std::string& name, Rule rule) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [schedule = schedule_of({std::move(rule)}, "Europe/Berlin")](benchmark::State& state) {
                                 const Due start = parse_utc("2090-01-01T00:00:00Z").value();
                                 Due due = start;
                                 measure(state, [&] {
                                   const auto previous = previous_due(schedule, due);
                                   due = previous && *previous > schedule.anchor ? *previous : start;
                                   benchmark::DoNotOptimize(due);
                                 });
                               });
}

void count_a_year_of(const std::string& name, std::vector<Rule> rules) {
  benchmark::RegisterBenchmark(
      ("count_a_year/" + name).c_str(),
      [schedule = schedule_of(std::move(rules), "Europe/Berlin")](benchmark::State& state) {
        const Due last = schedule.anchor + std::chrono::days{365};
        measure(state, [&] { benchmark::DoNotOptimize(count_dues(schedule, schedule.anchor, last)); });
      });
}

void parse(const std::string& name, const char* text) {
  benchmark::RegisterBenchmark(("parse/" + name).c_str(), [text](benchmark::State& state) {
    measure(state, [&] { benchmark::DoNotOptimize(parse_cron(text, "bench")); });
  });
}

void register_all() {
  next_due_of("typical/every_minute", {cron("* * * * *")}, "Europe/Berlin");
  next_due_of("typical/every_second", {cron("* * * * * *")}, "Europe/Berlin");
  next_due_of("typical/quarter_hours", {cron("*/15 * * * *")}, "America/New_York");
  next_due_of("typical/nightly", {cron("30 2 * * *")}, "America/New_York");
  next_due_of("typical/workdays", {cron("30 2 * * 1-5")}, "Europe/Berlin");
  next_due_of("typical/office_hours", {cron("0,30 9-17 * * mon-fri")}, "Asia/Singapore");
  next_due_of("typical/monthly", {cron("0 0 1 * *")}, "Europe/London");
  next_due_of("typical/last_workday", {cron("0 18 LW * *")}, "Europe/London");
  next_due_of("typical/hashed", {cron("H H(0-5) * * *")}, "Europe/Berlin");
  next_due_of("typical/ninety_minutes", {every("90m")}, "Europe/Berlin");
  next_due_of("typical/day", {every("1d")}, "Europe/Berlin");
  next_due_of("typical/monday_at", {every("monday at 13:15")}, "Europe/Berlin");
  next_due_of("typical/two_weeks_at", {every("2 weeks at 08:00")}, "Europe/Berlin");
  next_due_of("typical/three_months", {every("3 months")}, "Europe/Berlin");
  next_due_of("typical/union", {cron("0 8 * * 1-5"), cron("0 10 * * 0,6")}, "Europe/Berlin");
  next_due_of("sparse/fifth_friday", {cron("0 0 * * fri#5")}, "Europe/Berlin");
  next_due_of("sparse/day_31", {cron("0 0 31 * *")}, "Europe/Berlin");
  next_due_of("sparse/leap_day", {cron("0 0 29 2 *")}, "Europe/Berlin");
  next_due_of("sparse/leap_day_on_sunday", {cron("0 0 29 2 */7")}, "Europe/Berlin");
  next_due_of("never", {cron("0 0 30 2 *")}, "Europe/Berlin");
  next_due_of("peer/five_minutes", {cron("*/5 * * * *")}, "UTC");
  next_due_of("peer/daily", {cron("30 2 * * *")}, "America/New_York");
  next_due_of("peer/weekly", {cron("0 8 * * 3")}, "Asia/Shanghai");
  next_due_of("peer/half_yearly", {cron("0 0 1 1,7 *")}, "Europe/London");
  next_due_of("sparse/peer_leap_day", {cron("0 0 29 2 *")}, "UTC");
  next_due_of("peer/weekdays", {cron("15 10 * * 1-5")}, "Australia/Lord_Howe");
  previous_due_of("typical/previous_workday", cron("30 2 * * 1-5"));
  previous_due_of("sparse/previous_leap_day", cron("0 0 29 2 *"));
  count_a_year_of("seconds", {cron("* * * * * *")});
  count_a_year_of("workdays", {cron("30 2 * * 1-5")});
  count_a_year_of("days", {every("1d")});
  count_a_year_of("minutes_and_workdays", {cron("* * * * *"), cron("30 2 * * 1-5")});
  count_a_year_of("seconds_and_seconds", {cron("* * * * * *"), cron("*/2 * * * * *")});
  count_a_year_of("seconds_and_a_length", {cron("*/3 * 8-18 * * 1-5"), every("1s"), cron("*/5 * * * * *")});
  parse("workdays", "30 2 * * 1-5");
  parse("names", "0,15,30 6-18/2 L,15W jan-jun mon#1,friL");
  parse("years", "0 0 6 29 2 ? 2021-2099");
  parse("hashed", "H H(0-5) * * *");
  parse("never", "0 0 30 2 *");
  benchmark::RegisterBenchmark("load_zone", [](benchmark::State& state) {
    measure(state, [] { benchmark::DoNotOptimize(Zone::load("Europe/Berlin")); });
  });
}

/// Prints as usual, and remembers what was too slow or took memory.
class Judge : public benchmark::ConsoleReporter {
 public:
  Judge() : ConsoleReporter(OO_Tabular) {}
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) judge(run);
  }
  bool failed() const { return failed_; }

 private:
  void judge(const Run& run) {
    const std::string name = run.benchmark_name();
    const std::string kind = name.substr(0, name.find('/'));
    const auto limit = limits.find(kind);
    if (limit == limits.end()) return;
    const bool slow = run.GetAdjustedCPUTime() > limit->second;
    const bool greedy = kind != "count_a_year" && run.counters.at("allocations").value > 0.5;
    if (slow || greedy) std::printf("%s: %s\n", name.c_str(), slow ? "above its limit" : "allocates");
    failed_ = failed_ || slow || greedy;
  }

  bool failed_ = false;
};

}  // namespace
}  // namespace rounds

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  rounds::register_all();
  rounds::Judge judge;
  benchmark::RunSpecifiedBenchmarks(&judge);
  return judge.failed() ? 1 : 0;
}
