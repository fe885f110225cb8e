#include "core/explain.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "time/stamp.h"

namespace rounds {

namespace {

using std::chrono::seconds;

constexpr std::array<const char*, 7> kWeekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

/// What the rule writes for a field; empty when it leaves it out, or is a macro.
std::string pattern_of(const CronRule& rule, CronField field) {
  for (const CronTableField& given : rule.table) {
    if (given.field == field) return given.text;
  }
  if (!rule.table.empty()) return {};
  for (const CronFieldText& written : cron_fields(rule.text)) {
    if (written.field == field) return std::string(written.text);
  }
  return {};
}

std::string value_text(const FieldMatch& match) {
  switch (match.field) {
    case CronField::second:
    case CronField::minute:
    case CronField::hour: return fmt::format("{:02}", match.value);
    case CronField::weekday: return kWeekdays[static_cast<std::size_t>(match.value)];
    case CronField::day:
    case CronField::month:
    case CronField::week:
    case CronField::year: break;
  }
  return std::to_string(match.value);
}

/// The calendar behind a rule, if it has one.
const Cron* calendar_of(const Rule& rule) {
  if (const auto* cron = std::get_if<CronRule>(&rule.kind)) return &cron->cron;
  const auto* every = std::get_if<EveryRule>(&rule.kind);
  return every != nullptr && every->pattern ? &*every->pattern : nullptr;
}

void add_fields(RuleCheck& check, const Rule& rule, Civil wall) {
  const Cron* calendar = calendar_of(rule);
  if (calendar == nullptr) return;
  const auto* cron = std::get_if<CronRule>(&rule.kind);
  const CronMatch found = match(*calendar, wall);
  for (const FieldMatch& one : found.fields) {
    check.fields.insert(check.fields.begin(), {std::string(to_text(one.field)), cron ? pattern_of(*cron, one.field) : "",
                                               value_text(one), one.matches});
  }
  check.either_day = found.either_day;
}

/// `02:30`, or with its date.
std::string wall_text(Civil wall, bool with_date) {
  const std::string text = utc_text(Due(wall.time_since_epoch()));
  const std::string clock = text.substr(11, 5);
  return with_date ? text.substr(0, 10) + " " + clock : clock;
}

bool is_due(Schedule schedule, const Rule& rule, Due at) {
  schedule.trigger = Trigger{{rule}};
  return next_due(schedule, at - seconds(1)) == at;
}

}  // namespace

std::vector<RuleCheck> check_rules(const Schedule& schedule, Due at) {
  std::vector<RuleCheck> checks;
  for (const Rule& rule : schedule.trigger.rules) {
    RuleCheck check{to_text(Trigger{{rule}}), is_due(schedule, rule, at)};
    check.standing = standing_of(rule, schedule, at);
    add_fields(check, rule, schedule.zone.local(at));
    checks.push_back(std::move(check));
  }
  return checks;
}

std::string fate_in(const Decision& decision, Due at) {
  for (const Account& one : decision.accounts) {
    if (at < one.first || at > one.last) continue;
    return to_text(one.verdict) + (one.reason ? " (" + to_text(*one.reason) + ")" : "");
  }
  const auto starts = [at](const Occurrence& one) { return one.due == at; };
  return std::any_of(decision.starts.begin(), decision.starts.end(), starts) ? "started" : "";
}

bool is_beyond_max_runs(const Schedule& schedule, std::int64_t left, Due next, Due at) {
  constexpr std::int64_t most_walked = 10'000;
  if (left <= 0) return true;
  if (left > most_walked) return false;  // not worth the walk
  auto due = next_start(schedule, next - seconds(1));
  for (; due && *due < at && left > 0; due = next_start(schedule, *due)) --left;
  return left == 0;
}

std::string clock_change_at(const Zone& zone, Due at) {
  const std::optional<Transition> change = zone.last_transition(at);
  if (change && change->at == at && change->to > change->from) {
    const bool days = change->to - change->from >= std::chrono::days(1);
    return wall_text(change->from, days) + " to " + wall_text(change->to, days) + " skipped";
  }
  const Resolved wall = zone.resolve(zone.local(at));
  if (wall.kind != Resolved::Kind::overlap) return "";
  return at == wall.before ? "first of two" : "second of two";
}

}  // namespace rounds
