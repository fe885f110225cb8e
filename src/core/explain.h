#pragma once
#include <string>
#include <vector>

#include "core/job.h"
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

/// What the plain calendar says is moved or shown twice by a clock change there: `02:30 is skipped`, `first of two`;
/// empty when nothing is.
std::string clock_change_at(const Zone& zone, Due at);

}  // namespace rounds
