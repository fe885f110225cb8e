#pragma once
#include "core/decide.h"
#include "time/make.h"

// Short builders for the tests of decide.h.
namespace rounds::deciding {

inline constexpr const char* kAnchor = "2026-03-01T00:00:00Z";

inline Job job_of(std::vector<Rule> rules) {
  return Job{.name = JobName::parse("j").value(), .trigger = Trigger{std::move(rules)}};
}

/// Due each `step` after midnight of 1 March 2026.
inline Job every(std::string_view step) { return job_of({EveryRule{make::span(step)}}); }
inline Job cron(const std::string& text) { return job_of({make::rule(text)}); }

/// What the loop knows when it decides.
struct Moment {
  Busy busy{};
  Due awake_since = kEarliestDue;
  std::optional<Due> watermark{};
  std::int64_t scheduled_runs = 0;
  std::string zone = "UTC";
};

inline Schedule schedule_for(const Job& job, const std::string& zone = "UTC") {
  return schedule_of(job, make::zone(zone), make::utc(kAnchor));
}

inline Decision decide_at(const Job& job, std::string_view next_due, std::string_view now, const Moment& moment = {}) {
  const DueJob due{job, schedule_for(job, moment.zone), make::utc(next_due), moment.watermark, moment.scheduled_runs};
  return decide(due, moment.busy, make::utc(now), moment.awake_since);
}

/// `missed(too_late) FIRST..LAST xN`
inline std::string text(const Account& account) {
  return to_text(account.verdict) + (account.reason ? "(" + to_text(*account.reason) + ")" : "") + " " +
         utc_text(account.first) + ".." + utc_text(account.last) + " x" + std::to_string(account.count);
}

/// `schedule DUE`, with ` queued` behind it.
inline std::string text(const Occurrence& start) {
  return to_text(start.cause) + " " + utc_text(start.due) + (start.queued ? " queued" : "");
}

/// Accounts, then starts.
inline std::vector<std::string> texts(const Decision& decision) {
  std::vector<std::string> all;
  for (const Account& account : decision.accounts) all.push_back(text(account));
  for (const Occurrence& start : decision.starts) all.push_back(text(start));
  return all;
}

using Texts = std::vector<std::string>;

}  // namespace rounds::deciding
