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
constexpr const char* kFact = "zone_database";

/// The due that the store should have, with the zones as they are now; nothing when it is not the calendar's to say.
std::optional<Due> due_by_zone(const LoopState& state, const StoredJob& job) {
  const bool overdue = job.next_due && *job.next_due <= state.now.due();
  if (!job.next_due || overdue || job.paused_at || goes_by_elapsed_time(job.job.trigger)) return std::nullopt;
  const Schedule schedule = schedule_of(job.job, state.settings.zone, job.first_seen);
  return next_due(schedule, std::max({state.now.due(), job.watermark.value_or(job.first_seen), job.first_seen}));
}

void move_due(LoopState& state, const StoredJob& job, Due to) {
  const std::string text = utc_text(*job.next_due) + " is now " + utc_text(to) + " by the zone database";
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

void follow_zone_database(LoopState& state) {
  const std::string version = zone_database_version(zone_database());
  const auto known = find_fact(state.store, kFact);
  if (known == version) return;
  set_fact(state.store, kFact, version);
  if (!known) return;
  add_event(state.store, {0, state.now.wall, "zones_updated", "", *known + " to " + version});
  log_info("the zone database is " + version + ", before " + *known);
  for (const StoredJob& job : all_jobs(state.store)) {
    const auto due = due_by_zone(state, job);
    if (due && *due != *job.next_due) move_due(state, job, *due);
  }
}

}  // namespace rounds
