#include "core/clock_watch.h"

#include <algorithm>

namespace rounds {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kStep{1000};            ///< less is the clock being slewed
constexpr std::chrono::seconds kAwakeSlack{2}; ///< a wake-up later than this was a gap
constexpr std::chrono::hours kFarBack{3};

bool is_elapsed(const Rule& rule) {
  const auto* every = std::get_if<EveryRule>(&rule.kind);
  return every != nullptr && every->phrase.empty() && every->step.days == std::chrono::days(0);
}

}  // namespace

bool goes_by_elapsed_time(const Trigger& trigger) {
  return !is_on_grid(trigger) || std::all_of(trigger.rules.begin(), trigger.rules.end(), is_elapsed);
}

void ClockWatch::look(Now now, std::optional<Instant> armed) {
  const auto step = (now.wall - last_.wall) - std::chrono::duration_cast<milliseconds>(now.boot - last_.boot);
  if (std::chrono::abs(step) >= kStep) stepped_ += step;
  const bool overslept = armed && now.wall > *armed + kAwakeSlack && last_.wall < *armed;
  if (overslept || step > kAwakeSlack) awake_since_ = now.due();
  if (awake_since_ > now.due()) awake_since_ = now.due();  // the clock went back: still awake
  last_ = now;
}

bool is_far_back(std::optional<Due> reached, Due now) { return reached && *reached - now > kFarBack; }

bool begins_anew(const Job& job, Due reached, Due now) {
  return reached > now && goes_by_elapsed_time(job.trigger);
}

}  // namespace rounds
