#pragma once
#include <optional>

#include "config/field.h"
#include "time/zone.h"

namespace rounds {

/// The zone that the value names; a bad name gets the nearest one of the system's database as a hint.
std::optional<Zone> read_zone(const Field& field);
/// "did you mean \"Europe/Berlin\"?", or nothing: for a name that no zone has.
std::string zone_hint(const std::string& name);

}  // namespace rounds
