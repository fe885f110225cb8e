// The private executable `keeper NAME`: the listening socket is descriptor 3, the spool 4.
#include <fcntl.h>
#include <signal.h>

#include <exception>

#include "keeper/keeper.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  for (const int fd : {3, 4}) {
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  try {
    rounds::Keeper(rounds::Fd(3), rounds::Fd(4), argv[1]).serve();
  } catch (const std::exception&) {
    return 70;  // nobody listens: the scheduler sees the end of the socket and takes over the children
  }
  return 0;
}
