#include "time/stamp.h"

#include <gtest/gtest.h>

#include "time/make.h"

namespace rounds {
namespace {

using make::utc;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Stamp, WritesUtc) {
  EXPECT_EQ(utc_text(Due{}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utc_text(Due{seconds{-1}}), "1969-12-31T23:59:59Z");
  EXPECT_EQ(utc_text(Instant{milliseconds{1082}}), "1970-01-01T00:00:01.082Z");
  EXPECT_EQ(utc_text(Instant{milliseconds{-1}}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(utc_text(kEarliestDue), "0001-01-01T00:00:00Z");
  EXPECT_EQ(utc_text(kLatestDue), "9999-12-31T23:59:59Z");
}

TEST(Stamp, WritesTheWallForPeople) {
  const Zone berlin = make::zone("Europe/Berlin");
  EXPECT_EQ(local_text(utc("2027-03-26T01:30:00Z"), berlin), "Fri 2027-03-26 02:30 CET");
  EXPECT_EQ(local_text(utc("2027-03-29T00:30:05Z"), berlin), "Mon 2027-03-29 02:30:05 CEST");
  EXPECT_EQ(local_text(utc("2027-03-29T00:30:00Z"), make::zone("Asia/Singapore")), "Mon 2027-03-29 08:30 +08");
}

TEST(Stamp, WritesDistances) {
  const Due now = utc("2026-11-22T17:18:00Z");
  const std::vector<std::pair<std::int64_t, std::string>> expected{{0, "now"},
                                                                   {1, "in 1s"},
                                                                   {-59, "59s ago"},
                                                                   {60, "in 1m"},
                                                                   {-180, "3m ago"},
                                                                   {3599, "in 59m"},
                                                                   {3600, "in 1h"},
                                                                   {33120, "in 9h 12m"},
                                                                   {86400, "in 1d"},
                                                                   {97200, "in 1d 3h"},
                                                                   {864000, "in 10d"},
                                                                   {39 * 86400, "in 39d"},
                                                                   {124 * 86400, "in 4mo"},
                                                                   {-1000 * 86400, "2y ago"}};
  for (const auto& [distance, text] : expected) EXPECT_EQ(relative_text(now + seconds{distance}, now), text);
}

TEST(Stamp, ReadsRfc3339) {
  EXPECT_EQ(utc("2026-11-22T17:18:01Z"), utc("2026-11-22t18:18:01+01:00"));
  EXPECT_EQ(utc("2026-11-22T17:18:01.999Z"), utc("2026-11-22T11:48:01-05:30"));
  EXPECT_EQ(utc("2024-02-29T00:00:00-00:00"), utc("2024-02-29T00:00:00z"));
}

TEST(Stamp, RefusesWhatIsNotRfc3339) {
  for (const char* text : {"",
                           "2026-11-22",
                           "2026-11-22T17:18:01",
                           "2026-11-22T17:18Z",
                           "2026-11-22 17:18:01Z",
                           "2026-11-22T17:18:01Z ",
                           " 2026-11-22T17:18:01Z",
                           "2026-02-29T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-11-22T24:00:00Z",
                           "2026-11-22T23:60:00Z",
                           "2026-11-22T23:59:60Z",
                           "2026-11-22T17:18:01+01",
                           "2026-11-22T17:18:01+0100",
                           "2026-11-22T17:18:01+01:00:00",
                           "2026-11-22T17:18:01.Z",
                           "2026-1-22T17:18:01Z",
                           "0000-01-01T00:00:00Z",
                           "+2026-11-22T17:18:01Z",
                           "2026-11-22T17:18:01+24:00"}) {
    EXPECT_FALSE(parse_utc(text)) << text;
  }
}

TEST(Stamp, ReadsBackEveryInstantItWrites) {
  for (std::int64_t t = -5000000000; t < 9000000000; t += 7777777) {
    EXPECT_EQ(parse_utc(utc_text(Due{seconds{t}})), Due{seconds{t}});
  }
}

class Moment : public testing::Test {
 protected:
  std::string read(const std::string& text, bool past = false) const {
    const auto moment = parse_moment(text, now_, berlin_, past);
    if (const auto* error = std::get_if<ParseError>(&moment)) return error->message;
    return utc_text(std::get<Due>(moment));
  }
  Due now_ = utc("2027-03-28T22:30:00Z");  // 29 March 00:30 in Berlin, the night after the clock change
  Zone berlin_ = make::zone("Europe/Berlin");
};

TEST_F(Moment, MayBeAWord) {
  EXPECT_EQ(read("now"), "2027-03-28T22:30:00Z");
  EXPECT_EQ(read("today"), "2027-03-28T22:00:00Z");
  EXPECT_EQ(read("yesterday"), "2027-03-27T23:00:00Z");
  EXPECT_EQ(read("tomorrow"), "2027-03-29T22:00:00Z");
}

TEST_F(Moment, MayBeAnInstantOrAWallTime) {
  EXPECT_EQ(read("2027-01-01T00:00:00Z"), "2027-01-01T00:00:00Z");
  EXPECT_EQ(read("2027-01-01T00:00:00+01:00"), "2026-12-31T23:00:00Z");
  EXPECT_EQ(read("2027-01-01"), "2026-12-31T23:00:00Z");
  EXPECT_EQ(read("2027-07-01 12:00"), "2027-07-01T10:00:00Z");
  EXPECT_EQ(read("2027-07-01T12:00:05"), "2027-07-01T10:00:05Z");
  EXPECT_EQ(read("2027-03-28 02:30"), "2027-03-28T01:00:00Z") << "skipped: the end of the gap";
  EXPECT_EQ(read("2027-10-31 02:30"), "2027-10-31T00:30:00Z") << "twice: the first";
}

TEST_F(Moment, MayBeADistance) {
  EXPECT_EQ(read("-2h"), "2027-03-28T20:30:00Z");
  EXPECT_EQ(read("2h"), "2027-03-29T00:30:00Z");
  EXPECT_EQ(read("2h", true), "2027-03-28T20:30:00Z");
  EXPECT_EQ(read("-2h", true), "2027-03-28T20:30:00Z");
  EXPECT_EQ(read("1d", true), "2027-03-27T23:30:00Z") << "a civil day has 23 hours here";
  EXPECT_EQ(read("1d"), "2027-03-29T22:30:00Z");
}

TEST_F(Moment, IsRefusedWithExamples) {
  EXPECT_EQ(read("soon"), "\"soon\" is no time");
  EXPECT_EQ(read(""), "\"\" is no time");
  EXPECT_EQ(read("2027-02-30"), "\"2027-02-30\" is no time");
  EXPECT_EQ(read("--2h"), "\"--2h\" is no time");
}

}  // namespace
}  // namespace rounds
