// tree FILE KIND...: a job that leaves its children around, for survivors_test.py. Each child appends its process id
// to FILE and then does nothing until it is killed; so does the job itself. KIND is one of
//   child    a plain child                      stubborn  a child that ignores TERM
//   orphan   its parent is gone                 session   in a session of its own, its parent gone
//   holder   as session, without environment: only the job's standard output, still open, tells whose it is
//   self     no child: the job itself ignores TERM
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void tell(const char *file) {
  char line[32];
  const int length = snprintf(line, sizeof line, "%d\n", (int)getpid());
  const int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0 || write(fd, line, length) != length) _exit(125);
  close(fd);
}

static void stay(const char *file) {
  tell(file);
  for (;;) pause();
}

// The environment that /proc shows is the memory that exec filled, so forgetting it takes another exec.
static void stay_without_environment(const char *self, const char *file) {
  char *const args[] = {(char *)self, (char *)file, NULL};
  char *const none[] = {NULL};
  execve(self, args, none);
  _exit(125);
}

static void start(const char *self, const char *file, const char *kind) {
  const int leaves = !strcmp(kind, "session") || !strcmp(kind, "holder");
  if (fork() != 0) return;
  if ((leaves || !strcmp(kind, "orphan")) && fork() != 0) _exit(0);
  if (leaves) setsid();
  if (!strcmp(kind, "stubborn")) signal(SIGTERM, SIG_IGN);
  if (!strcmp(kind, "holder")) stay_without_environment(self, file);
  stay(file);
}

int main(int argc, char **argv) {
  if (argc < 2) return 125;
  for (int i = 2; i < argc; ++i) {
    if (!strcmp(argv[i], "self")) signal(SIGTERM, SIG_IGN);
    else start(argv[0], argv[1], argv[i]);
  }
  stay(argv[1]);
}
