// raw_spawn COUNT AT_ONCE PROGRAM ARG...: what the machine can do without any scheduler. Runs the program COUNT times,
// AT_ONCE at a time, and prints how many seconds that took.
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

extern char** environ;

namespace {

void start(char** argv) {
  pid_t pid;
  if (const int err = posix_spawn(&pid, argv[0], nullptr, nullptr, argv, environ); err != 0) {
    std::fprintf(stderr, "raw_spawn: %s: error %d\n", argv[0], err);
    std::exit(1);
  }
}

void run_all(int count, int at_once, char** argv) {
  int started = 0;
  for (int ended = 0; ended < count; ++ended) {
    for (; started < count && started - ended < at_once; ++started) start(argv);
    wait(nullptr);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const auto begin = std::chrono::steady_clock::now();
  run_all(std::atoi(argv[1]), std::atoi(argv[2]), argv + 3);
  std::printf("%.6f\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
}
