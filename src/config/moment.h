#pragma once
#include <optional>
#include <string_view>

#include "config/field.h"
#include "time/zone.h"

namespace rounds {

/// The instant of a wall time: in a gap the first one after it, in an overlap the first of the two.
Due instant_of(Civil wall, const Zone& zone);

/// A date with a time, as a TOML value or a string, local ones in that zone.
std::optional<Due> read_instant(const Field& field, const Zone& zone);
/// The same; a date alone is the start of that day.
std::optional<Due> read_start(const Field& field, const Zone& zone);
/// The same; a date alone is the last second of that day.
std::optional<Due> read_end(const Field& field, const Zone& zone);

}  // namespace rounds
