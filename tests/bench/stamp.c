// stamp FILE: appends the moment of its start, in nanoseconds since 1970, as one line. Every scheduler under test runs
// this, so what is compared is the scheduler alone.
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (argc != 2) return 2;

  char line[32];
  const int length = snprintf(line, sizeof line, "%lld\n", now.tv_sec * 1000000000LL + now.tv_nsec);
  const int fd = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0600);
  return fd >= 0 && write(fd, line, length) == length ? 0 : 1;
}
