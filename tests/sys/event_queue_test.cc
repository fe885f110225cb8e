#include "sys/event_queue.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <sys/socket.h>

#include <set>

#include "error.h"
#include "sys/scratch.h"

namespace rounds {
namespace {

/// Two ends that are connected.
struct Pair {
  Pair() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("socketpair");
    here = Fd(ends[0]);
    there = Fd(ends[1]);
  }
  void say() const { EXPECT_EQ(write(there.get(), "x", 1), 1); }

  Fd here, there;
};

TEST(EventQueue, TellsWhichDescriptorsAreReady) {
  EventQueue queue;
  const Pair quiet, talking;
  queue.watch(quiet.here.get());
  queue.watch(talking.here.get());
  EXPECT_TRUE(queue.wait(false).empty());
  talking.say();
  EXPECT_EQ(queue.wait(true), std::vector<int>{talking.here.get()});
}

TEST(EventQueue, TellsOfRoomToWriteOnlyWhenAsked) {
  EventQueue queue;
  const Pair pair;
  queue.watch(pair.here.get());
  EXPECT_TRUE(queue.wait(false).empty());
  queue.watch(pair.here.get(), true);
  EXPECT_EQ(queue.wait(true), std::vector<int>{pair.here.get()});
  queue.watch(pair.here.get(), false);
  EXPECT_TRUE(queue.wait(false).empty());
}

TEST(EventQueue, TellsNothingButTheEndOfOneThatIsMuted) {
  EventQueue queue;
  Pair pair;
  queue.watch(pair.here.get());
  pair.say();
  queue.mute(pair.here.get());
  EXPECT_TRUE(queue.wait(false).empty());
  queue.watch(pair.here.get());
  EXPECT_EQ(queue.wait(false).size(), 1u);
  queue.mute(pair.here.get());
  pair.there.reset();
  EXPECT_EQ(queue.wait(true), std::vector<int>{pair.here.get()});
}

TEST(EventQueue, TellsOfTheOtherEndsEnd) {
  EventQueue queue;
  Pair pair;
  queue.watch(pair.here.get());
  pair.there.reset();
  EXPECT_EQ(queue.wait(true), std::vector<int>{pair.here.get()});
}

TEST(EventQueue, ForgetsADescriptor) {
  EventQueue queue;
  const Pair pair;
  queue.watch(pair.here.get());
  pair.say();
  queue.forget(pair.here.get());
  EXPECT_TRUE(queue.wait(false).empty());
  queue.forget(pair.here.get());  // twice is no trouble
}

TEST(EventQueue, CannotWatchWhatIsNotOpen) { EXPECT_THROW(EventQueue().watch(-1), Error); }

TEST(SignalQueue, TurnsSignalsIntoEvents) {
  const scratch::KeptSignals kept;
  SignalQueue queue({SIGUSR1, SIGTERM});
  EXPECT_FALSE(scratch::readable_now(queue.fd()));
  kill(getpid(), SIGUSR1);
  kill(getpid(), SIGTERM);
  EXPECT_TRUE(scratch::readable_now(queue.fd()));
  const std::vector<int> signals = queue.read();
  EXPECT_EQ(std::set<int>(signals.begin(), signals.end()), (std::set<int>{SIGUSR1, SIGTERM}));
  EXPECT_TRUE(queue.read().empty());
}

class Watching : public testing::Test {
 protected:
  std::string path(const char* name) const { return dir_.path() / name; }
  scratch::Directory dir_;
  FileWatch watch_;
};

TEST_F(Watching, NamesTheFileThatChanged) {
  const auto number = watch_.add(dir_.path(), IN_CLOSE_WRITE | IN_MOVED_TO);
  ASSERT_TRUE(number);
  std::ofstream(path("a.toml")) << "x";
  std::filesystem::rename(path("a.toml"), path("b.toml"));
  ASSERT_TRUE(scratch::readable_now(watch_.fd()));
  const auto changes = watch_.read();
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].watch, *number);
  EXPECT_EQ(changes[0].mask, static_cast<std::uint32_t>(IN_CLOSE_WRITE));
  EXPECT_EQ(changes[0].name, "a.toml");
  EXPECT_EQ(changes[1].name, "b.toml");
  EXPECT_TRUE(watch_.read().empty());
}

TEST_F(Watching, TellsOfMoreChangesThanOneBufferHolds) {
  watch_.add(dir_.path(), IN_CREATE);
  for (int i = 0; i < 500; ++i) std::ofstream(path(("file" + std::to_string(i)).c_str()));
  const auto changes = watch_.read();
  ASSERT_EQ(changes.size(), 500u);
  EXPECT_EQ(changes.back().name, "file499");
}

TEST_F(Watching, KnowsThatThereIsNoSuchPath) {
  EXPECT_FALSE(watch_.add(path("missing"), IN_CREATE));
  std::ofstream(path("file")) << "x";
  EXPECT_FALSE(watch_.add(path("file/below"), IN_CREATE));
}

TEST_F(Watching, HasNoNameForTheWatchedPathItself) {
  std::ofstream(path("file")) << "x";
  watch_.add(path("file"), IN_ATTRIB);
  std::filesystem::permissions(path("file"), std::filesystem::perms::owner_read);
  const auto changes = watch_.read();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].name, "");
}

}  // namespace
}  // namespace rounds
