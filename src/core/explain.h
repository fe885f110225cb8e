#pragma once
#include <string>
#include <vector>

#include "core/decide.h"
#include "time/match.h"

namespace rounds {

/// One field of a cron rule beside the wall time it is asked about.
struct FieldCheck {
  std::string field;    ///< `minute`, `weekday`
  std::string pattern;  ///< as the rule has it; empty where it says nothing
  std::string value;    ///< of the wall time
  bool matches = false;
};

/// Why one rule of a trigger is due at an instant, or is not.
struct RuleCheck {
  std::string text;                 ///< the rule
  bool due = false;
  Standing standing = Standing::not_due;
  std::vector<FieldCheck> fields{}; ///< of rules by the calendar: the smallest unit first
  bool either_day = false;          ///< both day fields are restricted: one of them is enough
};

/// All rules of the trigger, in order; `schedule` is the job's.
std::vector<RuleCheck> check_rules(const Schedule& schedule, Due at);

/// What a decision makes of the due at that instant: `missed (too_late)`, `started`; empty when nothing.
std::string fate_in(const Decision& decision, Due at);

/// Whether the runs that are left are used up by the dues from `next` on that come before `at`.
bool is_beyond_max_runs(const Schedule& schedule, std::int64_t left, Due next, Due at);

/// What the plain calendar says is moved or shown twice by a clock change there: `02:30 is skipped`, `first of two`;
/// empty when nothing is.
std::string clock_change_at(const Zone& zone, Due at);

}  // namespace rounds
