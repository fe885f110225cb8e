#include "sys/capture.h"

#include "error.h"
#include "sys/scratch.h"

namespace rounds {
namespace {

Capture ended(const std::vector<std::string>& argv, const std::vector<std::string>& environment = {}) {
  Capture capture(argv, environment);
  EXPECT_TRUE(scratch::readable(capture.fd()));
  return capture;
}

TEST(Capture, HasWhatAProgramPrintedAndHowItEnded) {
  Capture capture = ended({"sh", "-c", "printf 'a\\n\\000b'; exit 3"});
  ASSERT_TRUE(capture.end());
  EXPECT_EQ(capture.end()->status, 3);
  EXPECT_EQ(capture.output(), std::string("a\n\0b", 4));
}

TEST(Capture, GivesTheProgramItsEnvironmentAndNothingElse) {
  EXPECT_EQ(ended({"/usr/bin/env"}, {"A=1"}).output(), "A=1\n");
  EXPECT_EQ(ended({"sh", "-c", "ls /proc/self/fd | wc -l; cat"}, {"PATH=/usr/bin:/bin"}).output(), "4\n") << "0, 1, 2 and that of ls itself";
}

TEST(Capture, KillsAProgramThatIsNotWaitedForAnyMore) {
  pid_t pid = 0;
  {
    const Capture capture({"sh", "-c", "sleep 1000; true"}, {"PATH=/usr/bin:/bin"});
    pid = capture.pid();
    EXPECT_TRUE(is_child(pid));
    ASSERT_TRUE(scratch::eventually([pid] { return kill(-pid, 0) == 0; })) << "a group of its own";
  }
  EXPECT_TRUE(scratch::eventually([pid] {
    reap_child(pid);
    return kill(-pid, 0) != 0;
  })) << "nobody of the group is left";
}

TEST(Capture, DoesNotWaitForWhomTheProgramLeftBehind) {
  Capture capture = ended({"sh", "-c", "sleep 1000 & echo $!"});
  ASSERT_TRUE(capture.end());
  const std::string left = capture.output();
  kill(std::stoi(left), SIGKILL);
}

TEST(Capture, SaysWhichProgramThereIsNot) {
  try {
    Capture({"/no/such/program"}, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find("/no/such/program"), 0u);
  }
}

}  // namespace
}  // namespace rounds
