#include "core/governor.h"

#include <algorithm>

#include <fmt/format.h>

#include "time/stamp.h"

namespace rounds {

namespace {

using std::chrono::seconds;

/// How many starts the schedule itself has room for; nothing where events decide.
std::optional<std::int64_t> room_in(const DueJob& job, const Hour& hour) {
  const auto length = (hour.last - hour.first) + seconds(1);
  if (const auto* random = random_of(job.job.trigger)) return length / random->min + 1;
  if (const auto* delay = delay_of(job.job.trigger)) return length / delay->length + 1;
  if (on_of(job.job.trigger) != nullptr) return std::nullopt;
  return count_dues(job.schedule, hour.first, hour.last);
}

}  // namespace

Hour hour_of(Due due, Due first_seen) {
  const Due begin = std::chrono::floor<std::chrono::hours>(due);
  return {std::max(begin, first_seen), begin + seconds(3599)};
}

std::optional<Objection> objection_to(const DueJob& job, Due due, const Hour& hour, std::int64_t started) {
  if (is_on_grid(job.job.trigger) && job.watermark && due <= *job.watermark) {
    return Objection{true, fmt::format("{} was decided before, up to {}", utc_text(due), utc_text(*job.watermark))};
  }
  const auto room = room_in(job, hour);
  if (!room || started < *room) return std::nullopt;
  return Objection{false, fmt::format("{} would be start {} in the hour from {}, which has {} dues", utc_text(due),
                                      started + 1, utc_text(hour.first), *room)};
}

}  // namespace rounds
