// strike ROLE WHEN VICTIMS REPORT COMMAND...: runs COMMAND, a scheduler, and kills at one exact system call.
//
// ROLE is whose calls are counted: the scheduler's, its keeper's (from its birth), or a child's of the keeper before it
// executes (all children together). Before the WHENth of them is carried out, KILL goes to VICTIMS: `s` the scheduler,
// `k` its keeper, `c` who makes the call. A child that survives its keeper here is left stopped, for the caller to let
// go on. REPORT then says "struck CALL PID"; when it never came to that, "calls COUNT". The exit status is COMMAND's.
//
// strace can do this for one name of a call in one process; here it is any call of a role, and the count is one.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum role { NOBODY, SCHEDULER, KEEPER, CHILD };

static enum role counted;  // NOBODY again after the blow
static long when, calls;
static const char *victims, *report_file;
static pid_t scheduler, keeper;

static void fail(const char *what) {
  perror(what);
  _exit(125);
}

static void report(const char *text) {
  char aside[4096];
  snprintf(aside, sizeof aside, "%s.new", report_file);
  const int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0 || write(fd, text, strlen(text)) < 0 || close(fd) != 0 || rename(aside, report_file) != 0) fail(report_file);
}

static enum role role_of(pid_t pid) { return pid == scheduler ? SCHEDULER : pid == keeper ? KEEPER : CHILD; }

// What is not asked about runs freely.
static int is_followed(enum role role) { return role == SCHEDULER || (counted != NOBODY && role <= counted); }

static void strike(pid_t caller, long call) {
  char text[64];
  counted = NOBODY;
  if (strchr(victims, 'k') && keeper) kill(keeper, SIGKILL);
  if (strchr(victims, 's')) kill(scheduler, SIGKILL);
  if (strchr(victims, 'c')) kill(caller, SIGKILL);
  else if (role_of(caller) == CHILD) kill(caller, SIGSTOP);
  snprintf(text, sizeof text, "struck %ld %d\n", call, (int)caller);
  report(text);
}

static void note_call(pid_t pid) {
  struct __ptrace_syscall_info info;
  if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0 || info.op != PTRACE_SYSCALL_INFO_ENTRY) return;
  if (++calls == when) strike(pid, (long)info.entry.nr);
}

static void note_birth(pid_t parent) {
  unsigned long born = 0;
  if (parent == scheduler && ptrace(PTRACE_GETEVENTMSG, parent, 0, &born) == 0) keeper = (pid_t)born;
}

static void go_on(pid_t pid, int signal) {
  const enum role role = role_of(pid);
  ptrace(!is_followed(role) ? PTRACE_DETACH : role == counted ? PTRACE_SYSCALL : PTRACE_CONT, pid, 0, signal);
}

// A tracee has stopped: why, and on it goes.
static void handle(pid_t pid, int status) {
  const int signal = WSTOPSIG(status), event = status >> 16;
  if (signal == (SIGTRAP | 0x80)) note_call(pid);
  if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE) note_birth(pid);
  if (event == PTRACE_EVENT_EXEC && role_of(pid) == CHILD) {
    ptrace(PTRACE_DETACH, pid, 0, 0);
  } else if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) {
    ptrace(is_followed(role_of(pid)) ? PTRACE_LISTEN : PTRACE_DETACH, pid, 0, 0);
  } else {
    go_on(pid, event || signal == (SIGTRAP | 0x80) ? 0 : signal);
  }
}

static void start(char **command) {
  int ready[2];
  char go = 0;
  if (pipe2(ready, O_CLOEXEC) != 0) fail("pipe");
  scheduler = fork();
  if (scheduler < 0) fail("fork");
  if (scheduler == 0) {
    if (read(ready[0], &go, 1) != 1) _exit(125);
    execv(command[0], command);
    fail(command[0]);
  }
  const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                       PTRACE_O_TRACEEXEC;
  if (ptrace(PTRACE_SEIZE, scheduler, 0, options) != 0) fail("ptrace");
  if (ptrace(PTRACE_INTERRUPT, scheduler, 0, 0) != 0) fail("ptrace");
  if (write(ready[1], &go, 1) != 1) fail("pipe");
  close(ready[0]);
  close(ready[1]);
}

int main(int argc, char **argv) {
  if (argc < 6) return 125;
  counted = *argv[1] == 's' ? SCHEDULER : *argv[1] == 'k' ? KEEPER : CHILD;
  when = atol(argv[2]);
  victims = argv[3];
  report_file = argv[4];
  start(argv + 5);

  for (;;) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0) fail("waitpid");
    if (WIFSTOPPED(status)) {
      handle(pid, status);
    } else if (pid == scheduler) {
      char text[64];
      snprintf(text, sizeof text, "calls %ld\n", calls);
      if (counted != NOBODY) report(text);
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
  }
}
