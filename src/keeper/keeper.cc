#include "keeper/keeper.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <utility>

#include "error.h"
#include "keeper/child.h"
#include "sys/clock.h"
#include "sys/packet_socket.h"

namespace rounds {

namespace {

// Tags of epoll; runs have positive numbers.
constexpr std::uint64_t kListener = ~0ULL;
constexpr std::uint64_t kConnection = ~0ULL - 1;
constexpr std::uint64_t kWatcher = ~0ULL - 2;

constexpr int kGreetingMs = 5000;
constexpr int kRestMs = 1000;

std::int64_t wall_ms() { return read_clock().wall.time_since_epoch().count(); }

}  // namespace

Keeper::Keeper(Fd listener, Fd spool, std::string name)
    : epoll_(epoll_create1(EPOLL_CLOEXEC)),
      listener_(std::move(listener)),
      spool_(std::move(spool)),
      watcher_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      name_(std::move(name)) {
  if (!epoll_ || !watcher_) throw sys_error("keeper", "make its event queue");
  const std::string path = "/proc/self/fd/" + std::to_string(spool_.get()) + "/" + name_;
  // A link count that falls is an attribute change; DELETE_SELF comes only when nobody holds the inode.
  const int added = inotify_add_watch(watcher_.get(), path.c_str(), IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF);
  socket_gone_ = added < 0 && errno == ENOENT;
  watch(watcher_.get(), EPOLLIN, kWatcher);
  watch(listener_.get(), EPOLLIN, kListener);
}

void Keeper::serve() {
  std::array<epoll_event, 64> events;
  while (!done()) {
    const int n = epoll_wait(epoll_.get(), events.data(), events.size(), resting_ ? kRestMs : -1);
    if (n < 0 && errno != EINTR) throw sys_error("keeper", "wait");
    if (std::exchange(resting_, false)) watch(listener_.get(), EPOLLIN, kListener);
    for (int i = 0; i < n; ++i) handle(events[static_cast<std::size_t>(i)].data.u64, events[static_cast<std::size_t>(i)].events);
  }
}

void Keeper::handle(std::uint64_t tag, std::uint32_t events) {
  if (tag == kListener) return accept_next();
  if (tag == kWatcher) return note_socket();
  if (tag == kConnection) {
    if (connection_ && (events & EPOLLOUT) != 0) tell_all();
    if (connection_ && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read_connection();
    return;
  }
  const auto found = held_.find(static_cast<std::int64_t>(tag));
  if (found != held_.end()) record_end(found->second);
}

void Keeper::watch(int fd, std::uint32_t events, std::uint64_t tag) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = tag;
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) throw sys_error("keeper", "watch a descriptor");
}

void Keeper::unwatch(int fd) { epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

/// Takes the next connection; the listener stays unwatched until this one has been read to its end.
void Keeper::accept_next() {
  auto connection = accept_from(listener_);
  if (!connection) return rest();
  if (!greet(*connection)) return;
  connection_ = std::move(*connection);
  unwatch(listener_.get());
  watch(connection_.get(), EPOLLIN, kConnection);
  replayed_ = false;
  for (auto& [run, held] : held_) held.told = 0;
  tell_all();
}

/// There is no descriptor for who waits there, as the listener would go on telling: asked again in a while, or when
/// something else has happened.
void Keeper::rest() {
  unwatch(listener_.get());
  resting_ = true;
}

/// Ours or root's, and says Hello in time: connections are served one at a time.
bool Keeper::greet(const Fd& connection) {
  const uid_t uid = peer_uid(connection);
  if (uid != geteuid() && uid != 0) return false;
  pollfd ready{connection.get(), POLLIN, 0};
  if (poll(&ready, 1, kGreetingMs) <= 0) return false;
  std::string packet;
  if (receive_packet(connection, packet) != Received::packet) return false;
  const auto message = decode(packet);
  return message && std::holds_alternative<message::Hello>(*message);
}

void Keeper::read_connection() {
  std::string packet;
  while (connection_) {
    switch (receive_packet(connection_, packet)) {
      case Received::nothing: return;
      case Received::end: return end_connection();
      case Received::packet:
        if (const auto message = decode(packet)) obey(*message);
        break;
    }
  }
}

void Keeper::end_connection() {
  connection_.reset();
  full_ = false;
  first_connection_ = false;
  first_ended_ = true;
  watch(listener_.get(), EPOLLIN, kListener);
}

void Keeper::obey(const Message& message) {
  if (const auto* start_message = std::get_if<message::Start>(&message)) {
    if (first_connection_ && !held_.contains(start_message->run)) start(*start_message);
  } else if (const auto* signal = std::get_if<message::Signal>(&message)) {
    const auto found = held_.find(signal->run);
    // An unreaped child pins its number, so the group can be nobody else's.
    if (found != held_.end() && found->second.pid > 0) kill(-found->second.pid, signal->signal);
  } else if (const auto* recorded = std::get_if<message::Recorded>(&message)) {
    const auto found = held_.find(recorded->run);
    if (found == held_.end()) return;
    if (found->second.pid > 0) reap_child(found->second.pid);
    held_.erase(found);
  }
}

void Keeper::start(const message::Start& start) {
  Held& held = held_[start.run];
  held.run = start.run;
  held.started_ms = wall_ms();
  // A child that we could not watch must not start: its descriptor is set aside before.
  Fd reserved(fcntl(epoll_.get(), F_DUPFD_CLOEXEC, 0));
  const Birth birth = reserved ? start_child(start, spool_) : Birth{-1, false, 0, StartStep::fork, errno};
  reserved.reset();
  held.pid = birth.pid;
  held.boot_ns = birth.boot_ns;
  if (birth.ran) {
    auto pidfd = open_pidfd(birth.pid);
    if (!pidfd) throw sys_error("keeper", "watch a child");  // our maker inherits the child, status and all
    held.pidfd = std::move(*pidfd);
    watch(held.pidfd.get(), EPOLLIN, static_cast<std::uint64_t>(start.run));
  } else {
    held.failure = message::NotStarted{start.run, birth.step, birth.error};
  }
  tell(held);
}

/// The process has ended: look, remember, tell; it stays a zombie until the end is recorded.
void Keeper::record_end(Held& held) {
  const auto info = peek_child(held.pid);
  if (!info) return;
  if (held.pidfd) {
    unwatch(held.pidfd.get());
    held.pidfd.reset();
  }
  held.exit = message::Exited{held.run, held.pid, held.boot_ns, held.started_ms, wall_ms(), info->signaled ? 1u : 0u, info->status,
                              info->cpu.count(), info->max_rss_kib};
  tell(held);
}

void Keeper::tell(Held& held) {
  if (!connection_ || full_) return;
  if (held.failure) {
    if (held.told < 2 && say(*held.failure)) held.told = 2;
  } else if (held.exit) {
    if (held.told < 2 && say(*held.exit)) held.told = 2;
  } else if (held.told < 1 && say(message::Started{held.run, held.pid, held.boot_ns, held.started_ms})) {
    held.told = 1;
  }
}

/// All news that the connection has not heard, then the end of the replay.
void Keeper::tell_all() {
  if (full_) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = kConnection;
    epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, connection_.get(), &event);
    full_ = false;
  }
  for (auto& [run, held] : held_) tell(held);
  if (!full_ && !replayed_) replayed_ = say(message::Replayed{});
}

/// False when it could not be said now; the loop says it again when the socket has room.
bool Keeper::say(const Message& message) {
  switch (send_packet(connection_, encode(message))) {
    case Sent::yes: return true;
    case Sent::closed: return false;  // the end of the connection follows as an event
    case Sent::full: break;
  }
  full_ = true;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT;
  event.data.u64 = kConnection;
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, connection_.get(), &event);
  return false;
}

void Keeper::note_socket() {
  char events[1024];
  while (read(watcher_.get(), events, sizeof events) > 0) {
  }
  struct stat info {};
  socket_gone_ = fstatat(spool_.get(), name_.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0;
}

bool Keeper::done() const {
  if (first_ended_ && held_.empty()) return true;
  if (!socket_gone_ || connection_) return false;
  for (const auto& [run, held] : held_) {
    if (held.pidfd) return false;
  }
  return true;
}

}  // namespace rounds
