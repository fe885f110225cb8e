#include "core/recover.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rounds {
namespace {

using Standing = KeeperStanding;

const std::vector<Standing> kStandings{Standing::serving, Standing::draining, Standing::gone, Standing::silent};
const std::vector<Standing> kNotGone{Standing::serving, Standing::draining, Standing::silent};
const std::vector<std::optional<Told>> kTold{std::nullopt,        Told::started,      Told::exited,
                                             Told::output_exists, Told::no_resources, Told::not_started};
const std::vector<std::optional<Trace>> kTraces{std::nullopt, Trace::no_marker, Trace::never_ran,
                                                Trace::child, Trace::alive,     Trace::nothing};

/// One row of the table: what is ruled for a claimed and for a started run, whatever else is known.
struct Row {
  std::string name;
  std::vector<Evidence> evidence;
  Ruling claimed;
  Ruling started;
};

std::vector<Evidence> other_boot() {
  std::vector<Evidence> all;
  for (const auto told : kTold) {
    for (const Standing keeper : kStandings) {
      for (const auto trace : kTraces) all.push_back({true, told, keeper, trace});
    }
  }
  return all;
}

/// That was told; the keeper may stand anywhere, a dead process may have been found or not.
std::vector<Evidence> told(Told what) {
  std::vector<Evidence> all;
  for (const Standing keeper : kStandings) {
    for (const auto trace : kTraces) all.push_back({false, what, keeper, trace});
  }
  return all;
}

std::vector<Evidence> started_and_keeper_there() {
  std::vector<Evidence> all;
  for (const Standing keeper : kNotGone) all.push_back({false, Told::started, keeper, std::nullopt});
  return all;
}

std::vector<Evidence> untold(Standing keeper) { return {{false, std::nullopt, keeper, std::nullopt}}; }

/// A dead keeper may have told of the start before it died.
std::vector<Evidence> gone(std::optional<Trace> trace) {
  return {{false, std::nullopt, Standing::gone, trace}, {false, Told::started, Standing::gone, trace}};
}

const std::vector<Row>& table() {
  static const std::vector<Row> rows{
      {"1 other boot", other_boot(), Ruling::lost, Ruling::lost},
      {"2 Exited", told(Told::exited), Ruling::end, Ruling::end},
      {"3 NotStarted, EEXIST", told(Told::output_exists), Ruling::clear, Ruling::bug},
      {"4 NotStarted, resources", told(Told::no_resources), Ruling::again, Ruling::bug},
      {"5 NotStarted, other", told(Told::not_started), Ruling::not_started, Ruling::bug},
      {"6 Started, keeper not gone", started_and_keeper_there(), Ruling::mark_started, Ruling::wait},
      {"7 serving, nothing told", untold(Standing::serving), Ruling::send, Ruling::bug},
      {"8 draining, nothing told", untold(Standing::draining), Ruling::move, Ruling::bug},
      {"9 silent", untold(Standing::silent), Ruling::wait, Ruling::wait},
      {"10 gone; no marker", gone(Trace::no_marker), Ruling::move, Ruling::lost},
      {"11 gone; our child, never ran", gone(Trace::never_ran), Ruling::reap_and_move, Ruling::bug},
      {"12 gone; our child", gone(Trace::child), Ruling::adopt_child, Ruling::adopt_child},
      {"13 gone; proven alive", gone(Trace::alive), Ruling::adopt_alive, Ruling::adopt_alive},
      {"14 gone; else", gone(Trace::nothing), Ruling::lost, Ruling::lost},
  };
  return rows;
}

std::string describe(const Evidence& e) {
  return "told " + (e.told ? std::to_string(static_cast<int>(*e.told)) : "nothing") + ", keeper " +
         std::to_string(static_cast<int>(e.keeper)) + ", trace " +
         (e.trace ? std::to_string(static_cast<int>(*e.trace)) : "none");
}

TEST(Recovery, RulesAsTheTableSays) {
  for (const Row& row : table()) {
    for (const Evidence& evidence : row.evidence) {
      EXPECT_EQ(judge(Phase::claimed, evidence), row.claimed) << row.name << ", claimed: " << describe(evidence);
      EXPECT_EQ(judge(Phase::running, evidence), row.started) << row.name << ", started: " << describe(evidence);
    }
  }
}

TEST(Recovery, WaitsWhileNobodyHasLookedForTheTracesOfADeadKeeper) {
  for (const Evidence& evidence : gone(std::nullopt)) {
    EXPECT_EQ(judge(Phase::claimed, evidence), Ruling::wait);
    EXPECT_EQ(judge(Phase::running, evidence), Ruling::wait);
  }
}

TEST(Recovery, NeverStartsARunThatWasToldOfOrSeen) {
  for (const auto what : kTold) {
    for (const Standing keeper : kStandings) {
      for (const auto trace : kTraces) {
        const Ruling ruling = judge(Phase::running, {false, what, keeper, trace});
        EXPECT_NE(ruling, Ruling::send);
        EXPECT_NE(ruling, Ruling::move);
        EXPECT_NE(ruling, Ruling::again);
        EXPECT_NE(ruling, Ruling::reap_and_move);
      }
    }
  }
}

}  // namespace
}  // namespace rounds
