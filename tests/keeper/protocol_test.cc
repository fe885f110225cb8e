#include "keeper/protocol.h"

#include <gtest/gtest.h>

namespace rounds {
namespace {

using namespace message;

constexpr std::int64_t kRun = 0x0123456789abcdef;
/// Of no limits, nice, io_priority, as_user, uid, gid and no groups, which came after the first version.
constexpr std::size_t kLaterStartBytes = 7 * 4;

Start full_start() {
  return {
      kRun, "1f", "0e.out", 027, "/var/lib", {"/bin/echo", "", "a b\n", std::string("nul\0byte", 8)}, {"A=1", "B=\xff"}};
}

const std::vector<Message>& one_of_each() {
  static const std::vector<Message> all{
      Hello{7},
      full_start(),
      Signal{kRun, 15},
      Recorded{kRun},
      Started{kRun, 4321, 77, 1'900'000'000'123},
      NotStarted{kRun, StartStep::directory, 2},
      Exited{kRun, 4321, 77, 1'900'000'000'123, 1'900'000'009'456, 1, 9, 12'345'678, 65'536},
      Replayed{8},
  };
  return all;
}

/// What comes out at the other end.
template <typename M>
M through(const M& message) {
  const auto decoded = decode(encode(Message(message)));
  if (!decoded || !std::holds_alternative<M>(*decoded)) {
    ADD_FAILURE() << "lost its kind";
    return M{};
  }
  return std::get<M>(*decoded);
}

TEST(Protocol, HasASampleOfEachMessageHere) {
  ASSERT_EQ(one_of_each().size(), std::variant_size_v<Message>);
  for (std::size_t i = 0; i < one_of_each().size(); ++i) EXPECT_EQ(one_of_each()[i].index(), i);
}

TEST(Protocol, CarriesStart) {
  const Start sent = full_start();
  const Start got = through(sent);
  EXPECT_EQ(got.run, sent.run);
  EXPECT_EQ(got.name, sent.name);
  EXPECT_EQ(got.spare, sent.spare);
  EXPECT_EQ(got.file_mask, sent.file_mask);
  EXPECT_EQ(got.directory, sent.directory);
  EXPECT_EQ(got.argv, sent.argv);
  EXPECT_EQ(got.environment, sent.environment);
}

TEST(Protocol, CarriesTheConditionsOfAStart) {
  Start sent = full_start();
  sent.limits = {{7, 64, 128}, {0, 600, 610}};
  sent.nice = -5;
  sent.io_priority = 0x4007;
  sent.as_user = 1;
  sent.uid = 1000;
  sent.gid = 100;
  sent.groups = {100, 27};
  const Start got = through(sent);
  ASSERT_EQ(got.limits.size(), 2u);
  EXPECT_EQ(got.limits[1].resource, 0u);
  EXPECT_EQ(got.limits[1].soft, 600u);
  EXPECT_EQ(got.limits[1].hard, 610u);
  EXPECT_EQ(got.nice, -5);
  EXPECT_EQ(got.io_priority, 0x4007);
  EXPECT_EQ(got.as_user, 1u);
  EXPECT_EQ(got.uid, 1000u);
  EXPECT_EQ(got.gid, 100u);
  EXPECT_EQ(got.groups, (std::vector<std::uint32_t>{100, 27}));
}

TEST(Protocol, TakesAStartOfAnEarlierRoundsForOneWithoutConditions) {
  std::string packet = encode(Message(full_start()));
  packet.resize(packet.size() - kLaterStartBytes);
  const auto message = decode(packet);
  ASSERT_TRUE(message);
  EXPECT_EQ(std::get<Start>(*message).argv, full_start().argv);
  EXPECT_EQ(std::get<Start>(*message).nice, kNoNice);
  EXPECT_EQ(std::get<Start>(*message).as_user, 0u);
}

TEST(Protocol, CarriesTheOtherOrders) {
  EXPECT_EQ(through(Hello{7}).version, 7u);
  EXPECT_EQ(through(Signal{kRun, 15}).run, kRun);
  EXPECT_EQ(through(Signal{kRun, 15}).signal, 15);
  EXPECT_EQ(through(Recorded{kRun}).run, kRun);
}

TEST(Protocol, CarriesTheNews) {
  const Started started = through(Started{kRun, 4321, 77, -5});
  EXPECT_EQ(started.run, kRun);
  EXPECT_EQ(started.pid, 4321);
  EXPECT_EQ(started.boot_ns, 77);
  EXPECT_EQ(started.at_ms, -5);
  const NotStarted failed = through(NotStarted{kRun, StartStep::killed_before_exec, 4});
  EXPECT_EQ(failed.run, kRun);
  EXPECT_EQ(failed.step, StartStep::killed_before_exec);
  EXPECT_EQ(failed.error, 4);
  EXPECT_EQ(through(Replayed{8}).version, 8u);
}

TEST(Protocol, CarriesExited) {
  const Exited exited = through(Exited{kRun, 4321, 77, 1, 2, 1, 9, 12'345'678, 65'536});
  EXPECT_EQ(exited.run, kRun);
  EXPECT_EQ(exited.pid, 4321);
  EXPECT_EQ(exited.boot_ns, 77);
  EXPECT_EQ(exited.started_ms, 1);
  EXPECT_EQ(exited.at_ms, 2);
  EXPECT_EQ(exited.signaled, 1u);
  EXPECT_EQ(exited.status, 9);
  EXPECT_EQ(exited.cpu_us, 12'345'678);
  EXPECT_EQ(exited.max_rss_kib, 65'536);
}

TEST(Protocol, RefusesAPacketThatIsCutShortAnywhere) {
  for (const Message& message : one_of_each()) {
    const std::string packet = encode(message);
    for (std::size_t size = 0; size < packet.size(); ++size) {
      const bool earlier_start = std::holds_alternative<Start>(message) && size == packet.size() - kLaterStartBytes;
      EXPECT_EQ(decode(packet.substr(0, size)).has_value(), earlier_start) << "message " << message.index() << " cut to " << size;
    }
  }
}

TEST(Protocol, TakesWhatALaterVersionAdds) {
  for (const Message& message : one_of_each()) {
    const auto decoded = decode(encode(message) + "more fields");
    ASSERT_TRUE(decoded) << message.index();
    EXPECT_EQ(encode(*decoded), encode(message));
  }
}

TEST(Protocol, RefusesMessagesItDoesNotKnow) {
  EXPECT_FALSE(decode(""));
  EXPECT_FALSE(decode(std::string(100, static_cast<char>(std::variant_size_v<Message>))));
  EXPECT_FALSE(decode(std::string(100, '\xff')));
}

TEST(Protocol, RefusesLengthsThatThePacketDoesNotHave) {
  std::string packet = encode(full_start());
  packet.replace(1 + 8, 4, "\xff\xff\xff\xff", 4);  // the name's
  EXPECT_FALSE(decode(packet));
}

}  // namespace
}  // namespace rounds
