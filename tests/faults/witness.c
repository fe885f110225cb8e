// witness FILE MIN_MS MAX_MS: the job of kill_test.py. It appends a START line to FILE, writes some output, runs for a
// while, appends an END line and ends. How long, how much and how it ends follow from the job's name, the due and the
// attempt alone, so that the ledger can be judged by what was bound to happen:
//
//   START RUN ATTEMPT PARENT JOB DUE NANOSECONDS
//   END   RUN ATTEMPT EXIT_CODE SIGNAL OUTPUT_BYTES NANOSECONDS
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct plan {
  long duration_ms;
  long output_bytes;
  int exit_code;
  int signal;  // 0: ends by exit
};

static unsigned hash(const char *text, unsigned h) {
  for (; *text; ++text) h = (h ^ (unsigned char)*text) * 16777619u;
  return h ^ h >> 15;
}

static struct plan make_plan(const char *job, const char *due, const char *attempt, long min_ms, long max_ms) {
  const unsigned h = hash(attempt, hash(due, hash(job, 2166136261u)));
  struct plan plan = {min_ms + h % (max_ms - min_ms + 1), h / 7 % 3000, 0, 0};
  const unsigned fate = h / 101 % 100;
  if (fate >= 95) plan.signal = SIGTERM;
  else if (fate >= 88) plan.signal = SIGKILL;
  else if (fate >= 70) plan.exit_code = 1 + (int)(h / 211 % 120);
  return plan;
}

// One write of one line: O_APPEND makes it whole and last, whoever else is writing.
static void note(const char *file, const char *format, ...) {
  char line[256];
  va_list args;
  va_start(args, format);
  int length = vsnprintf(line, sizeof line - 24, format, args);
  va_end(args);
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  length += snprintf(line + length, 24, " %lld\n", t.tv_sec * 1000000000LL + t.tv_nsec);
  const int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0 || write(fd, line, length) != length) _exit(125);
  close(fd);
}

static void put_output(long bytes) {
  static char block[4096];
  memset(block, 'w', sizeof block);
  if (write(STDOUT_FILENO, block, bytes) != bytes) _exit(125);
}

static void rest(long ms) {
  const struct timespec length = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&length, NULL);
}

static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value ? value : "-";
}

int main(int argc, char **argv) {
  if (argc != 4) return 125;
  const char *run = variable("ROUNDS_RUN_ID"), *attempt = variable("ROUNDS_ATTEMPT");
  const char *job = variable("ROUNDS_JOB"), *due = variable("ROUNDS_DUE");
  const struct plan plan = make_plan(job, due, attempt, atol(argv[2]), atol(argv[3]));

  note(argv[1], "START %s %s %d %s %s", run, attempt, (int)getppid(), job, due);
  put_output(plan.output_bytes);
  rest(plan.duration_ms);
  note(argv[1], "END %s %s %d %d %ld", run, attempt, plan.exit_code, plan.signal, plan.output_bytes);
  if (plan.signal) kill(getpid(), plan.signal);
  return plan.exit_code;
}
