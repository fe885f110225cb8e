#pragma once
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/table.h"
#include "store/jobs.h"

namespace rounds {

/// The columns of `list`, which `show --json` begins with.
std::vector<Column> job_columns();
/// `for_people`: with what only they see, which costs a look into the ledger.
std::vector<Cell> job_row(Store& store, const JobSummary& job, bool for_people, const Context& context);

/// The last occurrence ended badly.
bool is_failing(const JobSummary& job);
/// failed, timed_out, killed, not_started, unknown.
bool is_bad(Verdict verdict);

/// `Mon 02:30` within a week, else `Thu 31 Dec 23:59`, in the zone to show.
std::string short_time(Due due, const Context& context);
/// The same with `(in 9h 12m)` behind it on a terminal.
std::string time_with_distance(Due due, const Context& context);
/// `failed exit 4`, `killed signal 9 (stopped)`, `missed (down)`, `running`.
std::string outcome_text(const Run& run);
/// `2.1s`, `41s`, `12m`, `-`.
std::string duration_text(std::optional<std::chrono::milliseconds> length);

}  // namespace rounds
