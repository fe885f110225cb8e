#include <algorithm>

#include <fmt/format.h>

#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/job_row.h"
#include "cli/selection.h"
#include "cli/table.h"
#include "store/ledger.h"
#include "sys/scheduler_lock.h"
#include "time/stamp.h"

namespace rounds {

namespace {

const std::vector<std::string>& state_words() {
  static const std::vector<std::string> words = {to_text(JobState::active), to_text(JobState::paused),
                                                 to_text(JobState::disabled), to_text(JobState::completed),
                                                 to_text(JobState::stale)};
  return words;
}

std::vector<std::string> wanted_states(const std::vector<std::string>& given) {
  std::vector<std::string> states;
  for (const std::string& text : given) {
    for (const std::string& state : split_at_commas(text)) {
      require_choice("state", state, state_words());
      states.push_back(state);
    }
  }
  return states;
}

std::string scheduler_text(const Store& store, const std::optional<Due>& wake, const Context& context) {
  const std::optional<pid_t> pid = SchedulerLock(store.file()).holder();
  if (!pid) return "Scheduler not running.";
  std::string text = fmt::format("Scheduler running (pid {})", *pid);
  if (wake) text += ", next due " + short_time(*wake, context);
  return text + ".";
}

void print_summary(Store& store, const std::vector<JobSummary>& jobs, const Context& context) {
  const auto count = [&](auto is) { return std::count_if(jobs.begin(), jobs.end(), is); };
  std::string line = fmt::format("{} {}", jobs.size(), jobs.size() == 1 ? "job" : "jobs");
  if (const auto failing = count(is_failing)) line += fmt::format(", {} failing", failing);
  const auto paused = count([](const JobSummary& job) { return job.stored.state() == JobState::paused; });
  if (paused > 0) line += fmt::format(", {} paused", paused);
  std::optional<Due> wake;
  for (const JobSummary& job : jobs) {
    if (job.stored.next_due && (!wake || *job.stored.next_due < *wake)) wake = job.stored.next_due;
  }
  print_line(line + ". " + scheduler_text(store, wake, context));
  const auto failing = std::find_if(jobs.begin(), jobs.end(), is_failing);
  if (failing != jobs.end()) print_hint("rounds logs " + failing->stored.job.name.text() + " --last-failed");
}

}  // namespace

int list(const ListOptions& options, const Context& context) {
  const std::vector<std::string> states = wanted_states(options.states);
  Store store = Store::open_read_only(context.settings.store);
  std::vector<JobSummary> jobs = summaries(store, filter_for(store, options.patterns, options.tags));
  std::erase_if(jobs, [&](const JobSummary& job) {
    const std::string state = to_text(job.stored.state());
    const bool other_state = !states.empty() && std::find(states.begin(), states.end(), state) == states.end();
    return other_state || (options.failed && !is_failing(job));
  });
  Listing table{"jobs", job_columns(), {}};
  const bool people = for_people(context.global);
  for (const JobSummary& job : jobs) table.rows.push_back(job_row(store, job, people, context));
  print_table(table, context.global);
  const bool data_only = !people || !context.global.columns.empty();
  if (!data_only) print_summary(store, jobs, context);
  return 0;
}

}  // namespace rounds
