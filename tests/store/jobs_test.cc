#include "store/jobs.h"

#include "store/fixture.h"
#include "store/ledger.h"
#include "store/output.h"

namespace rounds {
namespace {

using namespace std::chrono_literals;

class Jobs : public StoreTest {
 protected:
  JobId insert(const Job& job, std::optional<Due> next_due = {}) {
    return insert_job(store, job, {}, kDue, next_due, kNow);
  }
  JobId insert(const std::string& name, std::optional<Due> next_due = {}) { return insert(make_job(name), next_due); }
  std::vector<std::string> found(const JobFilter& filter) {
    std::vector<std::string> names;
    for (const StoredJob& job : find_jobs(store, filter)) names.push_back(job.job.name.text());
    return names;
  }

  Store store = open();
};

using Names = std::vector<std::string>;

TEST_F(Jobs, AreReadAsTheyWereInserted) {
  const JobId id = insert_job(store, make_job("a"), {"jobs.d/a.toml", 3}, kDue, kDue + 60s, kNow);
  const StoredJob job = find_job(store, "a").value();
  EXPECT_EQ(job.id, id);
  EXPECT_EQ(to_text(job.source), "jobs.d/a.toml:3");
  EXPECT_EQ(job.next_due, kDue + 60s);
  EXPECT_EQ(job.watermark, std::nullopt);
  EXPECT_EQ(job.first_seen, kDue);
  EXPECT_EQ(job.created_at, kNow);
  EXPECT_EQ(job.updated_at, kNow);
  EXPECT_EQ(job.run_count, 0);
  EXPECT_EQ(job.state(), JobState::active);
  EXPECT_EQ(find_job(store, JobId{99}), std::nullopt);
  EXPECT_EQ(find_job(store, "b"), std::nullopt);
}

TEST_F(Jobs, OfTheCommandLineComeFromTheStore) {
  insert("a");
  EXPECT_EQ(to_text(find_job(store, "a")->source), "store");
}

TEST_F(Jobs, RefuseANameThatIsTaken) {
  insert("a");
  EXPECT_EQ(fault_of([&] { insert("a"); }), Fault::exists);
}

TEST_F(Jobs, ComeBackWithTheirHistoryAndTheirPause) {
  const JobId id = insert("a", kDue);
  pause_job(store, id, kNow, kDue + 1h, "audit", std::nullopt);
  count_run(store, id);
  remove_job(store, id, kNow);
  EXPECT_EQ(find_job(store, "a")->state(), JobState::removed);
  EXPECT_EQ(find_job(store, "a")->next_due, std::nullopt);
  EXPECT_EQ(insert_job(store, make_job("a"), {}, kDue, kDue + 60s, kNow + 1s), id);
  const StoredJob job = find_job(store, "a").value();
  EXPECT_EQ(job.state(), JobState::paused);
  EXPECT_EQ(job.pause_reason, "audit");
  EXPECT_EQ(job.run_count, 1);
  EXPECT_EQ(job.created_at, kNow);
  EXPECT_EQ(job.updated_at, kNow + 1s);
}

TEST_F(Jobs, LoseTheWatermarkWhenTheirAnchorMoves) {
  const JobId id = insert("a", kDue);
  advance_job(store, id, kDue + 60s, kDue, false, 1);
  update_job(store, id, make_job("a"), {}, kDue, kDue + 60s, false, kNow);
  EXPECT_EQ(find_job(store, id)->watermark, kDue);
  update_job(store, id, make_job("a"), {}, kDue + 1s, kDue + 60s, false, kNow);
  EXPECT_EQ(find_job(store, id)->watermark, std::nullopt);
  EXPECT_EQ(find_job(store, id)->first_seen, kDue + 1s);
}

TEST_F(Jobs, AreAdvancedByAClaim) {
  const JobId id = insert("a", kDue);
  advance_job(store, id, kDue + 60s, kDue, false, 2);
  advance_job(store, id, std::nullopt, kDue + 60s, true, 1);
  const StoredJob job = find_job(store, id).value();
  EXPECT_EQ(job.next_due, std::nullopt);
  EXPECT_EQ(job.watermark, kDue + 60s);
  EXPECT_EQ(job.scheduled_runs, 3);
  EXPECT_EQ(job.state(), JobState::completed);
}

TEST_F(Jobs, HaveTheFirstStateThatHolds) {
  Job disabled = make_job("a");
  disabled.enabled = false;
  const JobId id = insert(disabled);
  set_stale(store, id, true);
  advance_job(store, id, {}, {}, true, 0);
  pause_job(store, id, kNow, {}, "", {});
  EXPECT_EQ(find_job(store, id)->state(), JobState::disabled);
  update_job(store, id, make_job("a"), {}, kDue, {}, true, kNow);
  set_stale(store, id, true);
  EXPECT_EQ(find_job(store, id)->state(), JobState::paused);
  resume_job(store, id, kDue);
  EXPECT_EQ(find_job(store, id)->state(), JobState::completed);
  advance_job(store, id, kDue, {}, false, 0);
  EXPECT_EQ(find_job(store, id)->state(), JobState::stale);
  set_stale(store, id, false);
  EXPECT_EQ(find_job(store, id)->state(), JobState::active);
}

TEST_F(Jobs, AreCountedByTheSameStates) {
  for (int bits = 0; bits < 32; ++bits) {
    Job job = make_job("job-" + std::to_string(bits));
    job.enabled = bits & 1;
    const JobId id = insert(job);
    if (bits & 2) pause_job(store, id, kNow, {}, "", {});
    if (bits & 4) advance_job(store, id, {}, {}, true, 0);
    if (bits & 8) set_stale(store, id, true);
    if (bits & 16) remove_job(store, id, kNow);
  }
  JobCounts expected;
  for (const StoredJob& job : all_jobs(store)) {
    ++expected.total;
    expected.active += job.state() == JobState::active;
    expected.paused += job.state() == JobState::paused;
    expected.stale += job.state() == JobState::stale;
  }
  const JobCounts counts = count_jobs(store);
  EXPECT_EQ(counts.total, 16);
  EXPECT_EQ(counts.active, expected.active);
  EXPECT_EQ(counts.paused, expected.paused);
  EXPECT_EQ(counts.stale, expected.stale);
}

TEST_F(Jobs, AreDueByPriorityThenByTime) {
  Job urgent = make_job("urgent");
  urgent.priority = 5;
  insert(urgent, kDue);
  insert("early", kDue - 10s);
  insert("late", kDue - 5s);
  insert("future", kDue + 1s);
  insert("never");
  Names names;
  for (const StoredJob& job : due_jobs(store, kDue, 10)) names.push_back(job.job.name.text());
  EXPECT_EQ(names, (Names{"urgent", "early", "late"}));
  EXPECT_EQ(due_jobs(store, kDue, 1).size(), 1u);
  EXPECT_EQ(earliest_next_due(store), kDue - 10s);
}

TEST_F(Jobs, HaveNoEarliestDueWhenNoneWaitsForTheClock) {
  insert("never");
  EXPECT_EQ(earliest_next_due(store), std::nullopt);
}

TEST_F(Jobs, AreFoundByNameAndByGlob) {
  for (const char* name : {"backup", "backup-2", "health", "old"}) insert(name);
  remove_job(store, find_job(store, "old")->id, kNow);
  EXPECT_EQ(found({}), (Names{"backup", "backup-2", "health"}));
  EXPECT_EQ(found({.names = {"backup"}}), (Names{"backup"}));
  EXPECT_EQ(found({.names = {"health", "back*"}}), (Names{"backup", "backup-2", "health"}));
  EXPECT_EQ(found({.names = {"old"}}), (Names{}));
  EXPECT_EQ(found({.names = {"o*"}, .with_removed = true}), (Names{"old"}));
  EXPECT_EQ(found({.names = {"x') OR 1 --"}}), (Names{}));
  EXPECT_EQ(job_names(store), (Names{"backup", "backup-2", "health"}));
}

TEST_F(Jobs, AreFoundByTags) {
  const auto tagged = [&](const std::string& name, const Names& tags) {
    Job job = make_job(name);
    job.tags = tags;
    return insert(job);
  };
  const JobId a = tagged("a", {"db", "shop"});
  tagged("b", {"db", "crm"});
  tagged("c", {});
  EXPECT_EQ(found({.tags = {{"db"}}}), (Names{"a", "b"}));
  EXPECT_EQ(found({.tags = {{"db"}, {"shop"}}}), (Names{"a"}));
  EXPECT_EQ(found({.tags = {{"shop", "crm"}}}), (Names{"a", "b"}));
  EXPECT_EQ(found({.names = {"b"}, .tags = {{"shop"}}}), (Names{}));
  update_job(store, a, make_job("a"), {}, kDue, {}, false, kNow);
  EXPECT_EQ(found({.tags = {{"shop"}}}), (Names{}));
}

TEST_F(Jobs, AreFoundByTheFileTheyCameFrom) {
  insert_job(store, make_job("b"), {"jobs.d/x.toml", 1}, kDue, {}, kNow);
  insert_job(store, make_job("a"), {"jobs.d/x.toml", 9}, kDue, {}, kNow);
  insert_job(store, make_job("c"), {"jobs.d/y.toml", 1}, kDue, {}, kNow);
  insert("d");
  remove_job(store, insert_job(store, make_job("e"), {"jobs.d/x.toml", 20}, kDue, {}, kNow), kNow);
  const std::vector<StoredJob> jobs = jobs_of_file(store, "jobs.d/x.toml");
  ASSERT_EQ(jobs.size(), 2u);
  EXPECT_EQ(jobs[0].job.name.text(), "a");
  EXPECT_EQ(jobs[1].job.name.text(), "b");
}

TEST_F(Jobs, AreFoundByTheEventTheyWaitFor) {
  const auto waiting = [&](const std::string& name, OnRule::Event event) {
    Job job = make_job(name);
    job.trigger.rules = {OnRule{event}};
    return insert(job);
  };
  waiting("boot", OnRule::Event::boot);
  waiting("start", OnRule::Event::start);
  pause_job(store, waiting("paused", OnRule::Event::start), kNow, {}, "", {});
  Job mention = make_job("mention");
  mention.description = R"("on":"start")";
  insert(mention);
  const std::vector<StoredJob> jobs = jobs_on(store, OnRule::Event::start);
  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_EQ(jobs[0].job.name.text(), "start");
}

TEST_F(Jobs, KnowWhatAllOfThemHaveReached) {
  EXPECT_EQ(newest_reached(store), std::nullopt);
  const JobId id = insert("a", kDue);
  EXPECT_EQ(newest_reached(store), find_job(store, id)->first_seen);
  advance_job(store, id, kDue + 60s, kDue + 24h, false, 1);
  insert("b", kDue);
  EXPECT_EQ(newest_reached(store), kDue + 24h);
}

TEST_F(Jobs, BeginAnewFromAnotherMoment) {
  const JobId id = insert("a", kDue);
  advance_job(store, id, kDue + 60s, kDue, false, 1);
  begin_job(store, id, kDue - 24h, kDue - 24h, kDue - 23h);
  EXPECT_EQ(find_job(store, id)->watermark, kDue - 24h);
  EXPECT_EQ(find_job(store, id)->next_due, kDue - 23h);
  EXPECT_EQ(find_job(store, id)->first_seen, kDue - 24h);
}

TEST_F(Jobs, AreSummarisedWithTheirLastOccurrenceAndWhatRuns) {
  const JobId a = insert("a");
  insert("b");
  Run run{.job_id = a, .due = kDue, .last_due = kDue, .phase = Phase::ended};
  run.verdict = Verdict::failed;
  run.final = true;
  insert_run(store, run);
  run.due = run.last_due = kDue + 60s;
  run.final = false;  // another attempt will follow
  insert_run(store, run);
  run.verdict.reset();
  run.attempt = 2;
  run.phase = Phase::running;
  insert_run(store, run);
  const std::vector<JobSummary> all = summaries(store, {});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].last_verdict, Verdict::failed);
  EXPECT_EQ(all[0].last_due, kDue);
  EXPECT_EQ(all[0].running, 1);
  EXPECT_EQ(all[1].last_verdict, std::nullopt);
  EXPECT_EQ(all[1].last_due, std::nullopt);
  EXPECT_EQ(all[1].running, 0);
}

TEST_F(Jobs, ArePurgedWithTheirRunsAndOutputs) {
  const JobId id = insert("a");
  const RunId run = insert_run(store, {.job_id = id, .due = kDue, .last_due = kDue});
  save_output(store, run, "hello");
  purge_job(store, id);
  EXPECT_EQ(find_job(store, "a"), std::nullopt);
  EXPECT_EQ(find_run(store, run), std::nullopt);
  EXPECT_EQ(store.db().value<int>("SELECT COUNT(*) FROM output"), 0);
  const RunId next = insert_run(store, {.job_id = insert("b"), .due = kDue, .last_due = kDue});
  EXPECT_GT(next, run);  // numbers are never used again
}

}  // namespace
}  // namespace rounds
