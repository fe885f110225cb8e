// Every jump of local time of every zone, 1970 to 2099, against a count of minutes that knows the rule but no shortcut.
// The short form takes a seeded tenth of the jumps; ROUNDS_LONG=1 takes all.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "time/every_zone.h"
#include "time/make.h"
#include "time/naive_cron.h"

namespace rounds {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const std::vector<std::string> expressions{
    "* * * * *",       "*/2 * * * *",     "*/5 * * * *",      "*/7 * * * *",        "*/15 * * * *",
    "*/20 * * * *",    "*/40 * * * *",    "0 * * * *",        "30 * * * *",         "50 * * * *",
    "59 * * * *",      "0,30 * * * *",    "0,30 0-23 * * *",  "45-15 * * * *",      "0 */2 * * *",
    "10 1-23/2 * * *", "0 */3 * * *",     "30 */6 * * *",     "0 0 * * *",          "1 0 * * *",
    "30 0 * * *",      "59 23 * * *",     "45 23 * * *",      "0 1 * * *",          "15 1 * * *",
    "45 1 * * *",      "0 2 * * *",       "10 2 * * *",       "30 2 * * *",         "45 2 * * *",
    "0 3 * * *",       "15 3 * * *",      "*/20 2 * * *",     "*/15 1 * * *",       "*/30 0 * * *",
    "0 1,2,3 * * *",   "0 0-6 * * *",     "30 1-3 * * *",     "50 1,2 * * *",       "* 2 * * *",
    "* 1 * * *",       "* 0 * * *",       "* 1-2 * * *",      "0 22-2 * * *",       "*/10 23-1 * * *",
    "15 9 * * *",      "15 */9 * * *",    "30 2 * * 0",       "30 2 * * 1-5",       "45 1 * * 0L",
    "30 2 8-14 * 0",   "30 1 L * *",      "0 2 */2 * *",      "30 0 LW * *",        "15 2 * 3,10,11 *",
    "0 0 1 * *",       "0 0 1,L-1 * 5",   "30 2 * * 0#2,0#4", "20 1 1W,15W * *",    "5 2 ? 9-4 0#1,0L",
    "0 12 * * *",      "33 */5 31 * 6/3", "0 0 30 12 *",      "0,59 0,23 28-2 * *",
};

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

bool any_due(const NaiveCron& cron, Civil first, Civil end, seconds step) {
  for (Civil wall = first; wall < end; wall += step) {
    if (cron.matches(wall)) return true;
  }
  return false;
}

/// The jumps around which that rule is an appointment.
std::vector<Jump> appointments(const NaiveCron& cron, const std::vector<Jump>& jumps, seconds step) {
  std::vector<Jump> found;
  for (const Jump& jump : jumps) {
    const bool cadence =
        any_due(cron, jump.a - hours{1}, jump.a, step) && any_due(cron, jump.b, jump.b + hours{1}, step);
    if (!cadence) found.push_back(jump);
  }
  return found;
}

bool is_due(const NaiveCron& cron, const Zone& zone, Due at, const std::vector<Jump>& kept, seconds step) {
  for (const Jump& jump : kept) {
    if (jump.gap && at == jump.at && any_due(cron, jump.a, jump.b, step)) return true;
    if (!jump.gap && at >= jump.at && at < jump.at + (jump.b - jump.a)) return false;
  }
  return cron.matches(zone.local(at));
}

std::vector<Due> brute_force(const NaiveCron& cron, const Zone& zone, Due begin, Due end, seconds step,
                             const std::vector<Jump>& jumps) {
  const auto kept = appointments(cron, jumps, step);
  std::vector<Due> dues;
  for (Due at = begin; at <= end; at += step) {
    if (is_due(cron, zone, at, kept, step)) dues.push_back(at);
  }
  return dues;
}

std::vector<Due> forwards(const Schedule& schedule, Due begin, Due end) {
  std::vector<Due> dues;
  for (auto due = next_due(schedule, begin - seconds{1}); due && *due <= end; due = next_due(schedule, *due)) {
    dues.push_back(*due);
  }
  return dues;
}

std::vector<Due> backwards(const Schedule& schedule, Due begin, Due end) {
  std::vector<Due> dues;
  for (auto due = previous_due(schedule, end + seconds{1}); due && *due >= begin; due = previous_due(schedule, *due)) {
    dues.insert(dues.begin(), *due);
  }
  return dues;
}

/// Asks from instants that are no dues, the repeated hour among them, in both directions.
void probe(const Schedule& schedule, Due begin, Due end, const std::vector<Due>& expected) {
  for (Due at = begin; at < end; at += seconds{1013}) {
    const auto after = std::upper_bound(expected.begin(), expected.end(), at);
    const auto next = next_due(schedule, at);
    if (after != expected.end()) {
      ASSERT_EQ(next, *after);
    } else {
      ASSERT_TRUE(!next || *next > end);
    }
    const auto from = std::lower_bound(expected.begin(), expected.end(), at);
    const auto previous = previous_due(schedule, at);
    if (from != expected.begin()) {
      ASSERT_EQ(previous, *(from - 1));
    } else {
      ASSERT_TRUE(!previous || *previous < begin);
    }
  }
}

std::string texts(const std::vector<Due>& dues) {
  std::string all;
  for (const Due due : dues) all += " " + utc_text(due);
  return all;
}

/// Hours around the jump, all expressions; returns after the first that is wrong.
void check_jump(const Zone& zone, const Transition& jump) {
  const seconds length = std::chrono::abs(jump.to - jump.from);
  const bool whole_minutes = jump.at.time_since_epoch() % 60 == seconds{0} && length % 60 == seconds{0} &&
                             jump.to.time_since_epoch() % 60 == seconds{0};
  const seconds step{whole_minutes ? 60 : 1};
  const Due begin = jump.at - length - hours{3};
  const Due end = jump.at + length + hours{3};
  const auto jumps = watch_wall(zone, begin - kWidestOffset, end, step);
  for (const std::string& text : expressions) {
    const Schedule schedule{{{make::rule(text)}}, zone, {}, false, {}, {}};
    const auto expected = brute_force(NaiveCron(text), zone, begin, end, step, jumps);
    const std::string place = text + " in " + zone.name() + " around " + utc_text(jump.at);
    ASSERT_EQ(texts(forwards(schedule, begin, end)), texts(expected)) << place;
    ASSERT_EQ(texts(backwards(schedule, begin, end)), texts(expected)) << place;
    ASSERT_EQ(count_dues(schedule, begin, end), static_cast<std::int64_t>(expected.size())) << place;
    probe(schedule, begin, end, expected);
    ASSERT_FALSE(testing::Test::HasFatalFailure()) << place;
  }
}

TEST(ClockChanges, OfEveryZoneGiveTheDuesOfTheRule) {
  std::mt19937 random(20260426);
  std::uniform_int_distribution<int> tenth(0, 9);
  const bool all = std::getenv("ROUNDS_LONG") != nullptr;
  int checked = 0;
  for (const Zone& zone : every_zone()) {
    for (const Transition& jump : jumps_of(zone)) {
      if (!all && tenth(random) != 0) continue;
      check_jump(zone, jump);
      if (HasFatalFailure()) return;
      ++checked;
    }
  }
  EXPECT_GT(checked, 1000);
}

TEST(ClockChanges, OfOddZonesAreAllChecked) {
  for (const char* name : {"Pacific/Apia", "Pacific/Kwajalein", "Africa/Monrovia", "Antarctica/Casey"}) {
    const Zone zone = make::zone(name);
    for (const Transition& jump : jumps_of(zone)) {
      check_jump(zone, jump);
      if (HasFatalFailure()) return;
    }
  }
}

// Long stretches too, where the search skips months: the plain calendar by days, each day's dues by minutes.
TEST(Cron, AgreesWithTheNaiveOneDayByDay) {
  const Zone zone = make::zone("Europe/Berlin");
  const Due begin = make::utc("2023-12-20T00:00:00Z");
  const Due end = make::utc("2025-03-10T00:00:00Z");
  const seconds step{60};
  const auto jumps = watch_wall(zone, begin, end, step);
  for (const std::string& text : expressions) {
    const Schedule schedule{{{make::rule(text)}}, zone, {}, false, {}, {}};
    const auto expected = brute_force(NaiveCron(text), zone, begin, end, step, jumps);
    EXPECT_EQ(forwards(schedule, begin, end), expected) << text;
    EXPECT_EQ(count_dues(schedule, begin, end), static_cast<std::int64_t>(expected.size())) << text;
  }
}

}  // namespace
}  // namespace rounds
