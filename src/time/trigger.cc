#include "time/trigger.h"

#include <fmt/format.h>
#include <algorithm>
#include <type_traits>

#include "time/rules.h"
#include "time/stamp.h"

namespace rounds {

namespace {

using std::chrono::seconds;

// The other rules: dates that are listed, and rules that have no instants of their own.

std::optional<Due> first_due(const AtRule& rule, const Schedule&, Due from) {
  const auto found = std::lower_bound(rule.instants.begin(), rule.instants.end(), from);
  if (found == rule.instants.end()) return std::nullopt;
  return *found;
}

std::optional<Due> last_due(const AtRule& rule, const Schedule&, Due to) {
  const auto after = std::upper_bound(rule.instants.begin(), rule.instants.end(), to);
  if (after == rule.instants.begin()) return std::nullopt;
  return *(after - 1);
}

std::int64_t count(const AtRule& rule, const Schedule& schedule, Due first, Due last) {
  std::int64_t count = 0;
  for (auto due = first_due(rule, schedule, first); due && *due <= last; ++count) {
    due = first_due(rule, schedule, *due + seconds{1});
  }
  return count;
}

std::optional<Due> first_due(const DelayRule&, const Schedule&, Due) { return std::nullopt; }
std::optional<Due> last_due(const DelayRule&, const Schedule&, Due) { return std::nullopt; }
std::int64_t count(const DelayRule&, const Schedule&, Due, Due) { return 0; }

std::optional<Due> first_due(const OnRule&, const Schedule&, Due) { return std::nullopt; }
std::optional<Due> last_due(const OnRule&, const Schedule&, Due) { return std::nullopt; }
std::int64_t count(const OnRule&, const Schedule&, Due, Due) { return 0; }

std::optional<Due> first_due(const Rule& rule, const Schedule& schedule, Due from) {
  return std::visit([&](const auto& kind) { return first_due(kind, schedule, from); }, rule);
}

std::optional<Due> last_due(const Rule& rule, const Schedule& schedule, Due to, Grid grid) {
  return std::visit(
      [&](const auto& kind) {
        if constexpr (std::is_same_v<decltype(kind), const EveryRule&>) return last_due(kind, schedule, to, grid);
        else return last_due(kind, schedule, to);
      },
      rule);
}

std::int64_t count(const Rule& rule, const Schedule& schedule, Due first, Due last) {
  return std::visit([&](const auto& kind) { return count(kind, schedule, first, last); }, rule);
}

Due begin_of(const Schedule& schedule) { return std::max(earliest_due, schedule.start.value_or(earliest_due)); }
Due end_of(const Schedule& schedule) { return std::min(latest_due, schedule.until.value_or(latest_due)); }

struct CountedRule {
  const Rule* rule;
  std::int64_t count;
};

/// How many dues of `rule` in [first, last] no rule of [begin, end) has too.
std::int64_t count_new(const Rule& rule, const Schedule& schedule, Due first, Due last, const CountedRule* begin,
                       const CountedRule* end) {
  std::int64_t count = 0;
  for (auto due = first_due(rule, schedule, first); due && *due <= last;
       due = first_due(rule, schedule, *due + seconds{1})) {
    const auto has_it = [&](const CountedRule& other) { return first_due(*other.rule, schedule, *due) == due; };
    if (std::none_of(begin, end, has_it)) ++count;
  }
  return count;
}

std::string text_of(const CronRule& rule) { return rule.text; }
std::string text_of(const EveryRule& rule) { return "every " + to_text(rule.step); }
std::string text_of(const DelayRule& rule) { return "delay " + to_text(rule.length); }

std::string text_of(const AtRule& rule) {
  std::string text;
  for (const Due instant : rule.instants) text += (text.empty() ? "at " : ", ") + utc_text(instant);
  return text;
}

std::string text_of(const OnRule& rule) {
  switch (rule.event) {
    case OnRule::Event::start: return "on start";
    case OnRule::Event::boot: return "on boot";
  }
  return {};
}

template <typename Kind>
const Kind* only_rule(const Trigger& trigger) {
  return trigger.rules.size() == 1 ? std::get_if<Kind>(&trigger.rules.front()) : nullptr;
}

}  // namespace

std::string to_text(const Trigger& trigger) {
  std::string text;
  for (const Rule& rule : trigger.rules) {
    if (!text.empty()) text += " | ";
    text += std::visit([](const auto& kind) { return text_of(kind); }, rule);
  }
  return text;
}

const DelayRule* delay_of(const Trigger& trigger) { return only_rule<DelayRule>(trigger); }
const OnRule* on_of(const Trigger& trigger) { return only_rule<OnRule>(trigger); }

std::optional<Due> next_due(const Schedule& schedule, Due after) {
  if (after >= end_of(schedule)) return std::nullopt;
  const Due from = std::max(after + seconds{1}, begin_of(schedule));
  std::optional<Due> next;
  for (const Rule& rule : schedule.trigger.rules) {
    const auto due = first_due(rule, schedule, from);
    if (due && (!next || *due < *next)) next = due;
  }
  return next && *next <= end_of(schedule) ? next : std::nullopt;
}

std::optional<Due> previous_due(const Schedule& schedule, Due before, bool ignore_start) {
  const Due begin = ignore_start ? earliest_due : begin_of(schedule);
  if (before <= begin) return std::nullopt;
  const Due to = std::min(before - seconds{1}, end_of(schedule));
  std::optional<Due> previous;
  for (const Rule& rule : schedule.trigger.rules) {
    const auto due = last_due(rule, schedule, to, ignore_start ? Grid::whole : Grid::after_anchor);
    if (due && (!previous || *due > *previous)) previous = due;
  }
  return previous && *previous >= begin ? previous : std::nullopt;
}

std::int64_t count_dues(const Schedule& schedule, Due first, Due last) {
  first = std::max(first, begin_of(schedule));
  last = std::min(last, end_of(schedule));
  if (first > last) return 0;
  std::vector<CountedRule> rules;
  for (const Rule& rule : schedule.trigger.rules) rules.push_back({&rule, count(rule, schedule, first, last)});
  // Only the densest rule is taken as a whole: of the others the instants that no rule before had are counted.
  std::sort(rules.begin(), rules.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
  std::int64_t total = rules.front().count;
  for (std::size_t i = 1; i < rules.size(); ++i) {
    total += count_new(*rules[i].rule, schedule, first, last, rules.data(), rules.data() + i);
  }
  return total;
}

Due step_back(Due due, const Span& length, const Zone& zone) {
  if (length.days.count() == 0) return due - length.elapsed;
  return zone.first_instant(zone.local(due) - length.days) - length.elapsed;
}

}  // namespace rounds
