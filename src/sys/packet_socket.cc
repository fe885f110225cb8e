#include "sys/packet_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>

#include "error.h"

namespace rounds {

namespace {

/// The address of `name` below an open directory.
sockaddr_un address_of(const Fd& directory, const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const int n = std::snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", directory.get(), name.c_str());
  if (n < 0 || static_cast<std::size_t>(n) >= sizeof address.sun_path) throw sys_error(name, "name a socket", ENAMETOOLONG);
  return address;
}

Fd packet_socket() {
  Fd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) throw sys_error("socket", "make");
  const int room = static_cast<int>(2 * kMaxPacket);
  // Without the privilege the system's limit holds, and a Start near the limit is refused by send.
  if (setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) != 0) {
    setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  }
  return fd;
}

}  // namespace

Fd open_directory(const std::string& path) {
  Fd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) throw sys_error(path, "open directory");
  return fd;
}

Fd listen_at(const Fd& directory, const std::string& name, int backlog) {
  Fd fd = packet_socket();
  const sockaddr_un address = address_of(directory, name);
  const mode_t old = umask(0177);
  const int bound = bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int err = errno;
  umask(old);
  if (bound != 0) throw sys_error(name, "bind", err);
  if (listen(fd.get(), backlog) != 0) throw sys_error(name, "listen");
  return fd;
}

Connected connect_at(const Fd& directory, const std::string& name, Fd& out) {
  Fd fd = packet_socket();
  const sockaddr_un address = address_of(directory, name);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    out = std::move(fd);
    return Connected::yes;
  }
  if (errno == ECONNREFUSED || errno == ENOENT) return Connected::refused;
  if (errno == EAGAIN || errno == EINTR) return Connected::busy;
  throw sys_error(name, "connect");
}

std::optional<Fd> accept_from(const Fd& listener) {
  Fd fd(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!fd) return std::nullopt;
  return fd;
}

uid_t peer_uid(const Fd& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) throw sys_error("socket", "ask who is there");
  return peer.uid;
}

Sent send_packet(const Fd& socket, const std::string& bytes) {
  ssize_t n;
  do {
    n = send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (n < 0 && errno == EINTR);
  if (n >= 0) return Sent::yes;
  if (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM) return Sent::full;
  if (errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN) return Sent::closed;
  throw sys_error("socket", "send");
}

Received receive_packet(const Fd& socket, std::string& out) {
  static char buffer[kMaxPacket];  // one thread; too large for the stack
  for (;;) {
    const ssize_t n = recv(socket.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (n > 0) {
      out.assign(buffer, static_cast<std::size_t>(n));
      return Received::packet;
    }
    if (n == 0) return Received::end;
    if (errno == EAGAIN) return Received::nothing;
    // ECONNRESET is reported once, before messages that still wait (RUNS, rule 10).
    if (errno != ECONNRESET && errno != EINTR) throw sys_error("socket", "receive");
  }
}

}  // namespace rounds
