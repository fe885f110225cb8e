#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "time/parsed.h"
#include "time/zone.h"

namespace rounds {

/// Days of the calendar, both included.
struct DayRange {
  std::chrono::local_days first;
  std::chrono::local_days last;
  bool operator==(const DayRange&) const = default;
};

/// Wall times of every day, [from, to); across midnight when `to` lies before `from`.
struct ClockRange {
  std::chrono::seconds from;
  std::chrono::seconds to;
  bool operator==(const ClockRange&) const = default;
};

/// `except = ["sat", "2026-12-24..2026-12-26", "22:00-06:00", { file = "holidays" }]`: when a job is due, but not to
/// run.
struct Exceptions {
  /// A list of days, read when the job was loaded.
  struct File {
    std::string path;
    std::vector<DayRange> days;
    bool operator==(const File&) const = default;
  };

  std::uint8_t weekdays = 0;  ///< bit 0: Sunday
  std::vector<DayRange> days{};
  std::vector<ClockRange> times{};
  std::vector<File> files{};

  bool empty() const { return weekdays == 0 && days.empty() && times.empty() && files.empty(); }
  bool cover(Civil wall) const;
  /// A later wall time before which `cover` does not change its answer: midnight, or the edge of a range.
  Civil next_edge(Civil wall) const;
  bool operator==(const Exceptions&) const = default;
};

/// Adds `sat`, `sat-sun`, `2026-12-25`, `2026-12-24..2026-12-26` or `22:00-06:00`; what is wrong with it otherwise.
std::optional<ParseError> add_exception(Exceptions& to, std::string_view text);
/// Reads a file of days: one date or range a line, `#` begins a comment. An error is in line `line`, from 1.
Parsed<std::vector<DayRange>> parse_days(std::string_view text, int& line);
/// Texts that `add_exception` reads back; files are left out.
std::vector<std::string> to_texts(const Exceptions& exceptions);
/// `2026-12-25` or `2026-12-24..2026-12-26`
std::string to_text(const DayRange& days);

}  // namespace rounds
