#include <fmt/format.h>

#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/job_row.h"
#include "cli/run_row.h"
#include "cli/selection.h"
#include "cli/table.h"
#include "store/ledger.h"
#include "time/stamp.h"

namespace rounds {

namespace {

constexpr int kScreenful = 50;

std::vector<std::string> verdict_words() {
  std::vector<std::string> words;
  for (int i = 0; i <= static_cast<int>(Verdict::cancelled); ++i) words.push_back(to_text(static_cast<Verdict>(i)));
  return words;
}

HistoryQuery query_of(Store& store, const HistoryOptions& options, const Context& context) {
  HistoryQuery query;
  for (const StoredJob& job :
       options.names.empty() ? std::vector<StoredJob>() : jobs_with_history(store, options.names)) {
    query.jobs.push_back(job.job.name.text());
  }
  if (options.since) query.since = read_moment("--since", *options.since, context.now.due(), context.shown_zone, true);
  if (options.verdict) {
    require_choice("verdict", *options.verdict, verdict_words());
    query.verdict = verdict_from_text(*options.verdict);
  }
  const bool screen = for_people(context.global) && look_at_terminal(context.global.color).interactive;
  query.limit = options.count > 0 ? options.count : screen ? kScreenful : 0;
  return query;
}

}  // namespace

int history(const HistoryOptions& options, const Context& context) {
  Store store = Store::open_read_only(context.settings.store);
  const HistoryQuery query = query_of(store, options, context);
  Listing table{"runs", run_columns(), {}};
  for (const Run& run : history(store, query)) table.rows.push_back(run_row(run, context));
  const bool cut = options.count == 0 && query.limit > 0 && static_cast<int>(table.rows.size()) == query.limit;
  if (for_people(context.global) && table.rows.empty()) {
    print_line("no runs");
    return 0;
  }
  print_table(table, context.global);
  if (cut) print_hint(fmt::format("these are the newest {}; -n shows more", query.limit));
  return 0;
}

}  // namespace rounds
