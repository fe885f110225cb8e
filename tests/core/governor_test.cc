#include "core/governor.h"

#include <gtest/gtest.h>

#include "core/deciding.h"

namespace rounds {
namespace {

using namespace deciding;
using make::utc;

/// What is said of a start at `due`, after so many in its hour.
std::string objection(const Job& job, std::string_view due, std::int64_t started, std::optional<Due> watermark = {}) {
  const Schedule schedule = schedule_for(job);
  const DueJob asked{job, schedule, utc(due), watermark, 0};
  const auto found = objection_to(asked, utc(due), hour_of(utc(due), utc(kAnchor)), started);
  return found ? found->text : "";
}

TEST(Governor, LetsEachDueOfTheHourStart) {
  EXPECT_EQ(objection(cron("*/10 * * * *"), "2026-03-02T05:50:00Z", 5), "");
  EXPECT_EQ(objection(every("1s"), "2026-03-02T05:59:59Z", 3599), "");
}

TEST(Governor, ObjectsToMoreStartsThanTheHourHasDues) {
  EXPECT_EQ(objection(cron("*/10 * * * *"), "2026-03-02T05:50:00Z", 6),
            "2026-03-02T05:50:00Z would be start 7 in the hour from 2026-03-02T05:00:00Z, which has 6 dues");
}

TEST(Governor, ObjectsToADueThatIsNone) {
  EXPECT_NE(objection(cron("0 2 * * *"), "2026-03-02T05:50:00Z", 0), "");
}

TEST(Governor, ObjectsToADueAtOrBelowTheWatermark) {
  EXPECT_EQ(objection(cron("0 * * * *"), "2026-03-02T05:00:00Z", 0, utc("2026-03-02T05:00:00Z")),
            "2026-03-02T05:00:00Z was decided before, up to 2026-03-02T05:00:00Z");
  EXPECT_EQ(objection(cron("0 * * * *"), "2026-03-02T05:00:00Z", 0, utc("2026-03-02T04:00:00Z")), "");
}

TEST(Governor, CountsFromWhenTheScheduleWasFirstSeen) {
  const Hour hour = hour_of(utc("2026-03-01T00:30:00Z"), utc("2026-03-01T00:20:00Z"));
  EXPECT_EQ(hour.first, utc("2026-03-01T00:20:00Z"));
  EXPECT_EQ(hour.last, utc("2026-03-01T00:59:59Z"));
}

TEST(Governor, KnowsHowOftenRandomAndDelayCanBeDue) {
  using std::chrono::seconds;
  EXPECT_EQ(objection(job_of({RandomRule{seconds(600), seconds(900)}}), "2026-03-02T05:50:00Z", 6), "");
  EXPECT_NE(objection(job_of({RandomRule{seconds(600), seconds(900)}}), "2026-03-02T05:50:00Z", 7), "");
  EXPECT_NE(objection(job_of({DelayRule{seconds(600)}}), "2026-03-02T05:50:00Z", 7), "");
}

TEST(Governor, LeavesEventsAlone) {
  EXPECT_EQ(objection(job_of({OnRule{OnRule::Event::start}}), "2026-03-02T05:50:00Z", 1000, utc("2026-03-03T00:00:00Z")), "");
}

}  // namespace
}  // namespace rounds
