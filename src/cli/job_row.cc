#include "cli/job_row.h"

#include <fmt/format.h>

#include "cli/job_edits.h"
#include "store/ledger.h"
#include "time/duration.h"
#include "time/stamp.h"

namespace rounds {

namespace {

bool on_terminal(const Context& context) { return look_at_terminal(context.global.color).interactive; }

/// People see how it goes rather than "active", also of a job that will not be due again.
Cell state_cell(const JobSummary& job) {
  const JobState state = job.stored.state();
  const Value word = to_text(state);
  const bool lives = state == JobState::active || state == JobState::completed;
  if (lives && is_failing(job)) return {word, "FAILED", Tone::bad};
  if (lives && job.running > 0) return {word, "running", Tone::good};
  if (state == JobState::active && job.last_verdict == Verdict::succeeded) return {word, "ok", Tone::good};
  if (state == JobState::active) return {word};
  return {word, "", state == JobState::stale ? Tone::warning : Tone::faint};
}

std::string next_text(const StoredJob& job, const Context& context) {
  const std::string reason = job.pause_reason.empty() ? "" : " \"" + job.pause_reason + "\"";
  if (job.state() == JobState::paused) {
    return job.paused_until ? "until " + short_time(*job.paused_until, context) + reason
           : reason.empty() ? "-"
                            : reason.substr(1);
  }
  const std::optional<Due> next = next_start_of(job, context.settings);
  return next ? time_with_distance(*next, context) : "-";
}

std::string last_text(Store& store, const JobSummary& job) {
  if (!job.last_verdict) return "never";
  const std::optional<Run> run = last_ended(store, job.stored.id);
  if (!run || run->verdict != job.last_verdict) return to_text(*job.last_verdict);
  if (run->verdict != Verdict::succeeded || !run->started_at || !run->finished_at) return outcome_text(*run);
  return "ok " + duration_text(*run->finished_at - *run->started_at);
}

}  // namespace

bool is_bad(Verdict verdict) {
  switch (verdict) {
    case Verdict::failed:
    case Verdict::timed_out:
    case Verdict::killed:
    case Verdict::not_started:
    case Verdict::unknown: return true;
    case Verdict::succeeded:
    case Verdict::skipped:
    case Verdict::missed:
    case Verdict::coalesced:
    case Verdict::cancelled: return false;
  }
  return false;
}

bool is_failing(const JobSummary& job) { return job.last_verdict && is_bad(*job.last_verdict); }

std::string short_time(Due due, const Context& context) {
  const std::string text = local_text(due, context.shown_zone);  // "Fri 2027-03-26 02:30 CET"
  const std::size_t zone = text.rfind(' ');
  const auto distance = due - context.now.due();
  const bool near = distance > -std::chrono::days(6) && distance < std::chrono::days(6);
  return near ? text.substr(0, 4) + text.substr(15, zone - 15) : text.substr(0, zone);
}

std::string time_with_distance(Due due, const Context& context) {
  const std::string text = short_time(due, context);
  return on_terminal(context) ? text + " (" + relative_text(due, context.now.due()) + ")" : text;
}

std::string outcome_text(const Run& run) {
  if (!run.verdict) return to_text(run.phase);
  std::string text = to_text(*run.verdict);
  if (run.verdict == Verdict::succeeded) return text;
  if (run.ending.exit_code) text += fmt::format(" exit {}", *run.ending.exit_code);
  if (run.ending.signal) text += fmt::format(" signal {}", *run.ending.signal);
  return run.reason ? text + " (" + to_text(*run.reason) + ")" : text;
}

std::string duration_text(std::optional<std::chrono::milliseconds> length) {
  if (!length) return "-";
  if (*length < std::chrono::seconds(10)) return fmt::format("{:.1f}s", std::chrono::duration<double>(*length).count());
  return to_text(std::chrono::round<std::chrono::seconds>(*length));
}

std::vector<Column> job_columns() {
  return {{"name", "NAME"}, {"state", "STATE"},   {"source", ""},           {"trigger", "SCHEDULE"},
          {"task", ""},     {"next_due", "NEXT"}, {"last_verdict", "LAST"}, {"last_due", ""},
          {"running", ""},  {"paused", ""},       {"pause_reason", ""},     {"paused_until", ""},
          {"tags", "TAGS"}, {"created_at", ""},   {"updated_at", ""},       {"run_count", ""}};
}

std::vector<Cell> job_row(Store& store, const JobSummary& job, bool for_people, const Context& context) {
  const StoredJob& stored = job.stored;
  const bool paused = stored.paused_at.has_value();
  Cell next{value_of(stored.next_due)};
  Cell last{job.last_verdict ? Value(to_text(*job.last_verdict)) : Value()};
  if (for_people) {
    next.shown = next_text(stored, context);
    last.shown = last_text(store, job);
    last.tone = is_failing(job) ? Tone::bad : Tone::plain;
  }
  return {{stored.job.name.text()},
          state_cell(job),
          {to_text(stored.source)},
          {to_text(stored.job.trigger)},
          {to_text(stored.job.task)},
          next,
          last,
          {value_of(job.last_due)},
          {job.running},
          {paused},
          {paused && !stored.pause_reason.empty() ? Value(stored.pause_reason) : Value()},
          {value_of(stored.paused_until)},
          {stored.job.tags},
          {value_of(stored.created_at)},
          {value_of(stored.updated_at)},
          {stored.run_count}};
}

}  // namespace rounds
