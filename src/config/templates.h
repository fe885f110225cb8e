#pragma once
#include "config/field.h"
#include "core/template.h"

namespace rounds {

/// Reports what is wrong with the templates in a job's (or the defaults') `exec`, `env`, `working_dir` and hooks, and
/// warns of those in a command, where they are not filled in. Null `params`: any parameter may be named.
void check_templates(const Table& table, const Params* params, bool lint, Problems& problems);

/// `params = { table = "orders" }`
std::optional<Params> read_params(const Field& field);

}  // namespace rounds
