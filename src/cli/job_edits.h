#pragma once
#include "cli/commands.h"
#include "core/decide.h"
#include "loop/settle.h"
#include "store/jobs.h"
#include "store/ledger.h"
#include "store/store.h"

namespace rounds {

/// The trigger of a stored job made concrete.
Schedule schedule_of(const StoredJob& job, const Settings& settings);

/// The first of the job's coming dues that is not excepted; nothing when there is none.
std::optional<Due> next_start_of(const StoredJob& job, const Settings& settings);

/// The first due of the schedule at or after `from`, beside what the store says: for jobs that are (or are no longer)
/// paused. Nothing for jobs that are disabled, do not go by the clock or are never due again.
std::optional<Due> first_due_from(const StoredJob& job, const Schedule& schedule, Due from);

/// A change made now. A loop that runs has been there for all that is due.
Edit edit_of(const Store& store, const Context& context);

/// True while the pause holds: not when it has run out and only waits to be lifted.
bool is_paused(const StoredJob& job, Due now);

/// Throws `exists` that names the file when the definition belongs to a job file, which rounds never writes.
void refuse_job_of_file(const StoredJob& job, const std::string& act);

/// Tells the loop, after the commit, that the store changed.
void announce_change(Store& store);
/// Empties a long write-ahead log when there is no loop that does so. Never throws: it is not what was asked for.
void keep_log_small(Store& store);

}  // namespace rounds
