#include "cli/job_text.h"

#include <gtest/gtest.h>

namespace rounds {
namespace {

Job plain_job() {
  Job job{.name = *JobName::parse("backup"), .trigger = {{EveryRule{{.days = {}, .elapsed = std::chrono::hours(1)}}}}};
  job.task.command = "true";
  return job;
}

TEST(JobFields, ShowTriggerAndTaskOfAJobThatIsAllDefaults) {
  const std::vector<std::pair<std::string, std::string>> expected = {{"trigger", "every 1h"}, {"task", "true"}};
  EXPECT_EQ(job_fields(plain_job()), expected);
}

TEST(ChangedKeys, NameEachKeyWithBothValues) {
  Job after = plain_job();
  after.timeout = std::chrono::minutes(45);
  after.retry.max_attempts = 3;
  after.task.command = "false";
  const std::vector<ChangedKey> changed = changed_keys(plain_job(), after);
  ASSERT_EQ(changed.size(), 3U);
  EXPECT_EQ(changed[0].key, "task");
  EXPECT_EQ(changed[0].before, "true");
  EXPECT_EQ(changed[0].after, "false");
  EXPECT_EQ(changed[1].key, "timeout");
  EXPECT_EQ(changed[1].before, "");
  EXPECT_EQ(changed[1].after, "45m");
  EXPECT_EQ(changed[2].key, "retry.max_attempts");
}

TEST(ChangedKeys, AKeyThatGoesBackToItsDefaultIsAChange) {
  Job before = plain_job();
  before.tags = {"db"};
  const std::vector<ChangedKey> changed = changed_keys(before, plain_job());
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed[0].key, "tags");
  EXPECT_EQ(changed[0].after, "");
}

TEST(ChangedKeys, EqualJobsHaveNone) { EXPECT_TRUE(changed_keys(plain_job(), plain_job()).empty()); }

}  // namespace
}  // namespace rounds
