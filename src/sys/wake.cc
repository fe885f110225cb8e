#include "sys/wake.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>

#include "error.h"

namespace rounds {

namespace {

constexpr char kName[] = "wake";

sockaddr_un bell_address(int directory) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", directory, kName);
  return address;
}

}  // namespace

Fd bind_bell(const std::filesystem::path& spool) {
  const Fd directory(open(spool.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) throw sys_error(spool, "open directory");
  unlinkat(directory.get(), kName, 0);
  Fd bell(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!bell) throw sys_error("socket", "make");
  const sockaddr_un address = bell_address(directory.get());
  const mode_t old = umask(0177);
  const int bound = bind(bell.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int err = errno;
  umask(old);
  if (bound != 0) throw sys_error(spool / kName, "bind", err);
  return bell;
}

bool ring_bell(const std::filesystem::path& spool) {
  const Fd directory(open(spool.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const Fd ringer(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!directory || !ringer) return false;
  const sockaddr_un address = bell_address(directory.get());
  const ssize_t n = sendto(ringer.get(), "!", 1, MSG_DONTWAIT | MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
                           sizeof address);
  return n == 1 || errno == EAGAIN;  // a full queue will be heard as well
}

void hear_bell(const Fd& bell) {
  char ring[16];
  while (recv(bell.get(), ring, sizeof ring, MSG_DONTWAIT) > 0) {
  }
}

}  // namespace rounds
