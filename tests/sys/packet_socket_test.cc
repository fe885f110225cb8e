#include "sys/packet_socket.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <vector>

#include "error.h"
#include "sys/scratch.h"

namespace rounds {
namespace {

class PacketSocket : public testing::Test {
 protected:
  Fd connect(const std::string& name = "s") {
    Fd fd;
    EXPECT_EQ(connect_at(dir_.fd(), name, fd), Connected::yes);
    return fd;
  }
  Fd accept(const Fd& listener) {
    auto fd = accept_from(listener);
    EXPECT_TRUE(fd);
    return fd ? std::move(*fd) : Fd();
  }

  scratch::Directory dir_;
};

TEST_F(PacketSocket, IsForItsOwnerAlone) {
  const mode_t old = umask(022);
  const Fd listener = listen_at(dir_.fd(), "s", 4);
  EXPECT_EQ(umask(old), 022u) << "left as it was";
  struct stat info {};
  ASSERT_EQ(stat((dir_.path() / "s").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(PacketSocket, WorksInADirectoryWithALongPath) {
  const auto deep = dir_.path() / std::string(200, 'd');
  std::filesystem::create_directory(deep);
  const Fd directory = open_directory(deep);
  const Fd listener = listen_at(directory, "s", 4);
  Fd fd;
  EXPECT_EQ(connect_at(directory, "s", fd), Connected::yes);
}

TEST_F(PacketSocket, IsAnErrorForANameThatIsTakenOrTooLong) {
  const Fd listener = listen_at(dir_.fd(), "s", 4);
  EXPECT_THROW(listen_at(dir_.fd(), "s", 4), Error);
  EXPECT_THROW(listen_at(dir_.fd(), std::string(120, 'x'), 4), Error);
}

TEST_F(PacketSocket, RefusesWhereNobodyListens) {
  Fd fd;
  EXPECT_EQ(connect_at(dir_.fd(), "missing", fd), Connected::refused);
  listen_at(dir_.fd(), "dead", 4).reset();
  EXPECT_EQ(connect_at(dir_.fd(), "dead", fd), Connected::refused);
  EXPECT_FALSE(fd);
}

TEST_F(PacketSocket, IsBusyWhenTheBacklogIsFull) {
  const Fd listener = listen_at(dir_.fd(), "s", 2);
  std::vector<Fd> waiting;
  Connected last = Connected::yes;
  for (int i = 0; i < 10 && last == Connected::yes; ++i) last = connect_at(dir_.fd(), "s", waiting.emplace_back());
  EXPECT_EQ(last, Connected::busy);
}

TEST_F(PacketSocket, AcceptsNothingWhereNobodyWaits) { EXPECT_FALSE(accept_from(listen_at(dir_.fd(), "s", 4))); }

TEST_F(PacketSocket, KnowsWhoIsThere) {
  const Fd listener = listen_at(dir_.fd(), "s", 4);
  const Fd here = connect();
  EXPECT_EQ(peer_uid(here), geteuid());
  EXPECT_EQ(peer_uid(accept(listener)), geteuid());
}

TEST_F(PacketSocket, KeepsPacketsApartUpToTheLargest) {
  const Fd listener = listen_at(dir_.fd(), "s", 4);
  const Fd here = connect();
  const Fd there = accept(listener);
  const std::string large(kMaxPacket, 'L');
  EXPECT_EQ(send_packet(here, "first"), Sent::yes);
  EXPECT_EQ(send_packet(here, large), Sent::yes);
  std::string packet;
  EXPECT_EQ(receive_packet(there, packet), Received::packet);
  EXPECT_EQ(packet, "first");
  EXPECT_EQ(receive_packet(there, packet), Received::packet);
  EXPECT_TRUE(packet == large);
  EXPECT_EQ(receive_packet(there, packet), Received::nothing);
}

TEST_F(PacketSocket, IsFullUntilTheOtherEndReads) {
  const Fd listener = listen_at(dir_.fd(), "s", 4);
  const Fd here = connect();
  const Fd there = accept(listener);
  int sent = 0;
  while (sent < 100'000 && send_packet(here, "x") == Sent::yes) ++sent;
  ASSERT_LT(sent, 100'000);
  EXPECT_EQ(send_packet(here, "x"), Sent::full);
  std::string packet;
  int read = 0;
  while (receive_packet(there, packet) == Received::packet) ++read;
  EXPECT_EQ(read, sent);
  EXPECT_EQ(send_packet(here, "x"), Sent::yes);
}

TEST_F(PacketSocket, TellsThatTheOtherEndIsClosed) {
  const Fd listener = listen_at(dir_.fd(), "s", 4);
  const Fd here = connect();
  accept(listener).reset();
  EXPECT_EQ(send_packet(here, "x"), Sent::closed);
  std::string packet;
  EXPECT_EQ(receive_packet(here, packet), Received::end);
}

TEST_F(PacketSocket, ReadsWhatWaitsBehindAReset) {
  const Fd listener = listen_at(dir_.fd(), "s", 4);
  const Fd here = connect();
  Fd there = accept(listener);
  send_packet(there, "last words");
  send_packet(here, "never read");  // what the other end leaves unread makes its end a reset
  there.reset();
  std::string packet;
  EXPECT_EQ(receive_packet(here, packet), Received::packet);
  EXPECT_EQ(packet, "last words");
  EXPECT_EQ(receive_packet(here, packet), Received::end);
}

TEST_F(PacketSocket, OpensDirectoriesOnly) {
  std::ofstream(dir_.path() / "file") << "x";
  EXPECT_THROW(open_directory(dir_.path() / "file"), Error);
  EXPECT_THROW(open_directory(dir_.path() / "missing"), Error);
}

}  // namespace
}  // namespace rounds
