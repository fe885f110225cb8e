#include "config/moment.h"

namespace rounds {

namespace {

using std::chrono::days;
using std::chrono::seconds;
using std::chrono::year;

/// Years whose instants have four digits in every zone.
constexpr year kFirstYear{1970};
constexpr year kLastYear{9998};

constexpr std::string_view kInstant = "a date with a time such as 2026-12-31T23:59:00";
constexpr std::string_view kInstantOrDate = "a date such as 2026-12-31, with or without a time";

std::optional<DateTime> date_time_of(const Field& field) {
  if (const auto* value = std::get_if<DateTime>(&field.node.value)) return *value;
  const auto* text = std::get_if<std::string>(&field.node.value);
  return text ? parse_date_time(*text) : std::nullopt;
}

/// A date, with or without a time, within the years and without parts of seconds.
std::optional<DateTime> read_date_time(const Field& field, std::string_view allowed) {
  const std::optional<DateTime> value = date_time_of(field);
  if (!value || !value->date) {
    field.wrong_type(allowed);
    return std::nullopt;
  }
  if (value->date->year() < kFirstYear || value->date->year() > kLastYear) {
    field.error("years are 1970 to 9998, got " + std::to_string(static_cast<int>(value->date->year())));
    return std::nullopt;
  }
  if (value->time && *value->time % seconds(1) != std::chrono::nanoseconds(0)) {
    field.error("due times are whole seconds");
    return std::nullopt;
  }
  return value;
}

Due instant_of(const DateTime& value, const Zone& zone) {
  const auto time = std::chrono::floor<seconds>(value.time.value_or(seconds(0)));
  if (value.offset) return Due(std::chrono::sys_days(*value.date) + time - *value.offset);
  return instant_of(Civil(std::chrono::local_days(*value.date) + time), zone);
}

}  // namespace

Due instant_of(Civil wall, const Zone& zone) {
  const Resolved resolved = zone.resolve(wall);
  return resolved.kind == Resolved::Kind::gap ? resolved.transition : resolved.before;
}

std::optional<Due> read_instant(const Field& field, const Zone& zone) {
  const auto value = read_date_time(field, kInstant);
  if (!value) return std::nullopt;
  if (value->time) return instant_of(*value, zone);
  field.wrong_type(kInstant, "a date alone does not say when");
  return std::nullopt;
}

std::optional<Due> read_start(const Field& field, const Zone& zone) {
  const auto value = read_date_time(field, kInstantOrDate);
  return value ? std::optional(instant_of(*value, zone)) : std::nullopt;
}

std::optional<Due> read_end(const Field& field, const Zone& zone) {
  const auto value = read_date_time(field, kInstantOrDate);
  if (!value) return std::nullopt;
  if (value->time) return instant_of(*value, zone);
  return instant_of(Civil(std::chrono::local_days(*value->date) + days(1)), zone) - seconds(1);
}

}  // namespace rounds
