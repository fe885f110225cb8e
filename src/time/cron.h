#pragma once
#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "time/parsed.h"
#include "time/zone.h"

namespace rounds {

/// A parsed cron expression of 5, 6 or 7 fields; the language is that of rounds-schedules(7).
/// On the plain calendar only: zones and clock changes are `trigger.h`'s.
/// (Members are the author's choice, small and free of heap where possible; say what each means.)
class Cron;

}  // namespace rounds
