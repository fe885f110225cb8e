#include "loop/zones.h"

#include <sys/inotify.h>

#include <algorithm>

#include "core/clock_watch.h"
#include "core/decide.h"
#include "loop/log.h"
#include "store/events.h"
#include "time/stamp.h"

namespace rounds {

namespace {

constexpr std::chrono::seconds kSettling{1};
/// What the dues by the calendar go by beside the jobs themselves.
struct ZoneFact {
  const char* name;  ///< of the fact
  const char* event;
  const char* what;
};
constexpr ZoneFact kDatabase{"zone_database", "zones_updated", "the zone database"};
constexpr ZoneFact kDefault{"default_timezone", "timezone_changed", "the default timezone"};

/// Puts it on record; true when it was another one before.
bool is_new(LoopState& state, const ZoneFact& fact, const std::string& value) {
  const auto known = find_fact(state.store, fact.name);
  if (known == value) return false;
  set_fact(state.store, fact.name, value);
  if (!known) return false;
  add_event(state.store, {0, state.now.wall, fact.event, "", *known + " to " + value});
  log_info(std::string(fact.what) + " is " + value + ", before " + *known);
  return true;
}

/// The due that the store should have, with the zones as they are now; nothing when it is not the calendar's to say.
std::optional<Due> due_by_zone(const LoopState& state, const StoredJob& job) {
  const bool overdue = job.next_due && *job.next_due <= state.now.due();
  if (!job.next_due || overdue || goes_by_elapsed_time(job.job.trigger)) return std::nullopt;
  const Schedule schedule = schedule_of(job.job, state.settings.zone, job.first_seen);
  const Due end_of_pause = job.paused_until ? *job.paused_until - std::chrono::seconds(1) : job.first_seen;
  return next_due(schedule, std::max({state.now.due(), job.reached(), job.first_seen, end_of_pause}));
}

void move_due(LoopState& state, const StoredJob& job, Due to) {
  const std::string text = utc_text(*job.next_due) + " is now " + utc_text(to) + " by the time zone";
  advance_job(state.store, job.id, to, job.watermark, false, 0);
  add_event(state.store, {0, state.now.wall, "due_moved", job.job.name.text(), text});
  log_warning("job " + job.job.name.text() + ": " + text);
}

}  // namespace

ZoneWatch::ZoneWatch() : folder_(zone_database()), version_(zone_database_version(folder_)) {
  watch_.add(folder_, IN_CLOSE_WRITE | IN_MOVED_TO | IN_ATTRIB);
}

void ZoneWatch::note_changes(Now now) {
  if (!watch_.read().empty()) look_at_ = now.boot + kSettling;
}

bool ZoneWatch::outdated(Now now) {
  if (!look_at_ || *look_at_ > now.boot) return false;
  look_at_.reset();
  return zone_database_version(folder_) != version_;
}

void follow_zones(LoopState& state) {
  const bool other_database = is_new(state, kDatabase, zone_database_version(zone_database()));
  const bool other_default = is_new(state, kDefault, state.settings.zone.name());
  if (!other_database && !other_default) return;
  for (const StoredJob& job : all_jobs(state.store)) {
    const auto due = due_by_zone(state, job);
    if (due && *due != *job.next_due) move_due(state, job, *due);
  }
}

}  // namespace rounds
