// The cost of one next due, for the schedules that the peers are asked about too (peers/next_due.py).
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <variant>

#include "time/cron.h"
#include "time/trigger.h"
#include "time/zone.h"

namespace {

using namespace rounds;

constexpr Due begin = std::chrono::sys_days{std::chrono::year{2026} / 3 / 1};

Schedule cron_schedule(const char* text, const char* zone) {
  const auto cron = parse_cron(text);
  const auto loaded = Zone::load(zone);
  if (!std::holds_alternative<Cron>(cron) || !loaded) std::abort();
  return {.trigger = {{CronRule{std::get<Cron>(cron), text}}}, .zone = *loaded, .anchor = begin};
}

void next_due_of_cron(benchmark::State& state, const char* text, const char* zone) {
  const Schedule schedule = cron_schedule(text, zone);
  std::optional<Due> due = begin;
  for (auto _ : state) {
    due = next_due(schedule, due.value_or(begin));
    benchmark::DoNotOptimize(due);
  }
}

void next_due_of_length(benchmark::State& state) {
  const Schedule schedule{.trigger = {{EveryRule{{.elapsed = std::chrono::minutes(90)}}}}, .zone = Zone::utc(),
                          .anchor = begin};
  std::optional<Due> due = begin;
  for (auto _ : state) {
    due = next_due(schedule, due.value_or(begin));
    benchmark::DoNotOptimize(due);
  }
}

BENCHMARK_CAPTURE(next_due_of_cron, five_minutes, "*/5 * * * *", "UTC");
BENCHMARK_CAPTURE(next_due_of_cron, daily, "30 2 * * *", "America/New_York");
BENCHMARK_CAPTURE(next_due_of_cron, weekly, "0 8 * * 3", "Asia/Shanghai");
BENCHMARK_CAPTURE(next_due_of_cron, half_yearly, "0 0 1 1,7 *", "Europe/London");
BENCHMARK_CAPTURE(next_due_of_cron, leap_day, "0 0 29 2 *", "UTC");
BENCHMARK_CAPTURE(next_due_of_cron, weekdays, "15 10 * * 1-5", "Australia/Lord_Howe");
BENCHMARK(next_due_of_length);

}  // namespace
