#pragma once
#include <string_view>

#include "inspect/logs/entry.h"

namespace rounds {

/// Reads digits only; false when there are fewer than `least`.
bool take_number(std::string_view& text, int& number, std::size_t least, std::size_t most);
bool take_char(std::string_view& text, char c);

/// Reads `2026-11-21 03:04:05.678` from the front of `text`: `T` or spaces between, an hour may be padded with a space,
/// a fraction may follow, and go with it an offset (`Z`, `+08:00`) that touches it. False leaves `text` undefined.
bool take_stamp(std::string_view& text, LogStamp& stamp);
/// Reads `CET`, `+0530` from the front into a stamp without offset; numbers and UTC become its offset.
bool take_zone(std::string_view& text, LogStamp& stamp);
/// Reads `1700000000.123`, seconds since 1970.
bool take_epoch(std::string_view& text, LogStamp& stamp);

}  // namespace rounds
