#include "loop/zones.h"

#include "loop/state_fixture.h"
#include "store/events.h"

namespace rounds {
namespace {

class DefaultZone : public StateTest {
 protected:
  DefaultZone() {
    set_zone("UTC");
    define(job_of("daily", make::rule("0 15 * * *")), kStart);
  }
  /// A loop starts with that zone as the default.
  void set_zone(const std::string& name) {
    state_.settings.zone = Zone::load(name).value();
    write([&] { follow_zones(state_); });
  }
  std::vector<std::string> events() {
    std::vector<std::string> texts;
    for (const Event& event : events_since(store_, 0, 100)) texts.push_back(event.kind + " " + event.job);
    return texts;
  }
};

TEST_F(DefaultZone, MovesTheDuesOfTheCalendarWhenItIsAnother) {
  set_zone("Asia/Kathmandu");
  EXPECT_EQ(next_due_of("daily"), "2026-03-02T09:15:00Z") << "15:00 there has passed on the day of the change";
  EXPECT_EQ(events(), (Texts{"timezone_changed ", "due_moved daily"}));
  claim("2026-03-02T09:15:00Z");
  EXPECT_EQ(ledger(), Texts{"claimed 2026-03-02T09:15:00Z #1"}) << "and the governor has nothing against it";
}

TEST_F(DefaultZone, MovesNothingTwice) {
  set_zone("Asia/Kathmandu");
  set_zone("Asia/Kathmandu");
  EXPECT_EQ(events().size(), 2u);
}

TEST_F(DefaultZone, IsNothingToJobsThatNameTheirsOrGoByElapsedTime) {
  Job own = job_of("own", make::rule("0 15 * * *"));
  own.timezone = "UTC";
  define(own, kStart);
  define(every("hourly", "1h"), kStart);
  set_zone("Asia/Kathmandu");
  EXPECT_EQ(next_due_of("own"), "2026-03-01T15:00:00Z");
  EXPECT_EQ(next_due_of("hourly"), "2026-03-01T13:00:00Z");
}

TEST_F(DefaultZone, MovesTheFirstDueAfterAPause) {
  const Due end = make::utc("2026-03-05T00:00:00Z");
  store_.write([&] { pause_job(store_, stored("daily").id, at(kStart).wall, end, "", make::utc("2026-03-05T15:00:00Z")); });
  set_zone("Asia/Kathmandu");
  EXPECT_EQ(next_due_of("daily"), "2026-03-05T09:15:00Z");
}

TEST_F(DefaultZone, LeavesADueThatWaitsToBeDecided) {
  set_clock("2026-03-01T15:30:00Z");
  set_zone("Asia/Kathmandu");
  EXPECT_EQ(next_due_of("daily"), "2026-03-01T15:00:00Z");
}

}  // namespace
}  // namespace rounds
