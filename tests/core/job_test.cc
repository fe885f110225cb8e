#include "core/job.h"

#include <gtest/gtest.h>

#include <string>

#include "time/stamp.h"

namespace rounds {
namespace {

using namespace std::chrono_literals;

Due at(const char* text) { return parse_utc(text).value(); }

Job daily_job() {
  return Job{.name = JobName::parse("j").value(),
             .trigger = Trigger{{EveryRule{Span{std::chrono::days(1), 0s}}}},
             .task = Task{.kind = Task::Kind::command, .command = "true"}};
}

TEST(JobName, TakesLettersDigitsDotsUnderscoresAndDashes) {
  for (const char* good : {"a", "nightly-backup", "A.b_c-9", "9a", "_", "a.toml"}) {
    EXPECT_TRUE(JobName::parse(good)) << good;
    EXPECT_EQ(JobName::refusal(good), "") << good;
  }
  EXPECT_TRUE(JobName::parse(std::string(64, 'x')));
}

TEST(JobName, SaysWhyItRefuses) {
  EXPECT_NE(JobName::refusal("").find("empty"), std::string::npos);
  EXPECT_NE(JobName::refusal("a/b").find("slash"), std::string::npos);
  EXPECT_NE(JobName::refusal(".hidden").find("begin with a dot"), std::string::npos);
  EXPECT_NE(JobName::refusal("..").find("begin with a dot"), std::string::npos);
  EXPECT_NE(JobName::refusal("-n").find("begin with a dash"), std::string::npos);
  EXPECT_NE(JobName::refusal("10482").find("digits only"), std::string::npos);
  EXPECT_NE(JobName::refusal("a b").find("made of"), std::string::npos);
  EXPECT_NE(JobName::refusal("caf\xC3\xA9").find("made of"), std::string::npos);
  EXPECT_NE(JobName::refusal(std::string_view("a\0b", 3)).find("made of"), std::string::npos);
  EXPECT_NE(JobName::refusal(std::string(65, 'x')).find("at most 64"), std::string::npos);
}

TEST(JobName, DoesNotExistWhenRefused) {
  for (const char* bad : {"", "a/b", ".hidden", "-n", "42", "a b"}) EXPECT_FALSE(JobName::parse(bad)) << bad;
}

TEST(JobTexts, PoliciesGoBothWays) {
  for (const Overlap o : {Overlap::skip, Overlap::queue, Overlap::replace, Overlap::allow}) {
    EXPECT_EQ(overlap_from_text(to_text(o)), o);
  }
  for (const Catchup c : {Catchup::latest, Catchup::all, Catchup::none}) EXPECT_EQ(catchup_from_text(to_text(c)), c);
  for (const Backoff b : {Backoff::constant, Backoff::exponential}) EXPECT_EQ(backoff_from_text(to_text(b)), b);
  EXPECT_EQ(to_text(Overlap::replace), "replace");
  EXPECT_EQ(to_text(Catchup::latest), "latest");
  EXPECT_EQ(to_text(Backoff::exponential), "exponential");
  EXPECT_FALSE(overlap_from_text("Skip"));
  EXPECT_EQ(overlap_words(), (std::vector<std::string>{"skip", "queue", "replace", "allow"}));
  EXPECT_EQ(catchup_words().size(), 3u);
  EXPECT_EQ(backoff_words().size(), 2u);
}

TEST(TaskText, QuotesOnlyWhatAShellWouldSplit) {
  const Task task{.kind = Task::Kind::exec, .argv = {"pg_dump", "-Fc", "a b", "it's", ""}};
  EXPECT_EQ(to_text(task), R"(pg_dump -Fc 'a b' 'it'\''s' '')");
}

TEST(TaskText, ShowsCommandsAsWritten) {
  EXPECT_EQ(to_text(Task{.kind = Task::Kind::command, .command = "a | b > c"}), "a | b > c");
}

TEST(TaskText, NamesWhatAnInspectionLooksAt) {
  Task task{.kind = Task::Kind::inspect};
  task.inspect.targets = {"orders", "stock"};
  task.inspect.tier = "weekly";
  EXPECT_EQ(to_text(task), "inspect orders,stock weekly");
  task.inspect.targets.clear();
  task.inspect.business = "shop";
  EXPECT_EQ(to_text(task), "inspect business=shop weekly");
}

TEST(InspectTask, IsHeldToItsLists) {
  InspectTask task{.targets = {"shop"}};
  EXPECT_EQ(refusal(task), "");
  task.tier = "hourly";
  EXPECT_NE(refusal(task).find("tier is one of daily, weekly, monthly, yearly"), std::string::npos);
  task.tier = "yearly";
  task.fail_on = "fatal";
  EXPECT_NE(refusal(task).find("fail_on"), std::string::npos);
  task.fail_on = "info";
  EXPECT_EQ(refusal(task), "");
  EXPECT_EQ(refusal(InspectTask{}), "");
}

TEST(ScheduleOf, IsAnchoredWhereTheJobWasFirstSeen) {
  const Schedule schedule = schedule_of(daily_job(), Zone::utc(), at("2026-03-01T10:00:00Z"));
  EXPECT_EQ(schedule.anchor, at("2026-03-01T10:00:00Z"));
  EXPECT_FALSE(schedule.anchor_is_due);
  EXPECT_FALSE(schedule.start);
  EXPECT_FALSE(schedule.until);
}

TEST(ScheduleOf, PrefersTheStart) {
  Job job = daily_job();
  job.start = at("2026-04-01T00:00:00Z");
  const Schedule schedule = schedule_of(job, Zone::utc(), at("2026-03-01T10:00:00Z"));
  EXPECT_EQ(schedule.anchor, *job.start);
  EXPECT_TRUE(schedule.anchor_is_due);
  EXPECT_EQ(schedule.start, job.start);
}

TEST(ScheduleOf, UsesTheJobsOwnZoneAndFallsBackFromOneThatIsGone) {
  Job job = daily_job();
  job.timezone = "Europe/Berlin";
  EXPECT_EQ(schedule_of(job, Zone::utc(), Due{}).zone.name(), "Europe/Berlin");
  job.timezone = "Mars/Olympus";
  EXPECT_EQ(schedule_of(job, Zone::utc(), Due{}).zone, Zone::utc());
}

TEST(ScheduleOf, CountsALengthOfDaysByTheWallClock) {
  Job job = daily_job();
  job.timezone = "Europe/Berlin";
  job.start = at("2026-03-28T11:00:00Z");  // noon; the clocks change in the coming night
  job.until_length = Span{std::chrono::days(1), 1h};
  EXPECT_EQ(schedule_of(job, Zone::utc(), Due{}).until, at("2026-03-29T11:00:00Z"));
}

}  // namespace
}  // namespace rounds
