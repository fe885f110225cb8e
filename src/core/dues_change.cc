#include "core/dues_change.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace rounds {

namespace {

using std::chrono::seconds;

constexpr std::size_t kMostWalked = 20'000;

std::optional<Due> following(const Schedule& schedule, Due after) {
  return random_of(schedule.trigger) != nullptr ? random_due(schedule, after) : next_start(schedule, after);
}

/// All of them, or nothing when there are too many.
std::optional<std::vector<Due>> dues_of(const JobDues& job, Due from, Due to) {
  std::vector<Due> dues;
  if (!job.schedule) return dues;
  const auto is_last = [&] { return job.runs_left && static_cast<std::int64_t>(dues.size()) >= *job.runs_left; };
  for (auto due = following(*job.schedule, from); due && *due <= to && !is_last();
       due = following(*job.schedule, *due)) {
    if (dues.size() == kMostWalked) return std::nullopt;
    dues.push_back(*due);
  }
  return dues;
}

std::int64_t count_of(const JobDues& job, Due from, Due to) {
  if (!job.schedule || !is_on_grid(job.schedule->trigger)) return 0;
  const std::int64_t count = count_dues(*job.schedule, from + seconds(1), to);
  return std::min(count, job.runs_left.value_or(count));
}

/// Takes those out of both lists that only change their time of day.
void pair_by_day(DuesChange& change, const Zone& zone) {
  struct Day {
    std::vector<Due> lost, gained;
  };
  std::map<std::chrono::local_days, Day> days;
  const auto day_of = [&zone](Due due) { return std::chrono::floor<std::chrono::days>(zone.local(due)); };
  for (const Due due : change.lost) days[day_of(due)].lost.push_back(due);
  for (const Due due : change.gained) days[day_of(due)].gained.push_back(due);
  change.lost.clear();
  change.gained.clear();
  for (const auto& [day, both] : days) {
    if (both.lost.size() == both.gained.size()) {
      for (std::size_t i = 0; i < both.lost.size(); ++i) change.moved.emplace_back(both.lost[i], both.gained[i]);
    } else {
      change.lost.insert(change.lost.end(), both.lost.begin(), both.lost.end());
      change.gained.insert(change.gained.end(), both.gained.begin(), both.gained.end());
    }
  }
}

}  // namespace

DuesChange compare_dues(const JobDues& before, const JobDues& after, Due from, Due to) {
  DuesChange change;
  const auto old_dues = dues_of(before, from, to), new_dues = dues_of(after, from, to);
  change.walked = old_dues && new_dues;
  change.before = old_dues ? static_cast<std::int64_t>(old_dues->size()) : count_of(before, from, to);
  change.after = new_dues ? static_cast<std::int64_t>(new_dues->size()) : count_of(after, from, to);
  if (!change.walked) return change;
  std::set_difference(new_dues->begin(), new_dues->end(), old_dues->begin(), old_dues->end(), std::back_inserter(change.gained));
  std::set_difference(old_dues->begin(), old_dues->end(), new_dues->begin(), new_dues->end(), std::back_inserter(change.lost));
  if (after.schedule) pair_by_day(change, after.schedule->zone);
  return change;
}

}  // namespace rounds
