#include "loop/clock_steps.h"

#include "core/clock_watch.h"
#include "core/decide.h"
#include "loop/log.h"
#include "store/events.h"
#include "store/ledger.h"
#include "time/stamp.h"

namespace rounds {

namespace {

using std::chrono::milliseconds;

constexpr std::chrono::hours kDoubt{3};
constexpr const char* kDoubtedUntil = "doubted_until";
constexpr const char* kDoubtBegan = "doubt_began";
constexpr const char* kAccepted = "accepted_clock";

/// The dues are those of another passage of time from now on; the same instant may come again under another key.
void begin_epoch(LoopState& state) {
  set_fact(state.store, "clock_epoch", std::to_string(state.epoch + 1));
  state.after_commit.push_back([&state] { ++state.epoch; });
}

std::optional<Due> find_moment(Store& store, const char* fact) {
  const auto known = find_fact(store, fact);
  return known ? std::optional(Due(std::chrono::seconds(std::stoll(*known)))) : std::nullopt;
}

void set_moment(Store& store, const char* fact, Due moment) {
  set_fact(store, fact, std::to_string(moment.time_since_epoch().count()));
}

void begin(LoopState& state, const StoredJob& job) {
  const Due now = state.now.due();
  const Due first_seen = std::min(job.first_seen, now);
  const bool waits = job.next_due && !job.paused_at;
  const Schedule schedule = schedule_of(job.job, state.settings.zone, first_seen);
  begin_job(state.store, job.id, first_seen, now, waits ? first_due(job.job, schedule, now) : job.next_due);
}

/// True when a schedule began anew. `far`: all of them do.
bool begin_jobs(LoopState& state, bool far) {
  bool any = far;
  for (const StoredJob& job : all_jobs(state.store)) {
    if (!far && !begins_anew(job.job, job.reached(), state.now.due())) continue;
    begin(state, job);
    any = true;
  }
  return any;
}

/// After a doubt: a job by the calendar whose due was put off, or that the wrong clock saw first.
void go_on(LoopState& state, const StoredJob& job, Due doubt_began) {
  const Due now = state.now.due();
  const bool seen_in_doubt = job.first_seen >= doubt_began && job.first_seen < *state.doubted_until;
  const Schedule schedule = schedule_of(job.job, state.settings.zone, seen_in_doubt ? now : job.first_seen);
  if (const auto due = seen_in_doubt ? first_due(job.job, schedule, now) : next_due(schedule, job.reached())) {
    if (seen_in_doubt) begin_job(state.store, job.id, now, now, due);
    else advance_job(state.store, job.id, due, job.watermark, false, 0);
  }
}

void tell(LoopState& state, const std::string& kind, const std::string& text) {
  add_event(state.store, {0, state.now.wall, kind, "", text});
  log_warning(text);
}

void begin_doubt(LoopState& state, Due newest) {
  state.doubted_until = newest - kDoubt;
  set_moment(state.store, kDoubtedUntil, *state.doubted_until);
  set_moment(state.store, kDoubtBegan, state.now.due());
  tell(state, "clock_doubted",
       "the clock says " + utc_text(state.now.due()) + ", but the store has something of " + utc_text(newest) +
           ": jobs by the calendar wait for the clock, or for `rounds doctor --accept-clock`");
}

}  // namespace

void record_step(LoopState& state, milliseconds step) {
  tell(state, "clock_stepped", "the clock was set by " + std::to_string(step.count()) + " ms");
  if (step > milliseconds(0)) return;
  if (begin_jobs(state, is_far_back(newest_reached(state.store), state.now.due()))) begin_epoch(state);
}

void judge_clock(LoopState& state) {
  state.doubted_until = doubted_until(state.store);  // by a loop before this one
  if (state.doubted_until) return;
  const auto newest = std::max(newest_record(state.store, state.epoch), newest_reached(state.store));
  if (!newest || *newest <= state.now.due()) return;
  const bool doubted = *newest - state.now.due() > kDoubt;
  if (doubted) begin_doubt(state, *newest);
  if (begin_jobs(state, false)) begin_epoch(state);
}

std::optional<Due> doubted_until(Store& store) { return find_moment(store, kDoubtedUntil); }

bool waits_for_clock(const LoopState& state, const StoredJob& job) {
  return state.doubted_until && !goes_by_elapsed_time(job.job.trigger);
}

void put_off(LoopState& state, const StoredJob& job) {
  advance_job(state.store, job.id, *state.doubted_until, job.watermark, false, 0);
}

void accept_clock(Store& store) { set_fact(store, kAccepted, "yes"); }

bool is_doubt_over(LoopState& state) {
  if (!state.doubted_until) return false;
  return state.now.due() >= *state.doubted_until || find_fact(state.store, kAccepted).has_value();
}

void end_doubt(LoopState& state) {
  const bool accepted = find_fact(state.store, kAccepted).has_value();
  const Due began = find_moment(state.store, kDoubtBegan).value_or(kEarliestDue);
  for (const char* fact : {kAccepted, kDoubtedUntil, kDoubtBegan}) forget_fact(state.store, fact);
  tell(state, "clock_believed", accepted ? "the clock was accepted as it is" : "the clock has come right");
  // Dues of elapsed time between a wrong clock and the right one never were.
  for (const StoredJob& job : all_jobs(state.store)) {
    if (accepted || goes_by_elapsed_time(job.job.trigger)) begin(state, job);
    else if (job.next_due && *job.next_due <= *state.doubted_until) go_on(state, job, began);
  }
  begin_epoch(state);
  state.after_commit.push_back([&state] { state.doubted_until.reset(); });
}

}  // namespace rounds
