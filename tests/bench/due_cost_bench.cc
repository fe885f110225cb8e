// What a due time costs. Targets: a typical next due 300 ns and a sparse one 5 µs, both without an allocation; a year
// counted by seconds 1 ms; an expression parsed 2 µs.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <new>

#include "time/stamp.h"
#include "time/trigger.h"

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

Schedule schedule_of(const char* expression, const char* zone) {
  return {
      {{CronRule{std::get<Cron>(parse_cron(expression)), expression}}}, Zone::load(zone).value(), {}, false, {}, {}};
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
void next_due_of(benchmark::State& state, const char* expression, const char* zone) {
  const Schedule schedule = schedule_of(expression, zone);
  const Due start = parse_utc("2026-01-01T00:00:00Z").value();
  const Due end = parse_utc("2090-01-01T00:00:00Z").value();
  Due due = start;
  measure(state, [&] {
    const auto next = next_due(schedule, due);
    due = next && *next < end ? *next : start;
    benchmark::DoNotOptimize(due);
  });
}
BENCHMARK_CAPTURE(next_due_of, every_minute, "* * * * *", "Europe/Berlin");
BENCHMARK_CAPTURE(next_due_of, every_second, "* * * * * *", "Europe/Berlin");
BENCHMARK_CAPTURE(next_due_of, quarter_hours, "*/15 * * * *", "America/New_York");
BENCHMARK_CAPTURE(next_due_of, nightly, "30 2 * * *", "America/New_York");
BENCHMARK_CAPTURE(next_due_of, workdays, "30 2 * * 1-5", "Europe/Berlin");
BENCHMARK_CAPTURE(next_due_of, office_hours, "0,30 9-17 * * mon-fri", "Asia/Singapore");
BENCHMARK_CAPTURE(next_due_of, monthly, "0 0 1 * *", "Europe/London");
BENCHMARK_CAPTURE(next_due_of, last_workday, "0 18 LW * *", "Europe/London");
BENCHMARK_CAPTURE(next_due_of, fifth_friday, "0 0 * * fri#5", "Europe/Berlin");
BENCHMARK_CAPTURE(next_due_of, day_31, "0 0 31 * *", "Europe/Berlin");
BENCHMARK_CAPTURE(next_due_of, leap_day, "0 0 29 2 *", "Europe/Berlin");
BENCHMARK_CAPTURE(next_due_of, leap_day_on_sunday, "0 0 29 2 */7", "Europe/Berlin");
BENCHMARK_CAPTURE(next_due_of, never, "0 0 30 2 *", "Europe/Berlin");

void next_due_of_every(benchmark::State& state, const char* step) {
  const Schedule schedule{
      {{EveryRule{std::get<Span>(parse_span(step))}}}, Zone::load("Europe/Berlin").value(), Due{}, false, {}, {}};
  Due due = parse_utc("2026-01-01T00:00:00Z").value();
  measure(state, [&] { benchmark::DoNotOptimize(due = *next_due(schedule, due)); });
}
BENCHMARK_CAPTURE(next_due_of_every, ninety_minutes, "90m");
BENCHMARK_CAPTURE(next_due_of_every, day, "1d")->Iterations(1000000);

void previous_due_of(benchmark::State& state, const char* expression) {
  const Schedule schedule = schedule_of(expression, "Europe/Berlin");
  const Due start = parse_utc("2090-01-01T00:00:00Z").value();
  const Due end = parse_utc("2026-01-01T00:00:00Z").value();
  Due due = start;
  measure(state, [&] {
    const auto previous = previous_due(schedule, due);
    due = previous && *previous > end ? *previous : start;
    benchmark::DoNotOptimize(due);
  });
}
BENCHMARK_CAPTURE(previous_due_of, workdays, "30 2 * * 1-5");
BENCHMARK_CAPTURE(previous_due_of, leap_day, "0 0 29 2 *");

void count_a_year_of(benchmark::State& state, std::vector<Rule> rules) {
  const Schedule schedule{{std::move(rules)}, Zone::load("Europe/Berlin").value(), Due{}, false, {}, {}};
  const Due first = parse_utc("2026-01-01T00:00:00Z").value();
  measure(state, [&] { benchmark::DoNotOptimize(count_dues(schedule, first, first + std::chrono::days{365})); });
}
Rule cron_rule(const char* text) { return CronRule{std::get<Cron>(parse_cron(text)), text}; }
BENCHMARK_CAPTURE(count_a_year_of, seconds, {cron_rule("* * * * * *")});
BENCHMARK_CAPTURE(count_a_year_of, workdays, {cron_rule("30 2 * * 1-5")});
BENCHMARK_CAPTURE(count_a_year_of, days, {EveryRule{Span{std::chrono::days{1}, {}}}});
BENCHMARK_CAPTURE(count_a_year_of, union_of_two, {cron_rule("* * * * *"), cron_rule("30 2 * * 1-5")});

void parse(benchmark::State& state, const char* expression) {
  measure(state, [&] { benchmark::DoNotOptimize(parse_cron(expression)); });
}
BENCHMARK_CAPTURE(parse, workdays, "30 2 * * 1-5");
BENCHMARK_CAPTURE(parse, names, "0,15,30 6-18/2 L,15W jan-jun mon#1,friL");
BENCHMARK_CAPTURE(parse, years, "0 0 6 29 2 ? 2021-2099");
BENCHMARK_CAPTURE(parse, never, "0 0 30 2 *");

void load_zone(benchmark::State& state) {
  measure(state, [&] { benchmark::DoNotOptimize(Zone::load("Europe/Berlin")); });
}
BENCHMARK(load_zone);

}  // namespace
}  // namespace rounds

BENCHMARK_MAIN();
