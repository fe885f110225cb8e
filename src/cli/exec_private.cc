#include "cli/exec_private.h"

#include <unistd.h>

#include "error.h"
#include "sys/process.h"

namespace rounds {

namespace {

void append_globals(std::vector<std::string>& words, const Context& context) {
  const GlobalOptions& global = context.global;
  if (!context.settings.store.empty()) words.insert(words.end(), {"--store", context.settings.store.string()});
  if (!context.settings.jobs_dir.empty()) words.insert(words.end(), {"--jobs-dir", context.settings.jobs_dir.string()});
  if (!global.paths.config.empty()) words.insert(words.end(), {"--config", global.paths.config});
  if (global.utc) words.push_back("--utc");
  if (global.tz) words.insert(words.end(), {"--tz", *global.tz});
  if (global.format != Format::table) words.push_back("--json");
}

}  // namespace

void exec_private(const std::string& name, std::vector<std::string> words, const Context& context) {
  append_globals(words, context);
  std::string program = private_executable(name).string();
  std::vector<char*> argv{program.data()};
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  throw sys_error(program, "exec");
}

}  // namespace rounds
