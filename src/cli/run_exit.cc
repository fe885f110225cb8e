#include "cli/run_exit.h"

#include <signal.h>

#include <fmt/format.h>

#include "cli/exit_code.h"
#include "cli/terminal.h"

namespace rounds {

namespace {

void say(const Run& run, const std::string& text) { print_hint(fmt::format("run {} {}", run.id.value, text)); }

int exit_of_unstarted(const Run& run) {
  if (run.reason != Reason::exec) return exit_code::before_start;
  return run.detail == "No such file or directory" ? exit_code::no_such_program : exit_code::not_executable;
}

}  // namespace

int exit_of(const Run& run) {
  switch (*run.verdict) {
    case Verdict::succeeded: return exit_code::ok;
    case Verdict::failed: return run.ending.exit_code.value_or(exit_code::failed);
    case Verdict::timed_out: say(run, "timed out"); return exit_code::timed_out;
    case Verdict::killed: return exit_code::signal_base + run.ending.signal.value_or(SIGTERM);
    case Verdict::not_started:
      say(run, fmt::format("was not started: {}: {}", run.reason ? to_text(*run.reason) : "", run.detail));
      return exit_of_unstarted(run);
    case Verdict::skipped:
      if (run.ending.exit_code) return *run.ending.exit_code;  // by its skip_code
      [[fallthrough]];
    case Verdict::unknown:
    case Verdict::missed:
    case Verdict::coalesced:
    case Verdict::cancelled: say(run, "is " + to_text(*run.verdict)); return exit_code::failed;
  }
  return exit_code::internal;
}

}  // namespace rounds
