#include "time/union_count.h"

#include <algorithm>
#include <bitset>
#include <map>
#include <vector>

#include "time/bits.h"
#include "time/rules.h"

// Where all rules but one have few dues, those are walked. Otherwise the rules that may have many become sets of the
// seconds of a day: cron by its hours, minutes and seconds, a length by its step and its phase on that day. A day's
// union is counted once for each combination that occurs, so a year costs some hundred look-ups. Clock changes cut the
// time into stretches in which each rule either goes by the plain calendar or has nothing.

namespace rounds {

namespace chr = std::chrono;

namespace {

using chr::seconds;

constexpr seconds a_day = chr::days{1};
constexpr std::int64_t few_dues = 2000;

using DaySet = std::bitset<86400>;

struct CountedRule {
  const Rule* rule;
  std::int64_t count;
};

/// How many dues of `rule` in [first, last] none of the others has too.
std::int64_t count_new(const Rule& rule, const Schedule& schedule, Due first, Due last,
                       const std::vector<const Rule*>& others) {
  std::int64_t count = 0;
  for (auto due = first_due(rule, schedule, first); due && *due <= last;
       due = first_due(rule, schedule, *due + seconds{1})) {
    const auto has_it = [&](const Rule* other) { return first_due(*other, schedule, *due) == due; };
    if (std::none_of(others.begin(), others.end(), has_it)) ++count;
  }
  return count;
}

/// A rule as a set of the seconds of a day.
struct DenseRule {
  const Cron* cron = nullptr;  ///< else a length: each `step` from `begin` on
  ClockChange dst{};
  Due begin = kEarliestDue;
  seconds step{};
  DaySet times{};  ///< of a length: from midnight on
};

DaySet times_of(const TimesOfDay& times) {
  DaySet set;
  for (auto hour = next_bit(times.hours, 0); hour; hour = next_bit(times.hours, *hour + 1)) {
    for (auto minute = next_bit(times.minutes, 0); minute; minute = next_bit(times.minutes, *minute + 1)) {
      const auto begin = static_cast<std::size_t>(*hour * 3600 + *minute * 60);
      for (std::size_t second = 0; second < 60; ++second) set[begin + second] = (times.seconds >> second & 1) != 0;
    }
  }
  return set;
}

DaySet times_of(seconds step) {
  DaySet set;
  for (seconds time{0}; time < a_day; time += step) set.set(static_cast<std::size_t>(time.count()));
  return set;
}

const Cron* cron_of(const Rule& rule) {
  if (const auto* cron = std::get_if<CronRule>(&rule.kind)) return &cron->cron;
  const auto* every = std::get_if<EveryRule>(&rule.kind);
  return every != nullptr && every->pattern ? &*every->pattern : nullptr;
}

/// Nothing for rules that have a few dues at most: they are walked.
std::optional<DenseRule> dense(const Rule& rule, const Schedule& schedule) {
  if (const Cron* cron = cron_of(rule))
    return DenseRule{.cron = cron, .dst = rule.dst, .times = times_of(cron->times())};
  const auto* every = std::get_if<EveryRule>(&rule.kind);
  if (every == nullptr || !elapses(*every)) return std::nullopt;
  const Due origin = origin_of(*every, schedule);
  const Due begin = schedule.anchor_is_due ? origin : origin + every->step.elapsed;
  return DenseRule{.begin = begin, .step = every->step.elapsed, .times = times_of(every->step.elapsed)};
}

seconds positive_rest(seconds length, seconds step) { return ((length % step) + step) % step; }

class UnionCounter {
 public:
  UnionCounter(const std::vector<DenseRule>& rules, const Zone& zone) : rules_(rules), zone_(zone) {}

  std::int64_t count(Due first, Due last) {
    std::int64_t count = 0;
    for (Due at = first; at <= last;) {
      const Period period = zone_.period(at);
      count += count_in(period, at, std::min(last + seconds{1}, period.end));
      at = period.end;
    }
    return count;
  }

 private:
  using Parts = std::vector<Part>;

  std::int64_t count_in(const Period& period, Due first, Due end) {
    Parts parts;
    std::vector<Due> edges{first, end};
    bool made_up = false;
    for (const DenseRule& rule : rules_) {
      const Part part =
          rule.cron != nullptr ? part_of(*rule.cron, rule.dst, zone_, period) : Part{false, rule.begin, kLatestDue};
      parts.push_back(part);
      made_up = made_up || (part.made_up && first == period.begin);
      for (const Due edge : {part.from, part.end}) {
        if (edge > first && edge < end) edges.push_back(edge);
      }
    }
    std::sort(edges.begin(), edges.end());
    std::int64_t count = made_up && count_plain(period, parts, first, first + seconds{1}) == 0 ? 1 : 0;
    for (std::size_t i = 1; i < edges.size(); ++i) count += count_plain(period, parts, edges[i - 1], edges[i]);
    return count;
  }

  /// Of rules that have dues in [first, end) at all; no edge lies within.
  std::int64_t count_plain(const Period& period, const Parts& parts, Due first, Due end) {
    std::int64_t count = 0;
    for (Civil from = period.local(first); from < period.local(end);) {
      const auto day = chr::floor<chr::days>(from);
      const Civil to = std::min<Civil>(day + chr::days{1}, period.local(end));
      const Key key = key_of(period, parts, first, day);
      if (to - from == a_day) {
        const auto [known, is_new] = whole_days_.try_emplace(key, 0);
        if (is_new) known->second = static_cast<std::int64_t>(union_of(key).count());
        count += known->second;
      } else {
        const auto hidden = static_cast<std::size_t>((day + a_day - to).count() + (from - day).count());
        count += static_cast<std::int64_t>(
            ((union_of(key) >> static_cast<std::size_t>((from - day).count())) << hidden).count());
      }
      from = to;
    }
    return count;
  }

  /// What the rules are on one day: the phase of a length, 0 for cron; -1 where a rule has nothing.
  using Key = std::vector<std::int64_t>;

  Key key_of(const Period& period, const Parts& parts, Due first, chr::local_days day) const {
    Key key;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      const DenseRule& rule = rules_[i];
      const bool active = parts[i].from <= first && first < parts[i].end;
      if (!active) key.push_back(-1);
      else if (rule.cron != nullptr) key.push_back(rule.cron->dates().has(day) ? 0 : -1);
      else key.push_back(positive_rest(rule.begin - period.instant(day), rule.step).count());
    }
    return key;
  }

  DaySet union_of(const Key& key) const {
    DaySet all;
    for (std::size_t i = 0; i < key.size(); ++i) {
      if (key[i] >= 0 && key[i] < a_day.count()) all |= rules_[i].times << static_cast<std::size_t>(key[i]);
    }
    return all;
  }

  const std::vector<DenseRule>& rules_;
  const Zone& zone_;
  std::map<Key, std::int64_t> whole_days_;
};

}  // namespace

std::int64_t count_union(const Schedule& schedule, Due first, Due last) {
  std::vector<CountedRule> rules;
  std::int64_t sum = 0;
  for (const Rule& rule : schedule.trigger.rules) {
    rules.push_back({&rule, count(rule, schedule, first, last)});
    sum += rules.back().count;
  }
  std::stable_sort(rules.begin(), rules.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
  std::int64_t total = 0;
  std::vector<const Rule*> counted;
  if (sum - rules.front().count > few_dues) {
    std::vector<DenseRule> all_dense;
    for (const CountedRule& one : rules) {
      auto as_dense = dense(*one.rule, schedule);
      if (!as_dense) continue;
      all_dense.push_back(*as_dense);
      counted.push_back(one.rule);
    }
    total = UnionCounter(all_dense, schedule.zone).count(first, last);
  }
  for (const CountedRule& one : rules) {
    if (std::find(counted.begin(), counted.end(), one.rule) != counted.end()) continue;
    total += counted.empty() ? one.count : count_new(*one.rule, schedule, first, last, counted);
    counted.push_back(one.rule);
  }
  return total;
}

}  // namespace rounds
