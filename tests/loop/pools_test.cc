#include "loop/pools.h"

#include "loop/state_fixture.h"

namespace rounds {
namespace {

class PoolsOf : public StateTest {
 protected:
  void define_in(const std::string& name, const std::string& pool, int slots = 1) {
    Job job = every(name, "1h");
    job.pool = pool;
    job.slots = slots;
    define(job, kStart);
  }
  std::set<std::string> live() const {
    std::set<std::string> names;
    for (const auto& [id, run] : state_.live) names.insert(run.row.job);
    return names;
  }
  void end(const std::string& job) {
    for (const auto& [id, run] : state_.live) {
      if (run.row.job == job) return StateTest::end(id);
    }
    FAIL() << job;
  }
};
using Names = std::set<std::string>;

TEST_F(PoolsOf, LetNoMoreRunsInThanTheyHaveSlots) {
  state_.settings.pools = {{"db", 2}};
  for (const char* name : {"a", "b", "c"}) define_in(name, "db");
  define_in("free", kDefaultPool);
  claim("2026-03-01T13:00:00Z");
  EXPECT_EQ(live(), (Names{"a", "b", "free"}));
  EXPECT_EQ(ledger().size(), 3u) << "what has no room stays due, unclaimed";
  EXPECT_EQ(next_due_of("c"), "2026-03-01T13:00:00Z");
  end("a");
  claim("2026-03-01T13:10:00Z");
  EXPECT_EQ(live(), (Names{"b", "c", "free"}));
}

TEST_F(PoolsOf, CountTheSlotsThatARunTakes) {
  state_.settings.pools = {{"db", 3}};
  define_in("big", "db", 2);
  define_in("wide", "db", 2);
  define_in("small", "db", 1);
  claim("2026-03-01T13:00:00Z");
  EXPECT_EQ(live(), (Names{"big", "small"}));
}

TEST_F(PoolsOf, DoNotKeepTheLoopAwakeWhenTheyAreFull) {
  state_.settings.pools = {{"db", 1}};
  define_in("a", "db");
  define_in("b", "db");
  claim("2026-03-01T13:00:00Z");
  EXPECT_FALSE(earliest_next_due(store_, pool_room(state_))) << "both are in that pool";
  EXPECT_EQ(utc_text(*earliest_next_due(store_)), "2026-03-01T13:00:00Z");
}

TEST_F(PoolsOf, HoldWaitingRunsToo) {
  state_.settings.pools = {{"db", 1}};
  define_in("a", "db");
  define_in("b", "db");
  claim("2026-03-01T13:00:00Z");
  Run retry{.due = make::utc("2026-03-01T12:30:00Z"), .attempt = 2, .cause = Cause::retry};
  insert(retry, "b");
  write([&] { claim_waiting(state_); });
  EXPECT_EQ(live(), Names{"a"});
  end("a");
  write([&] { claim_waiting(state_); });
  EXPECT_EQ(live(), Names{"b"});
}

TEST_F(PoolsOf, BoundTheDefaultOneWhereItIsConfigured) {
  for (const char* name : {"a", "b", "c"}) define_in(name, kDefaultPool);
  state_.settings.pools = {{kDefaultPool, 1}};
  claim("2026-03-01T13:00:00Z");
  EXPECT_EQ(live(), Names{"a"});
}

TEST_F(PoolsOf, ThatAreNotConfiguredAnyMoreHaveOneSlot) {
  define_in("a", "gone");
  define_in("b", "gone");
  claim("2026-03-01T13:00:00Z");
  EXPECT_EQ(live(), Names{"a"});
}

TEST_F(PoolsOf, AreCountedByTheStoreForThoseWhoHaveNoLoop) {
  state_.settings.pools = {{"db", 5}};
  define_in("a", "db", 3);
  define_in("b", "db", 1);
  define_in("c", kDefaultPool);
  claim("2026-03-01T13:00:00Z");
  EXPECT_EQ(pool_use(store_), (PoolRoom{{"db", 4}, {kDefaultPool, 1}}));
}

}  // namespace
}  // namespace rounds
