#include <unistd.h>

#include "cli/commands.h"
#include "cli/inspector.h"
#include "error.h"
#include "sys/process.h"

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
  if (options.nagios) words.push_back("--nagios");
  if (options.dry_run) words.push_back("--dry-run");
  return words;
}

void append_globals(Words& words, const Context& context) {
  words.insert(words.end(), {"--store", context.settings.store.string()});
  if (!context.global.paths.config.empty()) append(words, "--config", context.global.paths.config);
  if (context.global.utc) words.push_back("--utc");
  append(words, "--tz", context.global.tz);
  if (context.global.format != Format::table) words.push_back("--json");
}

}  // namespace

void exec_inspector(Words words, const Context& context) {
  append_globals(words, context);
  std::string program = private_executable("inspect").string();
  std::vector<char*> argv{program.data()};
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  throw sys_error(program, "exec");
}

int inspect(const InspectOptions& options, const Context& context) { exec_inspector(words_of(options), context); }

}  // namespace rounds
