#pragma once
#include <optional>
#include <string_view>

#include "config/field.h"
#include "time/trigger.h"
#include "time/zone.h"

namespace rounds {

/// What the meaning of a trigger depends on beside its text.
struct TriggerContext {
  const Zone& zone;      ///< of local times
  Due now;               ///< `at` entirely before it is a warning
  std::string_view job;  ///< its name, which H in cron goes by
  bool lint = false;     ///< warn of what is allowed and probably not meant
};

/// `trigger = { … }` or an array of such tables: a union.
std::optional<Trigger> read_trigger(const Field& field, const TriggerContext& context);

}  // namespace rounds
