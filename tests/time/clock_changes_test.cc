// Every zone, every clock change, rules of every form: their dues beside those of a brute force that asks of each
// minute (of a sample: each second) whether it is due.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include "time/every_zone.h"
#include "time/make.h"
#include "time/naive_rule.h"
#include "time/spellings.h"

namespace rounds {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

std::vector<Spelling> all_spellings() {
  std::vector<Spelling> all;
  for (const char* text :
       {"* * * * *",       "*/2 * * * *",     "*/5 * * * *",      "*/7 * * * *",       "*/15 * * * *",
        "*/20 * * * *",    "*/40 * * * *",    "0 * * * *",        "30 * * * *",        "50 * * * *",
        "59 * * * *",      "0,30 * * * *",    "0,30 0-23 * * *",  "45-15 * * * *",     "0 */2 * * *",
        "10 1-23/2 * * *", "0 */3 * * *",     "30 */6 * * *",     "0 0 * * *",         "1 0 * * *",
        "30 0 * * *",      "59 23 * * *",     "45 23 * * *",      "0 1 * * *",         "15 1 * * *",
        "45 1 * * *",      "0 2 * * *",       "10 2 * * *",       "30 2 * * *",        "45 2 * * *",
        "0 3 * * *",       "15 3 * * *",      "*/20 2 * * *",     "*/15 1 * * *",      "*/30 0 * * *",
        "0 1,2,3 * * *",   "0 0-6 * * *",     "30 1-3 * * *",     "50 1,2 * * *",      "* 2 * * *",
        "* 1 * * *",       "* 0 * * *",       "* 1-2 * * *",      "0 22-2 * * *",      "*/10 23-1 * * *",
        "15 9 * * *",      "15 */9 * * *",    "30 2 * * 0",       "30 2 * * 1-5",      "45 1 * * 0L",
        "30 2 8-14 * 0",   "30 1 L * *",      "0 2 */2 * *",      "30 0 LW * *",       "15 2 * 3,10,11 *",
        "0 0 1 * *",       "0 0 1,L-1 * 5",   "30 2 * * 0#2,0#4", "20 1 1W,15W * *",   "5 2 ? 9-4 0#1,0L",
        "0 12 * * *",      "33 */5 31 * 6/3", "0 0 30 12 *",      "0,59 0,23 28-2 * *"}) {
    all.push_back(by_cron(text));
  }
  // The same clock changes met at every hour and some minutes, for the zones that change at odd times.
  for (int hour = 0; hour < 24; hour += 1)
    all.push_back(by_cron(std::to_string(hour * 7 % 60) + " " + std::to_string(hour) + " * * *"));
  for (const char* text : {"0 0 0 * * *",          "0 30 2 * * * *",        "0 15 1 * * sun",
                           "0 45 1 ? * sat-mon",   "0 0 3 * * * 2030-2050", "0 30 1 * * ? */3",
                           "0 */10 * ? 10,11 sun", "0 0 4 29 2 ?",          "0 30 2 * mar-may *",
                           "0 30 2 * nov-feb 5-7", "0 0 2 * apr SUN",       "0 5 1 1-7 apr 0",
                           "0 5 1 * oct sunL",     "0 0 1 L-2,L-1,L * *",   "0 1 0 25-31 3 0",
                           "0 59 1 25-31 10 *",    "0 20 2 15W,LW * *",     "0 10 1 * * 7#1,7L",
                           "0 30 3 1-7 * 7",       "0 0-59/13 1-3 * * *",   "0 17,47 */4 * * *",
                           "0 30 23-3 * * 6-1",    "0 8/20 2 * * *",        "0 0 6-1/3 * * *",
                           "0 50-10/5 1 * * *",    "0 0 0 1 1 * 1990/10",   "0 */3 2-2 * * *",
                           "0 58,59,0,1 * * * *",  "0 29-31 2 * * *",       "0 1-58 1,2 * * *",
                           "0 0 12,0 * * 0",       "0 30 2,14 * * *",       "0 59 0-23/23 * * *",
                           "0 0 1-3 1-31/5 * *",   "0 15 1-2 * 9,10 0-3",   "0 45 2 13 * 5",
                           "0 45 2 */3 * 1-5",     "0 0 0 L * 5",           "0 30 0 31W * *",
                           "0 0 1 5 4 *",          "0 7/10 1/2 * * *",      "0 59 23 31 12 *",
                           "0 0 0 1 1 *",          "0 2-4,6-8 2,3 * * 0",   "0 30 1 * * 1#5,3#5,5#5,0#5"}) {
    all.push_back(by_cron(text));
  }
  for (const auto& fields : std::vector<std::vector<std::pair<std::string, std::string>>>{
           {{"month", "6-8,11-12"}, {"day", "3rd fri"}, {"hour", "0-3"}},
           {{"hour", "2"}, {"minute", "30"}},
           {{"hour", "1"}, {"minute", "*/15"}},
           {{"minute", "0,30"}},
           {{"minute", "*/15"}},
           {{"second", "0"}},
           {{"hour", "*/3"}},
           {{"hour", "0-6"}},
           {{"hour", "22-2"}, {"minute", "45"}},
           {{"day", "last sun"}, {"hour", "2"}, {"minute", "30"}},
           {{"day", "last sun"}, {"hour", "1"}, {"minute", "10,20"}},
           {{"day", "1st sun"}, {"hour", "2"}},
           {{"day", "2nd sun, 1st sun"}, {"hour", "1-2"}, {"minute", "50"}},
           {{"day", "4th sat,5th sat"}, {"hour", "23"}, {"minute", "59"}},
           {{"day", "last"}, {"hour", "2"}, {"minute", "15"}},
           {{"day", "LW,1"}, {"hour", "0"}},
           {{"day", "25-31"}, {"weekday", "sun"}, {"hour", "2"}, {"minute", "30"}},
           {{"day", "8-14"}, {"weekday", "0"}, {"hour", "2"}, {"minute", "0"}},
           {{"week", "12-14,43-45"}, {"weekday", "sun"}, {"hour", "2"}, {"minute", "30"}},
           {{"week", "*/2"}, {"weekday", "sun"}, {"hour", "1"}, {"minute", "30"}},
           {{"week", "53,1"}},
           {{"week", "10"}, {"day", "1-9"}},
           {{"weekday", "sun"}},
           {{"weekday", "7-1"}, {"hour", "1,2,3"}},
           {{"month", "3,4,10,11"}, {"hour", "2"}, {"minute", "20-40/5"}},
           {{"month", "oct-mar"}, {"minute", "17"}},
           {{"month", "*"}},
           {{"year", "2000/7"}},
           {{"year", "2020-2060"}, {"month", "mar"}, {"weekday", "sunL"}, {"hour", "1-3"}, {"minute", "30"}},
           {{"month", "9-11"}, {"day", "15W"}, {"hour", "0,2"}},
           {{"hour", "3"}, {"minute", "0"}},
           {{"day", "*/2"}, {"weekday", "sun,sat"}, {"hour", "2"}}}) {
    all.push_back(by_table(fields));
  }
  for (const auto& [phrase, cron] :
       std::vector<std::pair<const char*, const char*>>{{"day at 02:30", "30 2 * * *"},
                                                        {"day at 00:00", "0 0 * * *"},
                                                        {"day at 01:15", "15 1 * * *"},
                                                        {"day at 03:00", "0 3 * * *"},
                                                        {"day at 23:59", "59 23 * * *"},
                                                        {"hour at :17", "17 * * * *"},
                                                        {"hour at :00", "0 * * * *"},
                                                        {"hour at :45", "45 * * * *"},
                                                        {"minute at :00", "* * * * *"},
                                                        {"sunday at 02:30", "30 2 * * 0"},
                                                        {"sunday at 01:30", "30 1 * * 0"},
                                                        {"saturday at 23:45", "45 23 * * 6"},
                                                        {"sunday at 00:00", "0 0 * * sun"},
                                                        {"monday at 13:15", "15 13 * * 1"},
                                                        {"thursday at 02:00", "0 2 * * 4"}}) {
    all.push_back(by_phrase(phrase, naive::of_cron(cron)));
  }
  for (const int n : {2, 3, 5, 10}) {
    all.push_back(by_phrase(std::to_string(n) + " days at 02:30", naive::of_days(n, 2, 30)));
    all.push_back(by_phrase(std::to_string(n) + " days at 01:45", naive::of_days(n, 1, 45)));
    all.push_back(by_phrase(std::to_string(n) + " months at 00:30", naive::of_months(n, 0, 30)));
  }
  for (const int n : {1, 2, 3}) {
    all.push_back(by_phrase(std::to_string(n) + " weeks at 02:15", naive::of_days(7 * n, 2, 15)));
    all.push_back(by_phrase(std::to_string(n) + " weeks at 00:00", naive::of_days(7 * n, 0, 0)));
  }
  all.push_back(by_phrase("month at 02:30", naive::of_months(1, 2, 30)));
  all.push_back(by_phrase("month at 00:00", naive::of_months(1, 0, 0)));
  all.push_back(by_phrase("year at 01:30", naive::of_months(12, 1, 30)));
  return all;
}

/// Rules with seconds, for the sample that is looked at second by second.
std::vector<Spelling> spellings_of_seconds() {
  std::vector<Spelling> all;
  for (const char* text :
       {"* * * * * *", "*/10 * * * * *", "59 59 * * * *", "0,30 */20 2 * * *", "1 0 0 * * *", "15 30 2 * * *",
        "5/7 * 1-2 * * *", "58-2 59,0 1,2,3 * * *", "45 30 1 * * 0", "*/17 */17 */2 * * ?"}) {
    all.push_back(by_cron(text));
  }
  all.push_back(by_table({{"hour", "1,2"}, {"minute", "30"}, {"second", "*/25"}}));
  all.push_back(by_table({{"second", "1,31"}}));
  all.push_back(by_phrase("minute at :17", naive::of_cron("17 * * * * *")));
  all.push_back(by_phrase("day at 02:30:05", naive::of_cron("5 30 2 * * *")));
  all.push_back(by_phrase("hour at :59:59", naive::of_cron("59 59 * * * *")));
  return all;
}

struct Jump {
  Due at;
  Civil a;  ///< the skipped or repeated wall times [a, b)
  Civil b;
  bool gap;
};

/// All jumps in (begin, end], found by looking at the wall in steps.
std::vector<Jump> watch_wall(const Zone& zone, Due begin, Due end, seconds step) {
  std::vector<Jump> jumps;
  for (Due at = begin + step; at <= end; at += step) {
    const Civil expected = zone.local(at - step) + step;
    const Civil shown = zone.local(at);
    if (shown != expected)
      jumps.push_back({at, std::min(shown, expected), std::max(shown, expected), shown > expected});
  }
  return jumps;
}

bool any_due(const naive::Calendar& calendar, Civil first, Civil end, seconds step) {
  for (Civil wall = first; wall < end; wall += step) {
    if (calendar.matches(wall)) return true;
  }
  return false;
}

/// The jumps around which that rule is an appointment.
std::vector<Jump> appointments(const naive::Calendar& calendar, const std::vector<Jump>& jumps, seconds step) {
  std::vector<Jump> found;
  for (const Jump& jump : jumps) {
    const bool cadence =
        any_due(calendar, jump.a - hours{1}, jump.a, step) && any_due(calendar, jump.b, jump.b + hours{1}, step);
    if (!cadence) found.push_back(jump);
  }
  return found;
}

/// A stretch around a jump, each of its steps with its wall time.
struct Stretch {
  Stretch(const Zone& in, Due from, Due to, seconds by) : zone(in), begin(from), end(to), step(by) {
    for (Due at = begin; at <= end; at += step) walls.push_back(zone.local(at));
    jumps = watch_wall(zone, begin - kWidestOffset, end, step);
  }

  Zone zone;
  Due begin;
  Due end;
  seconds step;
  std::vector<Civil> walls;
  std::vector<Jump> jumps;
};

bool is_due(const naive::Calendar& calendar, Due at, Civil wall, const std::vector<Jump>& kept, seconds step) {
  for (const Jump& jump : kept) {
    if (jump.gap && at == jump.at && any_due(calendar, jump.a, jump.b, step)) return true;
    if (!jump.gap && at >= jump.at && at < jump.at + (jump.b - jump.a)) return false;
  }
  return calendar.matches(wall);
}

std::vector<Due> brute_force(const naive::Calendar& calendar, const Stretch& stretch) {
  const auto kept = appointments(calendar, stretch.jumps, stretch.step);
  std::vector<Due> dues;
  for (std::size_t i = 0; i < stretch.walls.size(); ++i) {
    const Due at = stretch.begin + static_cast<std::int64_t>(i) * stretch.step;
    if (is_due(calendar, at, stretch.walls[i], kept, stretch.step)) dues.push_back(at);
  }
  return dues;
}

std::vector<Due> forwards(const Schedule& schedule, Due begin, Due end) {
  std::vector<Due> dues;
  for (auto due = next_due(schedule, begin - seconds{1}); due && *due <= end; due = next_due(schedule, *due)) {
    if (!dues.empty() && *due <= dues.back()) break;  // the lists differ then, and this ends
    dues.push_back(*due);
  }
  return dues;
}

std::vector<Due> backwards(const Schedule& schedule, Due begin, Due end) {
  std::vector<Due> dues;
  for (auto due = previous_due(schedule, end + seconds{1}); due && *due >= begin; due = previous_due(schedule, *due)) {
    if (!dues.empty() && *due >= dues.back()) break;
    dues.push_back(*due);
  }
  std::reverse(dues.begin(), dues.end());
  return dues;
}

/// Asks from instants that are no dues, the repeated hour among them, in both directions.
void probe(const Schedule& schedule, const Stretch& stretch, const std::vector<Due>& expected) {
  for (Due at = stretch.begin; at < stretch.end; at += seconds{1999}) {
    const auto after = std::upper_bound(expected.begin(), expected.end(), at);
    const auto next = next_due(schedule, at);
    if (after != expected.end()) {
      ASSERT_EQ(next, *after);
    } else {
      ASSERT_TRUE(!next || *next > stretch.end);
    }
    const auto from = std::lower_bound(expected.begin(), expected.end(), at);
    const auto previous = previous_due(schedule, at);
    if (from != expected.begin()) {
      ASSERT_EQ(previous, *(from - 1));
    } else {
      ASSERT_TRUE(!previous || *previous < stretch.begin);
    }
  }
}

std::string texts(const std::vector<Due>& dues) {
  std::string all;
  for (const Due due : dues) all += " " + utc_text(due);
  return all;
}

void check_dues(Spelling& spelling, const Stretch& stretch) {
  const std::string place = spelling.text + " in " + stretch.zone.name() + " from " + utc_text(stretch.begin);
  Schedule schedule = schedule_for(spelling, stretch.zone);
  spelling.calendar.set_anchor(std::chrono::floor<std::chrono::days>(stretch.zone.local(kAnchor)));
  const auto expected = brute_force(spelling.calendar, stretch);
  const auto found = forwards(schedule, stretch.begin, stretch.end);
  ASSERT_TRUE(found == expected) << place << "\n" << texts(found) << "\n" << texts(expected);
  const auto back = backwards(schedule, stretch.begin, stretch.end);
  ASSERT_TRUE(back == expected) << place << ", backwards\n" << texts(back) << "\n" << texts(expected);
  ASSERT_EQ(count_dues(schedule, stretch.begin, stretch.end), static_cast<std::int64_t>(expected.size())) << place;
  probe(schedule, stretch, expected);
  ASSERT_FALSE(testing::Test::HasFatalFailure()) << place;
}

/// The time around the jump, all rules; returns after the first that is wrong.
void check_jump(const Zone& zone, const Transition& jump, hours around, bool by_seconds) {
  static std::vector<Spelling> spellings = all_spellings();
  static std::vector<Spelling> seconds_too = spellings_of_seconds();
  const seconds length = std::chrono::abs(jump.to - jump.from);
  const bool whole_minutes = jump.at.time_since_epoch() % 60 == seconds{0} && length % 60 == seconds{0} &&
                             jump.to.time_since_epoch() % 60 == seconds{0};
  const Due begin = jump.at - length - around;
  const Due end = jump.at + length + around;
  const Stretch stretch(zone, begin, end, seconds{whole_minutes ? 60 : 1});
  for (Spelling& spelling : spellings) {
    check_dues(spelling, stretch);
    if (testing::Test::HasFatalFailure()) return;
  }
  if (!by_seconds) return;
  const Stretch fine(zone, jump.at - length - hours{3}, jump.at + length + hours{3}, seconds{1});
  for (Spelling& spelling : seconds_too) {
    check_dues(spelling, fine);
    if (testing::Test::HasFatalFailure()) return;
  }
}

bool long_form() { return std::getenv("ROUNDS_LONG") != nullptr; }

// In parts, so that the processors share them.
constexpr std::size_t parts = 4;
class ClockChangesOfEveryZone : public testing::TestWithParam<std::size_t> {};

TEST_P(ClockChangesOfEveryZone, GiveTheDuesOfTheRule) {
  std::mt19937 random(static_cast<std::uint32_t>(20260426 + GetParam()));
  const auto one_in = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random) == 0; };
  const auto zones = every_zone();
  int checked = 0;
  for (std::size_t i = GetParam(); i < zones.size(); i += parts) {
    for (const Transition& jump : jumps_of(zones[i])) {
      const bool by_seconds = one_in(400);
      if (!one_in(long_form() ? 1 : 10)) continue;
      check_jump(zones[i], jump, long_form() || one_in(4) ? hours{26} : hours{3}, by_seconds);
      if (HasFatalFailure()) return;
      ++checked;
    }
  }
  EXPECT_GT(checked, 200);
  RecordProperty("jumps", checked);
}
INSTANTIATE_TEST_SUITE_P(Parts, ClockChangesOfEveryZone, testing::Range(std::size_t{0}, parts));

TEST(ClockChanges, OfOddZonesAreAllChecked) {
  for (const char* name : {"Pacific/Apia", "Pacific/Kwajalein", "Africa/Monrovia", "Antarctica/Casey"}) {
    const Zone zone = make::zone(name);
    for (const Transition& jump : jumps_of(zone)) {
      check_jump(zone, jump, hours{5}, true);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(ClockChanges, AreCheckedWithMoreThan200RulesOfAllForms) { EXPECT_GT(all_spellings().size(), 200U); }

/// Rules that mean the same.
std::vector<std::vector<Rule>> equal_rules() {
  const auto table = [](const std::vector<std::pair<std::string, std::string>>& fields) {
    return by_table(fields).rule;
  };
  const auto phrase = [](const char* text) { return Rule{std::get<EveryRule>(parse_every(text))}; };
  std::vector<std::vector<Rule>> groups{
      {make::rule("30 2 * * *"), make::rule("0 30 2 ? * * *"), table({{"hour", "2"}, {"minute", "30"}}),
       phrase("day at 02:30"), make::rule("30 2 * * 0-6"), make::rule("30 2 1-31 * *"),
       make::rule("30 2-2 */1 1-12 mon-sun")},
      {make::rule("*/30 * * * *"), make::rule("0,30 0-23 * * *"), table({{"minute", "*/30"}}),
       make::rule("0 0/30 * * * *")},
      {make::rule("15 1 * * 0"), make::rule("15 1 * * 7"), make::rule("15 1 ? * SUN"), phrase("sunday at 01:15"),
       table({{"weekday", "sun"}, {"hour", "1"}, {"minute", "15"}})},
      {make::rule("17 * * * *"), phrase("hour at :17"), table({{"minute", "17"}}), make::rule("17 */1 * * *")},
      {make::rule("@daily"), make::rule("0 0 * * *"), phrase("day at 00:00"), table({{"hour", "0"}}),
       table({{"day", "*"}})},
      {make::rule("0 2 * * 0#2"), table({{"day", "2nd sun"}, {"hour", "2"}}),
       table({{"weekday", "sun#2"}, {"hour", "2"}}), table({{"day", "8-14"}, {"weekday", "sun"}, {"hour", "2"}})},
      {make::rule("45 1 * * 0L"), table({{"day", "last sun"}, {"hour", "1"}, {"minute", "45"}})},
      {phrase("14 days at 02:30"), phrase("2 weeks at 02:30")},
      {phrase("12 months at 01:30"), phrase("year at 01:30")}};
  for (const char* text : {"H H * * *", "H/20 * * * *", "H H(0-3) * * H", "H(0-30)/10 H(1-2) * * *"}) {
    const auto hashed = std::get<Cron>(parse_cron(text, "backup"));
    std::string spelt;
    for (const std::uint64_t set : {hashed.times().minutes, std::uint64_t{hashed.times().hours}}) {
      std::string list;
      for (int n = 0; n < 60; ++n) {
        if ((set >> n & 1) != 0) list += (list.empty() ? "" : ",") + std::to_string(n);
      }
      spelt += list + " ";
    }
    std::string weekdays;
    for (int n = 0; n < 7; ++n) {
      if ((hashed.dates().weekdays.each >> n & 1) != 0) weekdays += (weekdays.empty() ? "" : ",") + std::to_string(n);
    }
    groups.push_back({CronRule{hashed, text}, make::rule(spelt + "* * " + weekdays)});
  }
  return groups;
}

TEST(ClockChanges, MoveEqualRulesInOtherSpellingAlike) {
  const auto groups = equal_rules();
  std::mt19937 random(20261121);
  for (const Zone& zone : every_zone()) {
    for (const Transition& jump : jumps_of(zone)) {
      if (std::uniform_int_distribution<int>(0, long_form() ? 0 : 9)(random) != 0) continue;
      for (const auto& group : groups) {
        std::vector<Due> expected;
        for (const Rule& rule : group) {
          const Schedule schedule{.trigger = {{rule}}, .zone = zone, .anchor = kAnchor};
          const auto dues = forwards(schedule, jump.at - hours{27}, jump.at + hours{27});
          if (&rule == &group.front()) expected = dues;
          ASSERT_TRUE(dues == expected) << to_text(schedule.trigger) << " and " << to_text(Trigger{{group.front()}})
                                        << " in " << zone.name() << " around " << utc_text(jump.at) << "\n"
                                        << texts(dues) << "\n"
                                        << texts(expected);
        }
      }
    }
  }
}

// Long stretches too, where the search skips months: the plain calendar by days, each day's dues by minutes.
TEST(Cron, AgreesWithTheNaiveOneDayByDay) {
  const Stretch stretch(make::zone("Europe/Berlin"), make::utc("2023-12-20T00:00:00Z"),
                        make::utc("2025-03-10T00:00:00Z"), seconds{60});
  for (Spelling& spelling : all_spellings()) {
    spelling.calendar.set_anchor(std::chrono::floor<std::chrono::days>(stretch.zone.local(kAnchor)));
    const Schedule schedule = schedule_for(spelling, stretch.zone);
    const auto expected = brute_force(spelling.calendar, stretch);
    EXPECT_TRUE(forwards(schedule, stretch.begin, stretch.end) == expected) << spelling.text;
    EXPECT_EQ(count_dues(schedule, stretch.begin, stretch.end), static_cast<std::int64_t>(expected.size()))
        << spelling.text;
  }
}

}  // namespace
}  // namespace rounds
