#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "time/now.h"
#include "time/parsed.h"
#include "time/zone.h"

namespace rounds {

/// `YYYY-MM-DDTHH:MM:SSZ`
std::string utc_text(Due due);
/// `YYYY-MM-DDTHH:MM:SS.mmmZ`: measured instants
std::string utc_text(Instant instant);
/// `Fri 2027-03-26 02:30` with `:SS` only where the second is not 0, then the abbreviation: for people.
std::string local_text(Due due, const Zone& zone);
/// `in 9h 12m`, `3m ago`, `now`; at most two units.
std::string relative_text(Due due, Due now);

/// RFC 3339 with offset or `Z`; nothing else.
std::optional<Due> parse_utc(std::string_view text);
/// `2026-11-22`, or with a time behind it: beside no zone.
std::optional<Civil> parse_civil(std::string_view text);
/// `9:30`, `22:00`, `06:00:30`
std::optional<std::chrono::seconds> parse_time_of_day(std::string_view text);
/// What `--from`, `--since` and their like take: RFC 3339, a date or a local date and time (in
/// `zone`), `now`, `today`, `yesterday`, `tomorrow`, `-2h` (before now), `2h` (`past`: before now).
Parsed<Due> parse_moment(std::string_view text, Due now, const Zone& zone, bool past);

}  // namespace rounds
