// Random rules, zones and starts: the next dues beside those of a search that shares nothing with src/time, not even
// the zones, which it takes from cctz. ROUNDS_SEED=N replays a run; ROUNDS_LONG asks for all 1,000,000 cases.
#include <cctz/time_zone.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>

#include "time/every_zone.h"
#include "time/make.h"
#include "time/naive_rule.h"
#include "time/spellings.h"

namespace rounds {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// The next due, naively.

/// One offset after another, as cctz has them.
struct Offset {
  Due begin;
  Due end;
  seconds offset;
  seconds before;
};

const Due kHorizon = make::utc("2100-01-01T00:00:00Z");

std::vector<Offset> offsets_of(const std::string& name) {
  cctz::time_zone zone;
  EXPECT_TRUE(cctz::load_time_zone(name, &zone)) << name;
  const Due start = make::utc("1969-06-01T00:00:00Z");
  const auto offset_at = [&](Due at) { return seconds{zone.lookup(at).offset}; };
  std::vector<Offset> all{{start, kHorizon, offset_at(start), offset_at(start)}};
  cctz::time_zone::civil_transition change;
  for (Due at = start; at < kHorizon && zone.next_transition(at, &change);) {
    at = zone.lookup(change.to).trans;
    const seconds offset = offset_at(at);
    if (offset == all.back().offset || at >= kHorizon) continue;
    const seconds before = all.back().offset;
    all.back().end = at;
    all.push_back({at, kHorizon, offset, before});
  }
  return all;
}

bool is_cadence(const naive::Calendar& calendar, Civil a, Civil b) {
  return calendar.any(a - hours{1}, a) && calendar.any(b, b + hours{1});
}

/// The first due after `start` and before the horizon.
std::optional<Due> naive_next(const naive::Calendar& calendar, const std::vector<Offset>& offsets, Due start) {
  for (const Offset& now : offsets) {
    Due from = std::max(start + seconds{1}, now.begin);
    if (from >= now.end) continue;
    const Civil wall{now.begin.time_since_epoch() + now.offset};
    const seconds shift = now.offset - now.before;
    if (shift > seconds{0} && from == now.begin && calendar.any(wall - shift, wall) &&
        !is_cadence(calendar, wall - shift, wall)) {
      return from;
    }
    if (shift < seconds{0} && !is_cadence(calendar, wall, wall - shift)) from = std::max(from, now.begin - shift);
    if (from >= now.end) continue;
    const auto found =
        calendar.next(Civil{from.time_since_epoch() + now.offset}, Civil{now.end.time_since_epoch() + now.offset});
    if (found) return Due{found->time_since_epoch() - now.offset};
  }
  return std::nullopt;
}

// Random rules.

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool one_in(int n) { return pick(1, n) == 1; }
  template <typename List>
  const auto& one_of(const List& list) {
    return list[static_cast<std::size_t>(pick(0, static_cast<int>(std::size(list)) - 1))];
  }

  Spelling rule() {
    switch (pick(0, 9)) {
      case 0: return table();
      case 1: return phrase();
      default: return by_cron(expression());
    }
  }

  Due start(const std::vector<Offset>& offsets) {
    const std::int64_t day = std::int64_t{86400} * pick(366, 47400);
    if (offsets.size() < 2 || one_in(2)) return Due{seconds{day + pick(0, 86399)}};
    const Offset& near = offsets[static_cast<std::size_t>(pick(1, static_cast<int>(offsets.size()) - 1))];
    const Due at = near.begin + seconds{pick(-2 * 86400, 86400)};
    return std::max(at, make::utc("1970-06-01T00:00:00Z"));
  }

 private:
  struct Field {
    int low, high, top, max_step;
  };
  static constexpr Field kSecond{0, 59, 59, 59}, kMinute{0, 59, 59, 59}, kHour{0, 23, 23, 23}, kDay{1, 31, 31, 31},
      kMonth{1, 12, 12, 12}, kWeekday{0, 7, 6, 7}, kWeek{1, 53, 53, 53};

  std::string value(const Field& field) {
    static const char* const months[] = {"jan", "FEB", "Mar", "apr", "may", "jun",
                                         "JUL", "aug", "sep", "oct", "nov", "dec"};
    static const char* const weekdays[] = {"sun", "Mon", "tue", "WED", "thu", "fri", "sat"};
    if (field.top == 12 && one_in(3)) return one_of(months);
    if (field.top == 6 && one_in(3)) return one_of(weekdays);
    const int n = pick(field.low, field.high);
    return (one_in(10) && n < 10 ? "0" : "") + std::to_string(n);
  }

  std::string item(const Field& field) {
    const std::string step = "/" + std::to_string(pick(1, field.max_step));
    switch (pick(0, 7)) {
      case 0: return "*" + step;
      case 1: return value(field) + step;
      case 2: return value(field) + "-" + value(field) + step;
      case 3:
      case 4: return value(field) + "-" + value(field);
      default: return value(field);
    }
  }

  std::string list(const Field& field) {
    std::string text = item(field);
    while (one_in(3)) text += "," + item(field);
    return text;
  }

  std::string day_item() {
    switch (pick(0, 9)) {
      case 0: return "L";
      case 1: return "L-" + std::to_string(pick(1, 30));
      case 2: return "LW";
      case 3: return std::to_string(pick(1, 31)) + "W";
      default: return item(kDay);
    }
  }

  std::string weekday_item() {
    switch (pick(0, 6)) {
      case 0: return value(kWeekday) + "L";
      case 1: return value(kWeekday) + "#" + std::to_string(pick(1, 5));
      default: return item(kWeekday);
    }
  }

  std::string day_field() {
    if (one_in(2)) return one_in(4) ? "?" : "*";
    std::string text = day_item();
    while (one_in(3)) text += "," + day_item();
    return text;
  }

  std::string weekday_field() {
    if (one_in(2)) return one_in(4) ? "?" : "*";
    std::string text = weekday_item();
    while (one_in(3)) text += "," + weekday_item();
    return text;
  }

  std::string years() {
    const int first = pick(1970, 2099);
    switch (pick(0, 3)) {
      case 0: return std::to_string(first);
      case 1: return std::to_string(first) + "/" + std::to_string(pick(1, 129));
      case 2: return std::to_string(first) + "-" + std::to_string(pick(first, 2099));
      default: return "*";
    }
  }

  std::string expression() {
    const int fields = pick(0, 3);
    std::string text = fields < 2 ? "" : (one_in(3) ? list(kSecond) : std::to_string(pick(0, 59))) + " ";
    text += (one_in(8) ? "*" : list(kMinute)) + " " + (one_in(4) ? "*" : list(kHour)) + " ";
    text += day_field() + " " + (one_in(2) ? "*" : list(kMonth)) + " " + weekday_field();
    return fields == 3 ? text + " " + years() : text;
  }

  std::string table_day() {
    static const char* const ordinals[] = {"1st", "2nd", "3rd", "4th", "5th", "last"};
    static const char* const weekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    switch (pick(0, 3)) {
      case 0: return std::string(one_of(ordinals)) + " " + one_of(weekdays);
      case 1: return "last";
      default: return day_item();
    }
  }

  Spelling table() {
    std::vector<std::pair<std::string, std::string>> fields;
    if (one_in(6)) fields.emplace_back("year", years());
    if (one_in(3)) fields.emplace_back("month", list(kMonth));
    if (one_in(3)) fields.emplace_back("week", list(kWeek));
    if (one_in(2)) fields.emplace_back("day", one_in(3) ? table_day() + ", " + table_day() : table_day());
    if (one_in(3)) fields.emplace_back("weekday", weekday_item());
    if (one_in(2)) fields.emplace_back("hour", list(kHour));
    if (one_in(2)) fields.emplace_back("minute", list(kMinute));
    if (fields.empty() || one_in(5)) fields.emplace_back("second", list(kSecond));
    return by_table(fields);
  }

  Spelling phrase() {
    static const char* const weekdays[] = {"sunday",   "monday", "tuesday", "wednesday",
                                           "thursday", "friday", "saturday"};
    const int hour = pick(0, 23);
    const int minute = pick(0, 59);
    const auto number = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    const std::string at = " at " + number(hour) + ":" + number(minute);
    const std::string clock = std::to_string(minute) + " " + std::to_string(hour);
    const int n = pick(2, 30);
    switch (pick(0, 5)) {
      case 0: return by_phrase("day" + at, naive::of_cron(clock + " * * *"));
      case 1: {
        const int day = pick(0, 6);
        return by_phrase(weekdays[day] + at, naive::of_cron(clock + " * * " + std::to_string(day)));
      }
      case 2: return by_phrase("hour at :" + number(minute), naive::of_cron(std::to_string(minute) + " * * * *"));
      case 3: return by_phrase(std::to_string(n) + " days" + at, naive::of_days(n, hour, minute));
      case 4: return by_phrase(std::to_string(n) + " weeks" + at, naive::of_days(7 * n, hour, minute));
      default: return by_phrase(std::to_string(n) + " months" + at, naive::of_months(n, hour, minute));
    }
  }

  std::mt19937_64 random_;
};

struct Place {
  Zone zone;
  std::vector<Offset> offsets;
};

std::string text_of(std::optional<Due> due) { return due ? utc_text(*due) : "none"; }

/// Three dues in a row from that start; false at the first that differs.
bool agrees(Spelling& spelling, const Place& place, Due start) {
  const Schedule schedule = schedule_for(spelling, place.zone);
  spelling.calendar.set_anchor(std::chrono::floor<std::chrono::days>(place.zone.local(kAnchor)));
  const std::string from = utc_text(start);
  for (int i = 0; i < 3; ++i) {
    const auto expected = naive_next(spelling.calendar, place.offsets, start);
    auto found = next_due(schedule, start);
    if (found && *found >= kHorizon) found.reset();
    EXPECT_EQ(text_of(found), text_of(expected)) << spelling.text << " in " << place.zone.name() << " after " << from;
    if (found != expected) return false;
    if (!found) return true;
    start = *found;
  }
  return true;
}

constexpr int kParts = 4;
class RandomDues : public testing::TestWithParam<int> {};

TEST_P(RandomDues, AreThoseOfTheNaiveSearch) {
  constexpr int cases_a_rule = 50;
  const bool long_form = std::getenv("ROUNDS_LONG") != nullptr;
  const char* given = std::getenv("ROUNDS_SEED");
  const std::uint64_t seed = (given != nullptr ? std::stoull(given)
                              : long_form      ? std::random_device()()
                                               : 20261121) +
                             static_cast<std::uint64_t>(GetParam());
  const int cases = (long_form ? 1'000'000 : 20'000) / kParts;
  std::cout << cases << " cases, ROUNDS_SEED=" << seed - static_cast<std::uint64_t>(GetParam()) << "\n";
  Generator generate(seed);
  std::vector<Place> places;
  for (const Zone& zone : every_zone()) places.push_back({zone, offsets_of(zone.name())});
  for (int i = 0; i < cases; i += cases_a_rule) {
    Spelling spelling = generate.rule();
    for (int j = 0; j < cases_a_rule; ++j) {
      const Place& place = generate.one_of(places);
      if (!agrees(spelling, place, generate.start(place.offsets))) return;
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Parts, RandomDues, testing::Range(0, kParts));

}  // namespace
}  // namespace rounds
