#include "sys/members.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "sys/process.h"
#include "sys/scratch.h"

namespace rounds {
namespace {

using scratch::Child;

std::set<pid_t> pids(const std::vector<Member>& members) {
  std::set<pid_t> all;
  for (const Member& member : members) all.insert(member.pid);
  return all;
}

/// What only the programs of this test carry.
std::string carries(const std::string& run) { return "ROUNDS_TEST=" + std::to_string(getpid()) + "-" + run; }

/// A process of another program with that environment. Exec closes its ends of all gates.
Child program(const std::string& entry) {
  return Child([&] {
    char* argv[] = {const_cast<char*>("sleep"), const_cast<char*>("1000"), nullptr};
    char* environment[] = {const_cast<char*>("FIRST=1"), const_cast<char*>(entry.c_str()), nullptr};
    execve("/bin/sleep", argv, environment);
    return 1;
  });
}

Traits in_session(pid_t session) { return {session, "", 0, 0}; }
Traits with_environment(const std::string& entry) { return {0, entry, 0, 0}; }

TEST(Members, AreFoundByTheirSession) {
  scratch::Gate ready;
  Child leader([&] {
    setsid();
    if (fork() == 0) setpgid(0, 0);
    ready.open();
    scratch::stay();
    return 0;
  });
  ready.wait();
  ready.wait();
  const auto members = find_members({in_session(leader.pid())});
  EXPECT_EQ(members.size(), 2u);
  EXPECT_TRUE(pids(members).contains(leader.pid()));
  for (const Member& member : members) EXPECT_TRUE(send_signal(member.pidfd, SIGKILL));
}

TEST(Members, AreFoundByTheirEnvironment) {
  scratch::Gate gate;
  Child ours = program(carries("17"));
  Child longer = program(carries("170"));
  gate.only_wait();
  gate.wait();  // both have executed
  EXPECT_EQ(pids(find_members({with_environment(carries("17"))})), std::set{ours.pid()});
  EXPECT_EQ(pids(find_members({with_environment(carries("170").substr(1))})), std::set<pid_t>{});
  EXPECT_EQ(pids(find_members({with_environment(carries("170"))})), std::set{longer.pid()});
}

TEST(Members, AreFoundByTheOutputTheyCanWrite) {
  scratch::Directory dir;
  const std::string file = dir.path() / "out";
  std::ofstream(file) << "x";
  scratch::Gate ready;
  const auto opener = [&](int flags) {
    const Fd fd(open(file.c_str(), flags | O_CLOEXEC));
    ready.open();
    scratch::stay();
    return 0;
  };
  Child writer([&] { return opener(O_WRONLY | O_APPEND); });
  Child reader([&] { return opener(O_RDONLY); });
  ready.wait();
  ready.wait();
  struct stat info {};
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(pids(find_members({{0, "", info.st_dev, info.st_ino}})), std::set{writer.pid()});
}

TEST(Members, AreToldApartByRun) {
  scratch::Gate gate;
  Child first = program(carries("1"));
  Child second = program(carries("2"));
  gate.only_wait();
  gate.wait();
  const auto members = find_members({with_environment(carries("2")), with_environment(carries("1"))});
  ASSERT_EQ(members.size(), 2u);
  for (const Member& member : members) EXPECT_EQ(member.pid, member.run == 0 ? second.pid() : first.pid());
}

TEST(Members, AreNoZombies) {
  Child child([] {
    setsid();
    return 0;
  });
  scratch::await_zombie(child.pid());
  EXPECT_TRUE(find_members({in_session(child.pid())}).empty());
}

TEST(Members, AreNeverTheProcessThatAsks) {
  EXPECT_FALSE(pids(find_members({in_session(getsid(0))})).contains(getpid()));
}

TEST(Members, AreNoneOfARunWithoutTraits) { EXPECT_TRUE(find_members({Traits{}}).empty()); }

}  // namespace
}  // namespace rounds
