#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "time/now.h"

namespace rounds {

/// Wall time beside no zone; meaningful only next to a Zone.
using Civil = std::chrono::local_seconds;

/// What a wall time means in a zone. `before` reads it with the offset in force before the change,
/// `after` with the one after it; for `unique` both are the instant itself.
struct Resolved {
  enum class Kind { unique, gap, overlap } kind;
  Due before;
  Due after;
  Due transition;  ///< the instant of the change; the instant itself when unique
};

/// A jump of local time.
struct Transition {
  Due at;      ///< first instant of the new offset
  Civil from;  ///< wall time the old offset would show at `at`
  Civil to;    ///< wall time shown at `at`; later than `from`: gap [from, to); earlier: overlap [to, from)
};

/// A stretch of time with one offset: the instants [begin, end).
struct Period {
  Due begin;
  Due end;
  std::chrono::seconds offset;  ///< wall time minus UTC
  std::chrono::seconds before;  ///< the offset until `begin`; the same one where nothing came before

  Civil local(Due instant) const { return Civil{instant.time_since_epoch() + offset}; }
  Due instant(Civil wall) const { return Due{wall.time_since_epoch() - offset}; }
};

/// No due lies outside these: years have four digits everywhere.
inline constexpr Due kEarliestDue = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
inline constexpr Due kLatestDue = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1} - std::chrono::seconds{1};

/// More than any offset from UTC, also historic ones.
inline constexpr std::chrono::hours kWidestOffset{26};

/// An IANA time zone: a small value, cheap to copy, never invalid.
class Zone {
 public:
  static Zone utc();
  /// The zone of that name, or nothing when the system's database has none (or the name is a path).
  static std::optional<Zone> load(const std::string& name);
  /// The host's zone: the target of /etc/localtime. UTC, and a text in `warning`, where there is none.
  /// The TZ variable is not read.
  static Zone host(std::string* warning = nullptr);

  const std::string& name() const;
  /// The stretch of constant offset around that instant. Neighbours differ in offset.
  Period period(Due instant) const;
  Civil local(Due instant) const;
  /// "CET", "+08": the abbreviation in force at that instant.
  std::string abbreviation(Due instant) const;
  Resolved resolve(Civil wall) const;
  /// When the wall first shows that time; the end of the gap for a time that is skipped.
  Due first_instant(Civil wall) const;
  /// The first jump of local time after that instant, changes of name alone left out.
  std::optional<Transition> next_transition(Due after) const;
  /// The last jump at or before that instant.
  std::optional<Transition> last_transition(Due at_or_before) const;

  bool operator==(const Zone& other) const { return name() == other.name(); }

 private:
  struct Data;
  explicit Zone(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

/// The folder of the system's zone database: /usr/share/zoneinfo, or the TZDIR variable's.
std::string zone_database();
/// `2025b`, or what else tells one state of that folder from another.
std::string zone_database_version(const std::string& folder);

/// The zone that a folder like /etc names: by the target of `localtime`, else by the text of `timezone`.
std::optional<std::string> zone_name_in(const std::string& etc);

}  // namespace rounds
