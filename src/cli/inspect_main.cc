#include <exception>
#include <string>
#include <vector>

#include "cli/check_help.h"
#include "cli/dispatch.h"
#include "cli/inspect_run.h"
#include "cli/terminal.h"
#include "error.h"
#include "sys/clock.h"

namespace rounds {

namespace {

int perform(const CommandLine& line) {
  if (const auto* options = std::get_if<HelpOptions>(&line.command)) return help_on_checks(options->topic, line.global);
  const Context context{line.global, load_settings(line.global.paths), read_clock()};
  if (const auto* options = std::get_if<InspectOptions>(&line.command)) return run_inspection(*options, context);
  if (const auto* options = std::get_if<TargetTestOptions>(&line.command)) return run_target_test(*options, context);
  if (const auto* options = std::get_if<TargetSnapshotOptions>(&line.command))
    return run_target_snapshot(*options, context);
  if (const auto* options = std::get_if<TargetGrantsOptions>(&line.command))
    return run_target_grants(*options, context);
  throw Error(Fault::usage, "this is a part of rounds, not a command", "rounds help inspect");
}

int run_inspector(const std::vector<std::string>& args) {
  try {
    const int status = perform(parse_command_line(args));
    finish_printing();
    return status;
  } catch (const std::exception& error) {
    return report_error(error, args);
  }
}

}  // namespace

}  // namespace rounds

/// Takes the words of `rounds inspect …` and `rounds target test …`, nothing else.
int main(int argc, char** argv) {
  return rounds::run_inspector(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
}
