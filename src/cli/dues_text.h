#pragma once
#include <string>

#include "cli/commands.h"
#include "core/dues_change.h"
#include "store/jobs.h"

namespace rounds {

/// The change in words, for one line of a plan: `7 dues a week move, first Sun 02:30 to Sun 03:00`.
std::string to_text(const DuesChange& change, const Zone& shown);

/// What becomes of the next week's dues when `after` takes the place of `before`; either may be missing.
std::string dues_text(const StoredJob* before, const Job* after, const Context& context);

}  // namespace rounds
