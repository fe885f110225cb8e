#pragma once
#include "config/field.h"
#include "core/conditions.h"

namespace rounds {

// The keys of a job that say under which conditions its process runs. What the system does not know or would not
// allow us is refused here already: a job that could never start is no job.

void read_user(const Field& field, Conditions& conditions);
void read_group(const Field& field, Conditions& conditions);
void read_umask(const Field& field, Conditions& conditions);
void read_nice(const Field& field, Conditions& conditions);
void read_ionice(const Field& field, Conditions& conditions);
void read_limits(const Field& field, Conditions& conditions);

}  // namespace rounds
