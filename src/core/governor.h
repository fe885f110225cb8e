#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/decide.h"

namespace rounds {

// The last guard against a schedule gone wrong (TIME, clock changes): it asks what `decide` does not, by another way.
// Catch-up, retries and manual runs are not its business.

/// The stretch of time around a due in which starts are counted: its hour, as far as the present schedule reaches,
/// which was first seen then.
struct Hour {
  Due first;
  Due last;  ///< included
};
Hour hour_of(Due due, Due first_seen);

/// Why a scheduled start must not happen, or nothing. `started`: how many of the job's dues of that hour were started
/// before, in this clock epoch.
struct Objection {
  bool decided_before = false;  ///< the due has its verdict already
  std::string text{};
};
std::optional<Objection> objection_to(const DueJob& job, Due due, const Hour& hour, std::int64_t started);

}  // namespace rounds
