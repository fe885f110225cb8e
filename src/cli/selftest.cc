#include "cli/commands.h"
#include "cli/exec_private.h"
#include "error.h"

namespace rounds {

namespace {

void require_trial(const SelftestOptions& options) {
  if (options.kills + options.edits + options.stubborn > 0) return;
  throw Error(Fault::usage, "no trial is left: all three counts are 0", "rounds selftest");
}

}  // namespace

int selftest(const SelftestOptions& options, const Context& context) {
  require_trial(options);
  std::vector<std::string> words{"selftest"};
  const auto append = [&words](const char* option, int number) {
    words.insert(words.end(), {option, std::to_string(number)});
  };
  append("--kills", options.kills);
  append("--edits", options.edits);
  append("--stubborn", options.stubborn);
  if (options.seed) append("--seed", *options.seed);
  if (options.keep) words.push_back("--keep");
  exec_private("selftest", std::move(words), context);
}

}  // namespace rounds
