#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "time/cron.h"
#include "time/duration.h"
#include "time/now.h"
#include "time/zone.h"

namespace rounds {

/// `cron = "30 2 * * 1-5"`
struct CronRule {
  Cron cron;
  std::string text;
};
/// `every = "90m"`: h, m, s elapse on a grid from the anchor; d and w keep the anchor's wall time.
struct EveryRule {
  Span step;
};
/// `at = […]`: once each, sorted.
struct AtRule {
  std::vector<Due> instants;
};
/// `delay = "30s"`: after the final verdict of the occurrence before.
struct DelayRule {
  std::chrono::seconds length;
};
/// `on = "start"`, `on = "boot"`: not by the clock at all.
struct OnRule {
  enum class Event { start, boot } event;
};
using Rule = std::variant<CronRule, EveryRule, AtRule, DelayRule, OnRule>;

/// When a job is due: any of its rules. Never empty.
struct Trigger {
  std::vector<Rule> rules;
};

/// `30 2 * * 1-5`, `every 90m`, `at 2026-12-31T22:59:00Z`, `delay 30s`, `on start`; joined by ` | `.
std::string to_text(const Trigger& trigger);
/// The delay rule, when that is what the trigger is.
const DelayRule* delay_of(const Trigger& trigger);
/// The on rule, when that is what the trigger is.
const OnRule* on_of(const Trigger& trigger);

/// A trigger made concrete: all that decides its instants. Delay and on rules yield none here.
struct Schedule {
  Trigger trigger;
  Zone zone;
  Due anchor{};                ///< `start`, or the instant in which the job was first seen
  bool anchor_is_due = false;  ///< true when the anchor is `start`
  std::optional<Due> start{};  ///< inclusive
  std::optional<Due> until{};  ///< inclusive
};

/// The first due strictly after `after`, or nothing when none ever comes.
std::optional<Due> next_due(const Schedule& schedule, Due after);
/// The last due strictly before `before`. `start` does not bound it when `ignore_start` is set: a
/// window reaches back to the previous due of the schedule also before the job existed.
std::optional<Due> previous_due(const Schedule& schedule, Due before, bool ignore_start = false);
/// How many dues lie in [first, last], by whole months where the rule allows it. Of several rules
/// only the one with most dues is counted so, the dues of the others are walked.
std::int64_t count_dues(const Schedule& schedule, Due first, Due last);
/// `length` before `due`: civil days in the zone, then elapsed time.
Due step_back(Due due, const Span& length, const Zone& zone);

}  // namespace rounds
