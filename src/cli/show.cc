#include <algorithm>

#include "cli/commands.h"
#include "cli/job_edits.h"
#include "cli/job_row.h"
#include "cli/job_text.h"
#include "cli/selection.h"
#include "cli/table.h"
#include "store/ledger.h"
#include "time/stamp.h"
#include "time/words.h"

namespace rounds {

namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

JobSummary summary_of(Store& store, const std::string& name) {
  require_job(store, name);
  return summaries(store, filter_for(store, {name}, {})).at(0);
}

/// The row of `list` and the whole definition.
void print_data(Store& store, const JobSummary& job, const Context& context) {
  Listing table{"jobs", job_columns(), {job_row(store, job, false, context)}};
  table.columns.push_back({"definition", ""});
  table.rows[0].push_back({Json{definition_text(job.stored.job)}});
  print_table(table, context.global);
}

void add_state(Lines& lines, const StoredJob& job, const Context& context) {
  std::string state = to_text(job.state());
  if (job.paused_until) state += " until " + local_text(*job.paused_until, context.shown_zone);
  if (!job.pause_reason.empty() && job.paused_at) state += " \"" + job.pause_reason + "\"";
  lines.emplace_back("state", state);
  lines.emplace_back("source", to_text(job.source));
}

Lines lines_of(Store& store, const JobSummary& job, const Context& context) {
  Lines lines{{"name", job.stored.job.name.text()}};
  add_state(lines, job.stored, context);
  const Schedule schedule = schedule_of(job.stored, context.settings);
  for (auto& field : job_fields(job.stored.job)) {
    const bool trigger = field.first == "trigger";
    lines.push_back(std::move(field));
    if (trigger) lines.emplace_back("in words", in_words(schedule));
  }
  if (!job.stored.job.timezone) lines.emplace_back("timezone", schedule.zone.name() + " (default)");
  const std::optional<Due> next = next_start_of(job.stored, context.settings);
  lines.emplace_back("next due", next ? local_text(*next, context.shown_zone) : "-");
  const std::optional<Run> last = last_ended(store, job.stored.id);
  lines.emplace_back("last run", last ? std::to_string(last->id.value) + "  " + outcome_text(*last) : "never");
  lines.emplace_back("runs", std::to_string(job.stored.run_count));
  return lines;
}

void print_lines(const Lines& lines, const Terminal& terminal) {
  std::size_t width = 0;
  for (const auto& [key, text] : lines) width = std::max(width, key.size());
  for (const auto& [key, text] : lines) {
    print_line(paint(key, Tone::faint, terminal) + std::string(width - key.size() + 2, ' ') + escape_controls(text));
  }
}

}  // namespace

int show(const ShowOptions& options, const Context& context) {
  Store store = Store::open_read_only(context.settings.store);
  const JobSummary job = summary_of(store, options.name);
  if (!for_people(context.global)) {
    print_data(store, job, context);
    return 0;
  }
  print_lines(lines_of(store, job, context), look_at_terminal(context.global.color));
  print_hint("rounds history " + options.name);
  return 0;
}

}  // namespace rounds
