#pragma once
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "keeper/client.h"
#include "sys/members.h"
#include "sys/process.h"
#include "sys/scratch.h"

namespace rounds {

/// One scheduler's end: what it hears, in its order.
class Ear {
 public:
  explicit Ear(KeeperLink opened) : link(std::move(opened)) {}

  /// The next message, which must be of that kind.
  template <typename M>
  M next() {
    while (heard_.empty()) listen();
    const Message message = std::move(heard_.front());
    heard_.pop_front();
    if (!std::holds_alternative<M>(message)) throw std::runtime_error("heard " + std::to_string(message.index()));
    return std::get<M>(message);
  }
  /// Waits for news of any kind, sending what waited for room.
  void listen() {
    const short wanted = link.wants_room() ? POLLIN | POLLOUT : POLLIN;
    pollfd waiting{link.fd(), wanted, 0};
    if (link.fd() < 0 || poll(&waiting, 1, scratch::kLong) <= 0) throw std::runtime_error("heard nothing");
    link.flush();
    for (Message& message : link.receive()) heard_.push_back(std::move(message));
  }
  std::deque<Message> take_all() { return std::exchange(heard_, {}); }

  KeeperLink link;

 private:
  std::deque<Message> heard_;
};

/// A keeper, the real executable, whose scheduler is the test.
class Keeping : public testing::Test {
 protected:
  Keeping() {
    const std::string fifo = path("go");
    if (mkfifo(fifo.c_str(), 0600) != 0) throw std::runtime_error("mkfifo");
    go_ = Fd(open(fifo.c_str(), O_RDWR | O_CLOEXEC));
    first_.emplace(KeeperLink::spawn(kId, spool_.fd()));
    keeper_ = first_->link.pid();
  }
  ~Keeping() override {
    first_.reset();
    if (is_child(keeper_)) {
      kill(keeper_, SIGKILL);
      scratch::await_zombie(keeper_);
    }
    for (const Member& job : find_members({{0, mark(), 0, 0}})) send_signal(job.pidfd, SIGKILL);
  }

  std::string path(const std::string& name) const { return spool_.path() / name; }
  std::string output(std::int64_t run) const { return scratch::text_of(path("r" + std::to_string(run) + ".out")); }
  message::Start order(std::int64_t run, const std::string& script) const {
    const std::string number = std::to_string(run);
    return {run, "r" + number, "", 022, "/", {"/bin/sh", "-c", script}, {"GO=" + path("go"), mark()}};
  }
  /// The first line of a job that waits until `let_go`.
  static std::string waiting(const std::string& then) { return "read line < $GO; " + then; }
  void let_go() const {
    if (write(go_.get(), "\n", 1) != 1) throw std::runtime_error("write");
  }
  /// Starts the run on the first connection; its process number.
  pid_t start(std::int64_t run, const std::string& script) {
    first_->link.send(order(run, script));
    return first_->next<message::Started>().pid;
  }
  /// Starts a run and hears of its end.
  message::Exited run_to_end(std::int64_t run, const std::string& script) {
    start(run, script);
    return first_->next<message::Exited>();
  }
  /// Another scheduler's connection, which the keeper serves once the one before has ended.
  Ear connect_again() const {
    Ear ear{KeeperLink(kId, spool_.fd())};
    ear.link.probe();
    return ear;
  }
  /// All that the keeper remembers, as it tells a new connection.
  static std::deque<Message> replay(Ear& ear) {
    while (ear.link.standing() != KeeperStanding::draining) ear.listen();
    return ear.take_all();
  }
  bool keeper_stays() const { return !scratch::readable(open_pidfd(keeper_)->get(), 50); }
  bool keeper_leaves() const {
    if (!scratch::readable(open_pidfd(keeper_)->get())) return false;
    const auto info = peek_child(keeper_);
    return info && !info->signaled && info->status == 0;
  }

  static constexpr KeeperId kId{1};
  scratch::Subreaper subreaper_;
  scratch::Directory spool_;
  Fd go_;
  std::optional<Ear> first_;
  pid_t keeper_ = 0;

 private:
  std::string mark() const { return "ROUNDS_TEST=" + spool_.path().string(); }
};

}  // namespace rounds
