#pragma once
#include "config/load.h"
#include "config/toml.h"

namespace rounds {

/// A job while it is read.
struct JobDraft {
  Job job;
  Zone zone;  ///< of its local times
  const LoadContext& context;
};

/// True, and reported, where that cannot be a variable that a job sets.
bool refuse_variable(const TableMember& member, Problems& problems);

/// Reads every key of a job that the table has; what is wrong with one is reported and leaves its default.
void read_job_keys(const Table& table, JobDraft& draft, Problems& problems);

}  // namespace rounds
