// The private executable of `rounds selftest`: takes its words, and plays the parts of its own jobs.
#include <fmt/format.h>

#include <exception>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/dispatch.h"
#include "cli/exit_code.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "error.h"
#include "selftest/outcome.h"
#include "selftest/processes.h"
#include "selftest/stage.h"
#include "selftest/tree.h"
#include "selftest/witness.h"
#include "sys/clock.h"

namespace rounds {

namespace {

using Words = std::vector<std::string>;

std::uint64_t seed_of(const SelftestOptions& options) {
  constexpr std::uint64_t kSeeds = 1'000'000;  // short enough to be typed
  return options.seed ? static_cast<std::uint64_t>(*options.seed) : std::random_device()() % kSeeds;
}

/// One trial on a bed of its own. What keeps it from being done is a problem like any other.
Trial try_on(Vigil& vigil, const std::filesystem::path& dir, const std::string& name,
             const std::function<Trial(Bed&)>& attempt) {
  Trial trial{.name = name, .done = 0, .deeds = "-"};
  try {
    Bed bed = make_bed(vigil, dir / name);
    trial = attempt(bed);
  } catch (const std::exception& error) {
    trial.problems.push_back(error.what());
  }
  end_descendants();
  return trial;
}

void do_trials(Outcome& outcome, Vigil& vigil, const SelftestOptions& options) {
  Progress progress;
  const auto perform = [&](const std::string& name, int wanted, const std::function<Trial(Bed&)>& attempt) {
    if (wanted > 0) outcome.trials.push_back(try_on(vigil, outcome.folder, name, attempt));
    progress.clear();
  };
  const auto strikes = plan_strikes(outcome.seed, options.kills);
  perform("kills", options.kills, [&](Bed& bed) { return try_kills(bed, strikes, progress); });
  perform("editors", options.edits, [&](Bed& bed) { return try_editors(bed, options.edits, progress); });
  perform("stubborn", options.stubborn, [&](Bed& bed) { return try_stubborn(bed, options.stubborn, progress); });
}

void write_problems(const Outcome& outcome) {
  std::ofstream file(outcome.folder / "problems.txt");
  file << heading(outcome) << "\n";
  for (const Trial& trial : outcome.trials) {
    for (const std::string& problem : trial.problems) file << trial.name << ": " << problem << "\n";
  }
}

int run_selftest(const SelftestOptions& options, const Context& context) {
  Vigil vigil;
  Stage stage(context.settings.store);
  Outcome outcome{.seed = seed_of(options), .folder = stage.folder()};
  if (options.keep) stage.keep();
  outcome.machine = look_at_machine(stage.folder());
  if (for_people(context.global)) print_line(heading(outcome));
  finish_printing();
  do_trials(outcome, vigil, options);
  outcome.kept = options.keep || !held(outcome);
  if (!held(outcome)) {
    stage.keep();
    write_problems(outcome);
  }
  print_outcome(outcome, context.global);
  return held(outcome) ? exit_code::ok : exit_code::failed;
}

int perform(const CommandLine& line) {
  const auto* options = std::get_if<SelftestOptions>(&line.command);
  if (options == nullptr) throw Error(Fault::usage, "this is a part of rounds, not a command", "rounds help selftest");
  return run_selftest(*options, {line.global, load_settings(line.global.paths), read_clock()});
}

int run_command(const Words& args) {
  try {
    const int status = perform(parse_command_line(args));
    finish_printing();
    return status;
  } catch (const Interrupted& interrupted) {
    return exit_code::signal_base + interrupted.signal;
  } catch (const std::exception& error) {
    return report_error(error, args);
  }
}

}  // namespace

}  // namespace rounds

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + (argc > 0 ? 1 : 0), argv + argc);
  const std::string part = args.empty() ? "" : args.front();
  if (part == "witness") return rounds::play_witness({args.begin() + 1, args.end()});
  if (part == "tree") return rounds::play_tree({args.begin() + 1, args.end()});
  return rounds::run_command(args);
}
