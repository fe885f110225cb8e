#pragma once
#include <string_view>
#include <vector>

#include "time/trigger.h"

namespace rounds {

/// A field of an expression as it is written, with its place there.
struct CronFieldText {
  CronField field;
  std::string_view text;
  std::size_t at;
};
/// The fields of an expression that `parse_cron` reads; none for a macro.
std::vector<CronFieldText> cron_fields(std::string_view expression);

/// What one field says about a wall time.
struct FieldMatch {
  CronField field;
  int value;  ///< of the wall time: its minute, its ISO week, …
  bool matches;
};

/// Why a wall time is a due of the plain calendar, or is not. Years and weeks are left out where every one matches.
struct CronMatch {
  std::vector<FieldMatch> fields;  ///< from the largest unit to the smallest
  bool either_day = false;         ///< one of the two day fields is enough
  bool matches = false;
};
CronMatch match(const Cron& cron, Civil wall);

/// How a rule stands to an instant.
enum class Standing {
  due,
  makes_up,     ///< due, for a wall time that a clock change has skipped
  left_out,     ///< the wall shows a due, in a pass that does not count
  passed_over,  ///< a clock change has just skipped wall times with a due that nothing makes up for
  not_due,
};
/// For rules on a grid; the others are `not_due`. `start`, `until` and exceptions are not looked at.
Standing standing_of(const Rule& rule, const Schedule& schedule, Due instant);

}  // namespace rounds
