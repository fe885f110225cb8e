#include <fstream>

#include "store/events.h"
#include "store/files.h"
#include "store/fixture.h"
#include "store/inspections.h"
#include "store/jobs.h"
#include "store/keepers.h"
#include "store/ledger.h"
#include "store/output.h"
#include "store/overrides.h"
#include "store/spool.h"
#include "store/snapshots.h"
#include "store/targets.h"

namespace rounds {
namespace {

using namespace std::chrono_literals;

class Records : public StoreTest {
 protected:
  Store store = open();
};

TEST_F(Records, KeepKeepersUntilTheyAreDeleted) {
  const KeeperId id = insert_keeper(store, {.boot_id = "boot", .pid_namespace = 4026531836});
  set_keeper_pid(store, id, 77);
  const std::vector<KeeperRow> keepers = all_keepers(store);
  ASSERT_EQ(keepers.size(), 1u);
  EXPECT_EQ(keepers[0].id, id);
  EXPECT_EQ(keepers[0].boot_id, "boot");
  EXPECT_EQ(keepers[0].pid_namespace, 4026531836u);
  EXPECT_EQ(keepers[0].pid, 77);
  delete_keeper(store, id);
  EXPECT_TRUE(all_keepers(store).empty());
  EXPECT_NE(insert_keeper(store, {}), id);  // a stray socket of the old number stays a stranger
}

TEST_F(Records, ReplaceFacts) {
  EXPECT_EQ(find_fact(store, "clock_epoch"), std::nullopt);
  set_fact(store, "clock_epoch", "1");
  set_fact(store, "clock_epoch", "2");
  EXPECT_EQ(find_fact(store, "clock_epoch"), "2");
}

TEST_F(Records, TellEventsSinceAnId) {
  for (const char* text : {"one", "two", "three"}) {
    add_event(store, {.at = kNow, .kind = "loop_started", .job = "a", .text = text});
  }
  const std::vector<Event> all = events_since(store, 0, 2);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].text, "one");
  EXPECT_EQ(all[0].at, kNow);
  EXPECT_EQ(all[0].kind, "loop_started");
  EXPECT_EQ(all[0].job, "a");
  const std::vector<Event> rest = events_since(store, all[1].id, 10);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].text, "three");
}

TEST_F(Records, RememberJobFiles) {
  save_file(store, {.path = "b.toml", .size = 1});
  const JobFile file{.path = "a.toml",
                     .size = 5,
                     .mtime_ns = 1'900'000'000'123'456'789,
                     .inode = 42,
                     .hash = 0xffffffffffffffff,
                     .problems = "error"};
  save_file(store, {.path = "a.toml"});
  save_file(store, file);
  const std::vector<JobFile> files = all_files(store);
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].path, "a.toml");
  EXPECT_EQ(files[0].size, file.size);
  EXPECT_EQ(files[0].mtime_ns, file.mtime_ns);
  EXPECT_EQ(files[0].inode, file.inode);
  EXPECT_EQ(files[0].hash, file.hash);
  EXPECT_EQ(files[0].problems, "error");
  forget_file(store, "a.toml");
  EXPECT_EQ(all_files(store).size(), 1u);
}

TEST_F(Records, ReplaceTargets) {
  save_target(store, {"shop", "[target.shop]"}, kNow);
  save_target(store, {"shop", "[target.shop] # again"}, kNow + 1s);
  save_target(store, {"crm", "[target.crm]"}, kNow);
  const auto targets = stored_targets(store);
  ASSERT_EQ(targets.size(), 2u);
  EXPECT_EQ(targets.at(0).name, "crm");
  EXPECT_EQ(targets.at(1).definition, "[target.shop] # again");
  EXPECT_TRUE(remove_target(store, "shop"));
  EXPECT_FALSE(remove_target(store, "shop"));
  EXPECT_EQ(stored_targets(store).size(), 1u);
}

TEST_F(Records, KeepSnapshotsEvenlySpreadWithTheLastInspections) {
  for (int i = 0; i < 100; ++i) save_snapshot(store, {"shop", kNow + std::chrono::minutes(i), {}, std::to_string(i)});
  save_snapshot(store, {"shop", kNow - std::chrono::days(9), 7, "inspected"});
  save_snapshot(store, {"crm", kNow, {}, "another target's"});
  const auto all = snapshots_from(store, "shop", kNow, 1000);
  ASSERT_EQ(all.size(), 101u);
  EXPECT_EQ(all.front().document, "inspected");
  EXPECT_EQ(all.front().inspection, 7);
  const auto some = snapshots_from(store, "shop", kNow + std::chrono::minutes(10), 10);
  ASSERT_LE(some.size(), 13u);
  ASSERT_GE(some.size(), 10u);
  EXPECT_EQ(some.at(1).document, "10");
  EXPECT_EQ(some.back().document, "99");
  EXPECT_EQ(drop_snapshots(store, kNow + std::chrono::minutes(50)), 52);
}

TEST_F(Records, NumberInspectionsBeforeTheyAreSaved) {
  const std::int64_t first = next_inspection_id(store);
  const std::int64_t second = next_inspection_id(store);
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 2);
  save_inspection(store, {.id = second,
                          .at = kNow,
                          .tier = "weekly",
                          .targets = {"shop", "crm"},
                          .critical = 1,
                          .warning = 2,
                          .info = 3,
                          .run = 9,
                          .document = "{}"});
  save_inspection(store, {.id = first, .at = kNow, .tier = "daily", .document = "{}"});
  const Inspection inspection = find_inspection(store, second).value();
  EXPECT_EQ(inspection.at, kNow);
  EXPECT_EQ(inspection.tier, "weekly");
  EXPECT_EQ(inspection.targets, (std::vector<std::string>{"shop", "crm"}));
  EXPECT_EQ(inspection.critical, 1);
  EXPECT_EQ(inspection.warning, 2);
  EXPECT_EQ(inspection.info, 3);
  EXPECT_EQ(inspection.run, 9);
  EXPECT_EQ(inspection.document, "{}");
  const std::vector<Inspection> all = all_inspections(store, 10);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].id, second);
  EXPECT_EQ(all[1].run, std::nullopt);
  EXPECT_EQ(all[0].document, "");
}

TEST_F(Records, KeepOutputExactly) {
  const std::string bytes = std::string("a\0b\xff\n", 5);
  const JobId job = insert_job(store, make_job("a"), {}, kDue, {}, kNow);
  const RunId id = insert_run(store, {.job_id = job, .due = kDue, .last_due = kDue});
  save_output(store, id, bytes);
  EXPECT_EQ(read_output(store, find_run(store, id).value()), bytes);
}

TEST_F(Records, ReadLargeOrUnfinishedOutputFromTheSpool) {
  const Run run{.id = RunId{5}, .spool_key = 0xab};
  EXPECT_EQ(output_name(run), std::to_string(run.id.value) + "-00000000000000ab.out");
  EXPECT_EQ(read_output(store, run), "");
  const std::string bytes(200'000, 'x');
  std::ofstream(store.spool() / output_name(run)) << bytes;
  EXPECT_EQ(read_output(store, run), bytes);
}

TEST_F(Records, SayInTheirSpoolNameToWhichRunTheyBelong) {
  const Run run{.id = RunId{5}, .spool_key = 0xfedcba9876543210};
  const Marker process{123, 456789ns};
  EXPECT_EQ(marker_name(run, process), "5-fedcba9876543210.123.456789");
  const auto marker = spool_name_from_text(marker_name(run, process));
  const auto output = spool_name_from_text(output_name(run));
  ASSERT_TRUE(marker && output);
  EXPECT_EQ(marker->run, run.id);
  EXPECT_EQ(marker->spool_key, run.spool_key);
  EXPECT_EQ(marker->marker, process);
  EXPECT_EQ(output->run, run.id);
  EXPECT_FALSE(output->marker);
  for (const char* stranger : {"", "wake", "5", "5-ab", "5-00000000000000ab.txt", "05-00000000000000ab.out", "5-00000000000000ab",
                               "5-00000000000000ab.1", "5-00000000000000ab.01.2", "5-00000000000000ab.1.2x", "k3"}) {
    EXPECT_FALSE(spool_name_from_text(stranger)) << stranger;
  }
}

TEST_F(Records, NeverFollowALinkInTheSpool) {
  const Run run{.id = RunId{5}, .spool_key = 0xab};
  std::filesystem::create_symlink("/etc/hostname", store.spool() / output_name(run));
  EXPECT_THROW(read_output(store, run), Error);
}

TEST(RunOverrides, AreCarriedThereAndBack) {
  const Overrides all{.timeout = 90s, .retry = true, .extra = {"--full", "a b"}};
  EXPECT_EQ(overrides_from_text(overrides_text(all)), all);
  EXPECT_EQ(overrides_text({}), "");
  EXPECT_EQ(overrides_from_text(""), Overrides());
}

TEST(RunOverrides, RefuseArgumentsThatAreNoText) {
  std::string message;
  EXPECT_EQ(fault_of([] { overrides_text({.extra = {"ok", "caf\xe9"}}); }, &message), Fault::usage);
  EXPECT_NE(message.find("\"caf\\xe9\""), std::string::npos) << message;
}

}  // namespace
}  // namespace rounds
