#include "cli/run_row.h"

#include <fmt/format.h>

#include "cli/job_row.h"
#include "time/stamp.h"

namespace rounds {

namespace {

using std::chrono::milliseconds;

Value seconds_value(const std::optional<milliseconds>& length) {
  return length ? Value(std::chrono::duration<double>(*length).count()) : Value();
}

std::optional<milliseconds> lag_of(const Run& run) {
  if (!run.started_at) return std::nullopt;
  return *run.started_at - Instant(run.due);
}

std::optional<milliseconds> duration_of(const Run& run) {
  if (!run.started_at || !run.finished_at) return std::nullopt;
  return *run.finished_at - *run.started_at;
}

Tone tone_of(const Run& run) {
  if (!run.verdict) return Tone::plain;
  if (is_bad(*run.verdict)) return Tone::bad;
  return *run.verdict == Verdict::succeeded ? Tone::good : Tone::faint;
}

std::string due_text(const Run& run, const Context& context) {
  const std::string first = time_with_distance(run.due, context);
  return run.count > 1 ? fmt::format("{} to {}", short_time(run.due, context), short_time(run.last_due, context))
                       : first;
}

std::string verdict_text(const Run& run) {
  const std::string text = outcome_text(run);
  return run.count > 1 ? fmt::format("{} x{}", text, run.count) : text;
}

template <typename Word>
Value word_or_null(const std::optional<Word>& word) {
  return word ? Value(to_text(*word)) : Value();
}

}  // namespace

std::vector<Column> run_columns() {
  return {{"run", "RUN", true},
          {"job", "JOB"},
          {"due", "DUE"},
          {"last_due", ""},
          {"count", ""},
          {"attempt", "TRY", true},
          {"phase", ""},
          {"verdict", "VERDICT"},
          {"final", ""},
          {"reason", ""},
          {"cause", "CAUSE"},
          {"exit_code", ""},
          {"signal", ""},
          {"started_at", ""},
          {"finished_at", ""},
          {"lag_s", "LAG", true},
          {"duration_s", "DURATION", true},
          {"cpu_s", ""},
          {"max_rss_bytes", ""},
          {"output_bytes", ""},
          {"output_truncated", ""}};
}

std::vector<Cell> run_row(const Run& run, const Context& context) {
  const auto lag = lag_of(run);
  const auto duration = duration_of(run);
  return {{run.id.value},
          {run.job},
          {value_of(run.due), due_text(run, context)},
          {value_of(run.last_due)},
          {run.count},
          {std::int64_t{run.attempt}, run.attempt > 0 ? std::to_string(run.attempt) : "-"},
          {to_text(run.phase)},
          {word_or_null(run.verdict), verdict_text(run), tone_of(run)},
          {run.final},
          {word_or_null(run.reason)},
          {to_text(run.cause)},
          {run.ending.exit_code ? Value(std::int64_t{*run.ending.exit_code}) : Value()},
          {run.ending.signal ? Value(std::int64_t{*run.ending.signal}) : Value()},
          {value_of(run.started_at)},
          {value_of(run.finished_at)},
          {seconds_value(lag), duration_text(lag)},
          {seconds_value(duration), duration_text(duration)},
          {seconds_value(run.ending.cpu)},
          {value_of(run.ending.max_rss_bytes)},
          {value_of(run.output_bytes)},
          {run.output_truncated}};
}

}  // namespace rounds
