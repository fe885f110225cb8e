#include "cli/dues_text.h"

#include <fmt/format.h>

#include "loop/define.h"
#include "time/stamp.h"

namespace rounds {

namespace {

std::string plural(std::size_t count) { return fmt::format("{} due{}", count, count == 1 ? "" : "s"); }

void add_part(std::string& text, const std::string& part) { text += (text.empty() ? "" : "; ") + part; }

std::string list_of(const std::vector<Due>& dues, const char* act, const Zone& shown) {
  return fmt::format("{} {}, first {}", plural(dues.size()), act, local_text(dues.front(), shown));
}

}  // namespace

std::string to_text(const DuesChange& change, const Zone& shown) {
  if (!change.walked) return fmt::format("{} dues in the next week, before {}", change.after, change.before);
  std::string text;
  if (!change.gained.empty()) add_part(text, list_of(change.gained, "gained", shown));
  if (!change.lost.empty()) add_part(text, list_of(change.lost, "lost", shown));
  if (!change.moved.empty()) {
    add_part(text, fmt::format("{} moved, first {} to {}", plural(change.moved.size()),
                               local_text(change.moved.front().first, shown), local_text(change.moved.front().second, shown)));
  }
  return text.empty() ? "no due changes in the next week" : text + " in the next week";
}

namespace {

JobDues dues_of(const Job& job, Due first_seen, std::int64_t started, const Context& context) {
  if (!job.enabled) return {};
  JobDues dues{schedule_of(job, context.settings.zone, first_seen)};
  if (job.max_runs) dues.runs_left = *job.max_runs - started;
  return dues;
}

}  // namespace

std::string dues_text(const StoredJob* before, const Job* after, const Context& context) {
  const Due now = context.now.due();
  JobDues old_dues, new_dues;
  const bool there = before != nullptr && !before->removed_at;
  const std::int64_t started = before != nullptr ? before->scheduled_runs : 0;
  if (there) old_dues = dues_of(before->job, before->first_seen, started, context);
  const bool keeps_anchor = there && after != nullptr && same_anchor(before->job, *after);
  if (after != nullptr) new_dues = dues_of(*after, keeps_anchor ? before->first_seen : now, started, context);
  return to_text(compare_dues(old_dues, new_dues, now, now + std::chrono::days(7)), context.shown_zone);
}

}  // namespace rounds
