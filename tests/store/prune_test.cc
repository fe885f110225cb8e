#include "store/prune.h"

#include "fixture.h"
#include "store/events.h"
#include "store/inspections.h"
#include "store/jobs.h"
#include "store/ledger.h"
#include "store/output.h"
#include "store/spool.h"

namespace rounds {
namespace {

using std::chrono::days;
using std::chrono::hours;

class Prune : public StoreTest {
 protected:
  Prune() : store_(open()) {
    store_.write([&] { job_ = insert_job(store_, Job{.name = *JobName::parse("j"), .trigger = {}}, {}, kDue, std::nullopt, kNow); });
  }

  /// A run that ended that long ago.
  Run row(hours age) const {
    Run run;
    run.job_id = job_;
    run.due = run.last_due = std::chrono::floor<std::chrono::seconds>(kNow - age);
    run.verdict = Verdict::succeeded;
    run.final = true;
    run.finished_at = kNow - age;
    return run;
  }
  RunId insert(const Run& run) {
    RunId id;
    store_.write([&] { id = insert_run(store_, run); });
    return id;
  }
  /// What one sweep takes; the names of files that are nobody's then.
  std::vector<std::string> sweep(int limit = 1000) {
    std::vector<std::string> files;
    for (PruneCursor cursor; !cursor.done;) {
      const auto runs = find_prunable(store_, {days(90), 2}, kNow, limit, cursor);
      store_.write([&] {
        for (std::string& file : prune_runs(store_, runs)) files.push_back(std::move(file));
      });
    }
    return files;
  }
  std::vector<std::int64_t> left() {
    std::vector<std::int64_t> ids;
    for (const Run& run : history(store_, {.limit = 0})) ids.insert(ids.begin(), run.id.value);
    return ids;
  }

  Store store_;
  JobId job_;
};

using Ids = std::vector<std::int64_t>;

TEST_F(Prune, TakesWhatIsOldAndNotAmongTheLastOfItsJob) {
  for (const int age : {200, 150, 120, 100, 95}) insert(row(days(age)));
  sweep();
  EXPECT_EQ(left(), (Ids{4, 5}));
}

TEST_F(Prune, KeepsWhatIsYoungHoweverManyThereAre) {
  for (const int age : {100, 80, 70, 60, 50}) insert(row(days(age)));
  sweep();
  EXPECT_EQ(left(), (Ids{2, 3, 4, 5}));
}

TEST_F(Prune, GoesOnBehindAnAccountThatIsStillExtended) {
  Run account = row(days(200));
  account.attempt = 0;
  account.finished_at = kNow;
  insert(account);
  for (const int age : {150, 120, 100, 95}) insert(row(days(age)));
  sweep();
  EXPECT_EQ(left(), (Ids{1, 4, 5}));
}

TEST_F(Prune, KeepsOpenRuns) {
  Run open = row(days(200));
  open.verdict = std::nullopt;
  open.finished_at = std::nullopt;
  open.phase = Phase::running;
  insert(open);
  for (const int age : {150, 120, 100}) insert(row(days(age)));
  sweep();
  EXPECT_EQ(left(), (Ids{1, 3, 4}));
}

TEST_F(Prune, KeepsWhatARowThatStaysRefersTo) {
  Run first = row(days(150));
  first.cause = Cause::manual;
  const RunId id = insert(first);
  Run blocked = row(days(149));
  const RunId in_the_way = insert(blocked);
  Run second = row(days(80));
  second.cause = Cause::retry;
  second.occurrence = id;
  second.attempt = 2;
  insert(second);
  Run skipped = row(days(79));
  skipped.verdict = Verdict::skipped;
  skipped.waited_for = in_the_way;
  insert(skipped);
  insert(row(days(78)));
  sweep();
  EXPECT_EQ(left(), (Ids{1, 2, 3, 4, 5}));
}

TEST_F(Prune, TakesOutputsAlongAndNamesTheFilesOfLargeOnes) {
  Run small = row(days(200));
  small.output_bytes = 3;
  const RunId id = insert(small);
  store_.write([&] { save_output(store_, id, "abc"); });
  Run large = row(days(199));
  large.output_bytes = kSmallOutput + 1;
  large.spool_key = 77;
  large.id = insert(large);
  for (const int age : {100, 95}) insert(row(days(age)));
  EXPECT_EQ(sweep(), std::vector<std::string>{output_name(large)});
  EXPECT_EQ(store_.db().value<int>("SELECT COUNT(*) FROM output"), 0);
}

TEST_F(Prune, ComesToTheSameInSmallSteps) {
  for (int age = 300; age > 60; age -= 7) insert(row(days(age)));
  sweep(3);
  const Ids kept = left();
  EXPECT_EQ(kept.size(), 5U);  // 90, 83, 76, 69, 62 days old
}

TEST_F(Prune, TakesOldEventsAFewAtATime) {
  store_.write([&] {
    for (const int age : {200, 150, 100, 10}) add_event(store_, {0, kNow - days(age), "kind", "", ""});
  });
  const Retention retention{days(90), 1};
  EXPECT_TRUE(has_old_events(store_, retention, kNow));
  store_.write([&] { EXPECT_EQ(prune_events(store_, retention, kNow, 2), 2); });
  store_.write([&] { EXPECT_EQ(prune_events(store_, retention, kNow, 2), 1); });
  EXPECT_FALSE(has_old_events(store_, retention, kNow));
}

}  // namespace
}  // namespace rounds
