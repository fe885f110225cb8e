#include "keeper/client.h"

#include <fcntl.h>

#include "error.h"
#include "sys/packet_socket.h"
#include "sys/process.h"

namespace rounds {

namespace {

constexpr int kBacklog = 16;

}  // namespace

std::string KeeperLink::socket_name(KeeperId id) { return "k" + std::to_string(id.value); }

KeeperLink::KeeperLink(KeeperId id, const Fd& spool, pid_t pid) : id_(id), spool_(spool.get()), pid_(pid) {}

/// The keeper's listener blocks nothing: it is watched, never waited for.
pid_t KeeperLink::spawn_process(const std::string& name, const Fd& listener, const Fd& spool) {
  return spawn_daemon(private_executable("keeper"), {"rounds-keeper", name}, {listener.get(), spool.get()});
}

KeeperLink KeeperLink::spawn(KeeperId id, const Fd& spool, const Birth& birth) {
  KeeperLink link(id, spool);
  const std::string name = socket_name(id);
  const Fd listener = listen_at(spool, name, kBacklog);
  // Connected before it lives: it is never alive but deaf.
  if (connect_at(spool, name, link.connection_) != Connected::yes) throw sys_error(name, "connect");
  link.send(message::Hello{});
  link.pid_ = birth(name, listener, spool);
  link.serving_ = true;
  return link;
}

KeeperStanding KeeperLink::standing() const {
  if (gone_) return KeeperStanding::gone;
  if (connection_ && serving_) return KeeperStanding::serving;
  if (connection_ && replayed_) return KeeperStanding::draining;
  return KeeperStanding::silent;
}

void KeeperLink::probe() {
  if (gone_ || connection_) return;
  serving_ = replayed_ = false;
  // Its children are ours only once waitid has returned it.
  const bool alive = pid_ != 0 && is_child(pid_) && !peek_child(pid_);
  const Fd spool(fcntl(spool_, F_DUPFD_CLOEXEC, 0));
  switch (connect_at(spool, socket_name(id_), connection_)) {
    case Connected::busy: return;
    case Connected::yes: return send(message::Hello{});
    case Connected::refused: break;
  }
  if (alive) return;
  if (pid_ != 0) reap_child(pid_);
  pid_ = 0;
  gone_ = true;
}

void KeeperLink::send(const Message& message) {
  if (!connection_) return;
  unsent_.push_back(encode(message));
  flush();
}

void KeeperLink::flush() {
  while (connection_ && !unsent_.empty()) {
    switch (send_packet(connection_, unsent_.front())) {
      case Sent::full: return;
      case Sent::closed: unsent_.clear(); return;  // `receive` reads what is left, then the end
      case Sent::yes: unsent_.pop_front(); break;
    }
  }
}

std::vector<Message> KeeperLink::receive() {
  std::vector<Message> messages;
  std::string packet;
  while (connection_) {
    const Received received = receive_packet(connection_, packet);
    if (received == Received::nothing) break;
    if (received == Received::end) {
      close();
      probe();
      break;
    }
    auto message = decode(packet);
    if (!message) continue;
    if (std::holds_alternative<message::Replayed>(*message)) replayed_ = true;
    else messages.push_back(std::move(*message));
  }
  return messages;
}

void KeeperLink::close() {
  connection_.reset();
  unsent_.clear();
}

}  // namespace rounds
