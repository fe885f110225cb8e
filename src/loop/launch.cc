#include "loop/launch.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <string_view>

#include "store/overrides.h"
#include "store/spool.h"
#include "time/stamp.h"

namespace rounds {

namespace {

using Environment = std::map<std::string, std::string>;

struct User {
  std::string name = "nobody";
  std::string home = "/";
  std::string shell = "/bin/sh";
};

const User& own_user() {
  static const User user = [] {
    User found;
    if (const passwd* entry = getpwuid(geteuid())) found = {entry->pw_name, entry->pw_dir, entry->pw_shell};
    return found;
  }();
  return user;
}

/// The allow-list; everything else of ours stays behind.
Environment base_environment() {
  const User& user = own_user();
  Environment environment{{"HOME", user.home}, {"USER", user.name}, {"LOGNAME", user.name}, {"SHELL", user.shell}};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto name = text.substr(0, text.find('='));
    if (name == "PATH" || name == "LANG" || name.starts_with("LC_")) environment[std::string(name)] = text.substr(name.size() + 1);
  }
  environment.try_emplace("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  return environment;
}

/// The same for every attempt of one occurrence, different for every other occurrence.
std::string idempotency_key(const Run& run) {
  if (run.occurrence || run.cause == Cause::manual) {
    return run.job + "/run/" + std::to_string(run.occurrence.value_or(run.id).value);
  }
  return run.job + "/" + std::to_string(run.epoch) + "/" + utc_text(run.due);
}

std::vector<std::string> environment_of(const Job& job, const Run& run) {
  Environment environment = base_environment();
  for (const auto& [name, value] : job.env) environment[name] = value;
  environment["ROUNDS_JOB"] = run.job;
  environment["ROUNDS_RUN_ID"] = std::to_string(run.id.value);
  environment["ROUNDS_DUE"] = utc_text(run.due);
  environment["ROUNDS_ATTEMPT"] = std::to_string(run.attempt);
  environment["ROUNDS_WINDOW_START"] = utc_text(run.window.from);
  environment["ROUNDS_WINDOW_END"] = utc_text(run.window.to);
  environment["ROUNDS_IDEMPOTENCY_KEY"] = idempotency_key(run);
  std::vector<std::string> out{mark_of(run)};
  for (const auto& [name, value] : environment) out.push_back(name + "=" + value);
  return out;
}

std::vector<std::string> inspect_argv(const InspectTask& task, const LaunchContext& context) {
  std::vector<std::string> argv{context.program, "--store", context.store};
  const auto option = [&argv](const char* name, const std::string& value) {
    if (!value.empty()) argv.insert(argv.end(), {name, value});
  };
  option("--config", context.config);
  argv.push_back("inspect");
  argv.insert(argv.end(), task.targets.begin(), task.targets.end());
  option("--business", task.business);
  option("--host", task.host);
  for (const auto& tag : task.tags) option("--tag", tag);
  option("--tier", task.tier);
  option("--fail-on", task.fail_on);
  return argv;
}

std::vector<std::string> argv_of(const Job& job, const Run& run, const LaunchContext& context) {
  const std::vector<std::string> extra = overrides_from_text(run.overrides).extra;
  std::vector<std::string> argv;
  switch (job.task.kind) {
    case Task::Kind::command:
      argv = {"/bin/sh", "-c", job.task.command};
      if (!extra.empty()) argv.push_back("sh");  // $0, so that the extra ones are $1 and on
      break;
    case Task::Kind::exec: argv = job.task.argv; break;
    case Task::Kind::inspect: argv = inspect_argv(job.task.inspect, context); break;
  }
  argv.insert(argv.end(), extra.begin(), extra.end());
  return argv;
}

}  // namespace

std::string mark_of(const Run& run) { return "ROUNDS_SPOOL_KEY=" + spool_name(run); }

message::Start start_message(const Job& job, const Run& run, const LaunchContext& context) {
  message::Start start;
  start.run = run.id.value;
  start.name = spool_name(run);
  start.directory = job.working_dir.empty() ? own_user().home : job.working_dir;
  start.argv = argv_of(job, run, context);
  start.environment = environment_of(job, run);
  return start;
}

}  // namespace rounds
