#pragma once
#include <optional>

#include "config/field.h"
#include "time/trigger.h"
#include "time/zone.h"

namespace rounds {

/// `trigger = { … }` or an array of such tables: a union. Local times in `zone`; `at` entirely before `now` is a
/// warning.
std::optional<Trigger> read_trigger(const Field& field, const Zone& zone, Due now);

}  // namespace rounds
