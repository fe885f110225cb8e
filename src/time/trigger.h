#pragma once
#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "time/cron.h"
#include "time/duration.h"
#include "time/exceptions.h"
#include "time/now.h"
#include "time/zone.h"

namespace rounds {

/// `cron = "30 2 * * 1-5"`, or as a table.
struct CronRule {
  Cron cron;
  std::string text;   ///< the expression; of a table what `to_text` makes of it
  CronTable table{};  ///< empty: an expression
};

/// `every = "90m"`, `"day at 10:30"`, `"2 weeks at 08:00"`. h, m and s elapse on a grid from the anchor; days, weeks,
/// months and years are civil: the same wall time in the zone, a day that the month lacks being its last one.
struct EveryRule {
  Span step{};
  int months = 0;                            ///< civil, beside a step of zero
  std::optional<std::chrono::seconds> at{};  ///< into `unit`; absent: as the anchor
  std::chrono::seconds unit{};               ///< a minute, an hour or a day
  std::optional<Cron> pattern{};  ///< a phrase that says its instants without an anchor: `day at`, `monday at`
  std::string phrase{};           ///< `day at 10:30`; empty: a length
};

/// `at = […]`: once each, sorted.
struct AtRule {
  std::vector<Due> instants;
};

/// `random = "20m..40m"`: after the previous due, by a length from `min` to `max` that is drawn anew each time.
struct RandomRule {
  std::chrono::seconds min;
  std::chrono::seconds max;
};

/// `delay = "30s"`: after the final verdict of the occurrence before.
struct DelayRule {
  std::chrono::seconds length;
};

/// `on = "start"`, `on = "boot"`: not by the clock at all.
struct OnRule {
  enum class Event { start, boot } event;
};

using RuleKind = std::variant<CronRule, EveryRule, AtRule, RandomRule, DelayRule, OnRule>;

/// `dst = { gap = "skip", overlap = "both" }`: what becomes of wall times that a clock change skips or shows twice.
/// `by_meaning` asks whether the rule is a cadence or an appointment around that change.
struct ClockChange {
  enum class Gap { by_meaning, after, skip } gap = Gap::by_meaning;
  enum class Overlap { by_meaning, first, second, both } overlap = Overlap::by_meaning;
  bool operator==(const ClockChange&) const = default;
};

/// One table of a trigger.
struct Rule {
  RuleKind kind;
  std::chrono::seconds jitter{};  ///< a start is later than its due by up to this
  ClockChange dst{};              ///< of cron and of `every` by the calendar

  template <typename Kind>
  requires std::constructible_from<RuleKind, Kind> Rule(Kind one)
      : kind(std::move(one)) {}  // a rule is written as what it is: {CronRule{…}, AtRule{…}}
};

/// When a job is due: any of its rules. Never empty.
struct Trigger {
  std::vector<Rule> rules;
};

/// Reads a length or a phrase: `90m`, `2 weeks at 08:00`, `monday at 13:15`, `hour at :17`.
Parsed<EveryRule> parse_every(std::string_view text);
/// Reads `20m..40m` or `5..10 minutes`.
Parsed<RandomRule> parse_random(std::string_view text);
/// What is wrong with such a rule; empty when nothing is.
std::string refusal(const RandomRule& rule);

/// `30 2 * * 1-5`, `every 90m`, `at 2026-12-31T22:59:00Z`, `random 20m..40m`, `delay 30s`, `on start`; joined by ` | `.
/// A jitter and a say about clock changes stand behind their rule.
std::string to_text(const Trigger& trigger);
std::string to_text(ClockChange::Gap gap);
std::string to_text(ClockChange::Overlap overlap);
/// Not for `by_meaning`, which is written by leaving it out.
std::optional<ClockChange::Gap> gap_from_text(std::string_view text);
std::optional<ClockChange::Overlap> clock_overlap_from_text(std::string_view text);

/// The rule of that kind, when that is what the trigger is. Only these three are not on a grid, and none of them stands
/// beside other rules.
const RandomRule* random_of(const Trigger& trigger);
const DelayRule* delay_of(const Trigger& trigger);
const OnRule* on_of(const Trigger& trigger);
/// True when the dues follow from the clock alone: no random, delay or on.
bool is_on_grid(const Trigger& trigger);

/// A trigger made concrete: all that decides its instants. Only rules on a grid yield some here.
struct Schedule {
  Trigger trigger;
  Zone zone;
  Due anchor{};                ///< `start`, or the instant in which the job was first seen
  bool anchor_is_due = false;  ///< true when the anchor is `start`
  std::optional<Due> start{};  ///< inclusive
  std::optional<Due> until{};  ///< inclusive
  Exceptions except{};         ///< dues that are skipped; they are dues nevertheless
  std::uint64_t seed = 0;      ///< of what is drawn: `stable_hash` of the job's name
};

/// The first due strictly after `after`, or nothing when none ever comes.
std::optional<Due> next_due(const Schedule& schedule, Due after);
/// The last due strictly before `before`. `start` does not bound it when `ignore_start` is set: a
/// window reaches back to the previous due of the schedule also before the job existed.
std::optional<Due> previous_due(const Schedule& schedule, Due before, bool ignore_start = false);
/// How many dues lie in [first, last], by whole days where the rules allow it: a year of seconds takes microseconds, of
/// several rules less than a millisecond.
std::int64_t count_dues(const Schedule& schedule, Due first, Due last);

/// The due that a random rule draws after `previous`, which need not be one; before `start` that is the due. Nothing
/// after `until`, and for other rules.
std::optional<Due> random_due(const Schedule& schedule, Due previous);
/// How much later than its due a run starts: up to the jitter of the rule that is due then, of several the smallest.
std::chrono::seconds jitter_at(const Schedule& schedule, Due due);

/// Whether the due falls under `except`.
bool is_excepted(const Schedule& schedule, Due due);
/// The last instant up to `last` for which that answer is as for `due`, and for all between.
Due same_until(const Schedule& schedule, Due due, Due last);
/// The first due after `after` that is not excepted; nothing when none comes within ten years.
std::optional<Due> next_start(const Schedule& schedule, Due after);

/// `length` before `due`: civil days in the zone, then elapsed time.
Due step_back(Due due, const Span& length, const Zone& zone);

}  // namespace rounds
