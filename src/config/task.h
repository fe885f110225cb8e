#pragma once
#include "config/field.h"
#include "core/job.h"

namespace rounds {

// The three tasks; what cannot be read is reported and left out.
void read_command(const Field& field, Task& task);
void read_exec(const Field& field, Task& task);
/// A hook: `{ command = … }` or `{ exec = […] }`.
std::optional<Task> read_hook(const Field& field);
void read_inspect(const Field& field, Task& task);

}  // namespace rounds
