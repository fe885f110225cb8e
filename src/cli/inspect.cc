#include "cli/commands.h"
#include "cli/exec_private.h"

namespace rounds {

namespace {

using Words = std::vector<std::string>;

void append(Words& words, const char* option, const std::optional<std::string>& value) {
  if (value) words.insert(words.end(), {option, *value});
}

void append_each(Words& words, const char* option, const std::vector<std::string>& values) {
  for (const std::string& value : values) words.insert(words.end(), {option, value});
}

Words words_of(const InspectOptions& options) {
  Words words{"inspect"};
  words.insert(words.end(), options.targets.begin(), options.targets.end());
  append_each(words, "--tag", options.tags);
  append_each(words, "--check", options.checks);
  append(words, "--business", options.business);
  append(words, "--host", options.host);
  append(words, "--tier", options.tier);
  append(words, "--window", options.window);
  append(words, "--fail-on", options.fail_on);
  append(words, "-o", options.output_file);
  append(words, "--metrics", options.metrics_file);
  append(words, "--timeout", options.timeout);
  words.insert(words.end(), {"--parallel", std::to_string(options.parallel)});
  append(words, "--lang", options.lang);
  if (options.nagios) words.push_back("--nagios");
  if (options.dry_run) words.push_back("--dry-run");
  return words;
}

}  // namespace

int inspect(const InspectOptions& options, const Context& context) {
  exec_private("inspect", words_of(options), context);
}

}  // namespace rounds
