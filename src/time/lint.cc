#include "time/lint.h"

#include <fmt/format.h>
#include <algorithm>

#include "time/bits.h"
#include "time/match.h"
#include "time/rules.h"
#include "time/stamp.h"

namespace rounds {

namespace chr = std::chrono;

namespace {

using chr::seconds;

constexpr seconds often{10};

/// One item of a field: `*/7`, `mon-fri`.
struct Item {
  CronField field;
  std::string_view text;
  std::size_t at;
  std::optional<std::size_t> table_field;
};

void add_items(const CronFieldText& field, std::optional<std::size_t> table_field, std::vector<Item>& items) {
  for (std::size_t begin = 0; begin <= field.text.size();) {
    const std::size_t end = std::min(field.text.find(',', begin), field.text.size());
    items.push_back({field.field, field.text.substr(begin, end - begin), field.at + begin, table_field});
    begin = end + 1;
  }
}

std::vector<Item> items_of(const CronRule& rule) {
  std::vector<Item> items;
  for (std::size_t i = 0; i < rule.table.size(); ++i) add_items({rule.table[i].field, rule.table[i].text, 0}, i, items);
  if (!rule.table.empty()) return items;
  for (const CronFieldText& field : cron_fields(rule.text)) add_items(field, std::nullopt, items);
  return items;
}

Remark about(const Item& item, std::string message, std::string hint) {
  return {std::move(message), std::move(hint), item.at, item.text.size(), item.table_field};
}

/// The first and the number of values of the fields in which an uneven step is a mistake; a month of 31 days.
struct Cycle {
  int first;
  int size;
  std::string_view unit;
};
std::optional<Cycle> cycle_of(CronField field) {
  switch (field) {
    case CronField::second: return Cycle{0, 60, "second"};
    case CronField::minute: return Cycle{0, 60, "minute"};
    case CronField::hour: return Cycle{0, 24, "hour"};
    case CronField::day: return Cycle{1, 31, "day"};
    case CronField::month: return Cycle{1, 12, "month"};
    case CronField::weekday: return Cycle{0, 7, "day"};
    case CronField::year:
    case CronField::week: break;
  }
  return std::nullopt;
}

/// The n of `*/n`, also as `0/n` and `0-59/n`; 0 for other items.
int open_step(const Item& item) {
  const std::size_t slash = item.text.find('/');
  const auto cycle = cycle_of(item.field);
  if (slash == item.text.npos || !cycle) return 0;
  const std::string_view range = item.text.substr(0, slash);
  const std::string first = std::to_string(cycle->first), last = std::to_string(cycle->first + cycle->size - 1);
  if (range != "*" && range != first && range != first + "-" + last) return 0;
  int step = 0;
  for (const char digit : item.text.substr(slash + 1)) step = step * 10 + (digit - '0');
  return step;
}

/// One remark on a place is enough.
bool is_remarked(const Item& item, const std::vector<Remark>& remarks) {
  return std::any_of(remarks.begin(), remarks.end(), [&](const Remark& remark) {
    return remark.table_field == item.table_field && remark.at <= item.at && item.at < remark.at + remark.length;
  });
}

void find_uneven_steps(const std::vector<Item>& items, std::vector<Remark>& remarks) {
  for (const Item& item : items) {
    const int step = open_step(item);
    const auto cycle = cycle_of(item.field);
    if (step < 2 || !cycle || cycle->size % step == 0 || is_remarked(item, remarks)) continue;
    const int last = cycle->first + (cycle->size - 1) / step * step;
    const int rest = cycle->size - (last - cycle->first);
    remarks.push_back(
        about(item,
              fmt::format("{} is uneven: after {} comes {} again, {} {}{} later", item.text, last, cycle->first, rest,
                          cycle->unit, rest == 1 ? "" : "s"),
              item.field == CronField::minute || item.field == CronField::hour || item.field == CronField::second
                  ? fmt::format("every = \"{} {}s\" keeps the distance", step, cycle->unit)
                  : std::string("each month, year or week begins anew")));
  }
}

/// `* */15`: the step stands one field too far to the right.
void find_step_beside_star(const std::vector<Item>& items, std::vector<Remark>& remarks) {
  for (std::size_t i = 0; i + 1 < items.size(); ++i) {
    const Item& fine = items[i];
    const Item& coarse = items[i + 1];
    const bool next_field = (fine.field == CronField::second && coarse.field == CronField::minute) ||
                            (fine.field == CronField::minute && coarse.field == CronField::hour);
    if (!next_field || fine.table_field || fine.text != "*" || open_step(coarse) < 2) continue;
    const std::string_view unit = to_text(fine.field);
    remarks.push_back({fmt::format("{} {} is due in every {} of every {}th {}", fine.text, coarse.text, unit,
                                   open_step(coarse), to_text(coarse.field)),
                       fmt::format("did you mean \"{} {}\" or \"0 {}\"?", coarse.text, fine.text, coarse.text),
                       fine.at,
                       coarse.at + coarse.text.size() - fine.at,
                       {}});
  }
}

void find_weekday_7(const std::vector<Item>& items, std::vector<Remark>& remarks) {
  for (const Item& item : items) {
    if (item.field != CronField::weekday) continue;
    const std::string_view days = item.text.substr(0, item.text.find_first_of("/#"));
    const std::size_t seven = days.find('7');
    if (seven == days.npos) continue;
    remarks.push_back(
        about(item, "weekday 7 is Sunday, as 0 is; Saturday is 6", "write sun, or the name that you mean"));
  }
}

void find_both_day_fields(const CronRule& rule, const std::vector<Item>& items, std::vector<Remark>& remarks) {
  if (!rule.cron.dates().either_day()) return;
  const auto first =
      std::find_if(items.begin(), items.end(), [](const Item& item) { return item.field == CronField::day; });
  const auto last =
      std::find_if(items.rbegin(), items.rend(), [](const Item& item) { return item.field == CronField::weekday; });
  if (first == items.end() || last == items.rend()) return;  // a macro
  remarks.push_back({"day and weekday are both given: a day that matches either of them is due",
                     "in a table both must match: cron = { day = ..., weekday = ... }",
                     first->at,
                     last->at + last->text.size() - first->at,
                     {}});
}

/// The shortest distance of two seconds of a minute, or of two minutes in a row.
seconds shortest_distance(const TimesOfDay& times) {
  const bool in_a_row = (times.minutes & times.minutes >> 1) != 0;
  int before = in_a_row ? highest_bit(times.seconds) - 60 : -60;
  int shortest = 60;
  for (auto n = next_bit(times.seconds, 0); n; n = next_bit(times.seconds, *n + 1)) {
    shortest = std::min(shortest, *n - before);
    before = *n;
  }
  return seconds{shortest};
}

std::optional<seconds> shortest_distance(const RuleKind& kind) {
  if (const auto* cron = std::get_if<CronRule>(&kind)) return shortest_distance(cron->cron.times());
  if (const auto* random = std::get_if<RandomRule>(&kind)) return random->min;
  if (const auto* delay = std::get_if<DelayRule>(&kind)) return delay->length;
  const auto* every = std::get_if<EveryRule>(&kind);
  return every != nullptr && elapses(*every) ? std::optional(every->step.elapsed) : std::nullopt;
}

void find_haste(const Rule& rule, std::vector<Remark>& remarks) {
  const auto distance = shortest_distance(rule.kind);
  if (!distance || *distance >= often) return;
  remarks.push_back({fmt::format("due again after {}: more often than every {}", to_text(*distance), to_text(often)),
                     "a job that loops by itself costs less",
                     0,
                     0,
                     {}});
}

/// Where the next jump forward makes the rule due later than it says, or not at all.
void find_gap(const Schedule& schedule, Due now, std::vector<Remark>& remarks) {
  const Rule& rule = schedule.trigger.rules.front();
  const auto* every = std::get_if<EveryRule>(&rule.kind);
  if (every != nullptr && !every->pattern) return;  // that depends on the anchor
  auto jump = schedule.zone.next_transition(now);
  while (jump && jump->to < jump->from) jump = schedule.zone.next_transition(jump->at);
  if (!jump) return;
  Rule made_up = rule;  // what it would be without a say
  made_up.dst.gap = ClockChange::Gap::by_meaning;
  if (standing_of(made_up, schedule, jump->at) != Standing::makes_up) return;
  const auto clock = [](Civil wall) { return utc_text(Due{wall.time_since_epoch()}).substr(11, 5); };
  const std::string then = utc_text(Due{jump->to.time_since_epoch()}).substr(0, 10);
  const bool skipped = rule.dst.gap == ClockChange::Gap::skip;
  remarks.push_back(
      {fmt::format("due between {} and {}, which the clock skips on {}: {}", clock(jump->from), clock(jump->to), then,
                   skipped ? "not due then" : "due at " + clock(jump->to) + " then"),
       "a time outside is due on every day at that time",
       0,
       0,
       {}});
}

/// Starts that bunch, or change places: each is held for a length of its own.
void find_wide_jitter(const Schedule& schedule, Due now, std::vector<Remark>& remarks) {
  const Rule& rule = schedule.trigger.rules.front();
  if (rule.jitter == seconds(0) || !is_on_grid(schedule.trigger)) return;
  const auto first = next_due(schedule, now);
  const auto second = first ? next_due(schedule, *first) : std::nullopt;
  if (!second || rule.jitter < *second - *first) return;
  remarks.push_back({fmt::format("a jitter of {} is no shorter than the {} to the next due: starts may change places",
                                 to_text(rule.jitter), to_text(*second - *first)),
                     "a jitter well below that keeps them apart",
                     0,
                     0,
                     {}});
}

void find_never(const Schedule& schedule, Due now, std::vector<Remark>& remarks) {
  const auto* cron = std::get_if<CronRule>(&schedule.trigger.rules.front().kind);
  if (cron == nullptr || next_due(schedule, now)) return;
  remarks.push_back({cron->cron.never() ? "this is never due: that date does not exist"
                                        : "this is never due again: its years are past",
                     {},
                     0,
                     0,
                     {}});
}

}  // namespace

std::vector<Remark> lint(const Rule& rule, const Zone& zone, Due now) {
  std::vector<Remark> remarks;
  const Schedule schedule{.trigger = {{rule}}, .zone = zone, .anchor = now};
  find_never(schedule, now, remarks);
  if (const auto* cron = std::get_if<CronRule>(&rule.kind)) {
    const auto items = items_of(*cron);
    find_step_beside_star(items, remarks);
    find_uneven_steps(items, remarks);
    find_both_day_fields(*cron, items, remarks);
    find_weekday_7(items, remarks);
  }
  find_haste(rule, remarks);
  find_gap(schedule, now, remarks);
  find_wide_jitter(schedule, now, remarks);
  return remarks;
}

}  // namespace rounds
