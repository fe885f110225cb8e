#include "loop/launch.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <string_view>

#include "error.h"
#include "loop/start_refused.h"
#include "store/overrides.h"
#include "store/spool.h"
#include "sys/user.h"
#include "time/stamp.h"

namespace rounds {

namespace {

using Environment = std::map<std::string, std::string>;

User own_user() {
  static const User user = find_user(geteuid()).value_or(User{geteuid(), getegid(), "nobody"});
  return user;
}

User user_of(const Job& job) {
  const std::string& name = job.conditions.user;
  if (name.empty()) return own_user();
  if (auto user = find_user(name)) return *user;
  throw StartRefused(Reason::user, "there is no user \"" + name + "\"");
}

/// The allow-list; everything else of ours stays behind.
Environment base_environment(const User& user) {
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

/// Of a hook: what it follows, beside the variables of that run.
void describe_subject(Environment& environment, const Run& hook, const Run& subject) {
  const std::string name = overrides_from_text(hook.overrides).hook;
  environment["ROUNDS_HOOK"] = name;
  environment["ROUNDS_IDEMPOTENCY_KEY"] += "/" + name;
  environment["ROUNDS_VERDICT"] = subject.verdict ? to_text(*subject.verdict) : "";
  environment["ROUNDS_REASON"] = subject.reason ? to_text(*subject.reason) : "";
  environment["ROUNDS_EXIT_CODE"] = subject.ending.exit_code ? std::to_string(*subject.ending.exit_code) : "";
  environment["ROUNDS_SIGNAL"] = subject.ending.signal ? std::to_string(*subject.ending.signal) : "";
  environment["ROUNDS_LAST_DUE"] = utc_text(subject.last_due);
  environment["ROUNDS_COUNT"] = std::to_string(subject.count);
}

/// What templates and ROUNDS_PARAM_… variables say of that run.
TemplateValues values_of(const Job& job, const Run& run, const LaunchContext& context) {
  TemplateValues values{.job = run.job,
                        .run_id = run.id.value,
                        .attempt = run.attempt,
                        .due = run.due,
                        .window_start = run.window.from,
                        .window_end = run.window.to,
                        .params = job.params,
                        .zone = job.timezone ? Zone::load(*job.timezone).value_or(context.zone) : context.zone};
  for (const auto& [name, value] : overrides_from_text(run.overrides).params) {
    if (values.params.contains(name)) values.params[name] = value;  // the job may have changed since it was asked for
  }
  return values;
}

/// A stored definition may be a later rounds': what this one cannot fill in keeps that job from starting, and no other.
std::string filled(const std::string& text, const TemplateValues& values) try {
  return fill_in(text, values);
} catch (const Error& error) {
  throw StartRefused(Reason::exec, error.what());
}

std::string variable_of(std::string param) {
  for (char& c : param) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return "ROUNDS_PARAM_" + param;
}

void describe_run(Environment& environment, const Run& run) {
  environment["ROUNDS_JOB"] = run.job;
  environment["ROUNDS_RUN_ID"] = std::to_string(run.id.value);
  environment["ROUNDS_DUE"] = utc_text(run.due);
  environment["ROUNDS_ATTEMPT"] = std::to_string(run.attempt);
  environment["ROUNDS_WINDOW_START"] = utc_text(run.window.from);
  environment["ROUNDS_WINDOW_END"] = utc_text(run.window.to);
  environment["ROUNDS_IDEMPOTENCY_KEY"] = idempotency_key(run);
}

std::vector<std::string> as_list(const Environment& environment) {
  std::vector<std::string> list;
  for (const auto& [name, value] : environment) list.push_back(name + "=" + value);
  return list;
}

std::vector<std::string> environment_of(const Job& job, const Run& run, const User& user, const std::optional<Run>& subject,
                                        const TemplateValues& values, const SecretValues& secrets) {
  Environment environment = base_environment(user);
  for (const auto& [name, value] : job.env) environment[name] = filled(value, values);
  for (const auto& [name, value] : secrets) environment[name] = value;
  for (const auto& [name, value] : values.params) environment[variable_of(name)] = value;
  describe_run(environment, subject.value_or(run));
  if (subject) describe_subject(environment, run, *subject);
  std::vector<std::string> list = as_list(environment);
  list.insert(list.begin(), mark_of(run));
  return list;
}

std::vector<std::string> inspect_argv(const InspectTask& task, const LaunchContext& context) {
  std::vector<std::string> argv{context.program, "--store", context.store};
  const auto option = [&argv](const char* name, const std::string& value) {
    if (!value.empty()) argv.insert(argv.end(), {name, value});
  };
  option("--config", context.config);
  option("--jobs-dir", context.jobs_dir);
  argv.push_back("inspect");
  argv.insert(argv.end(), task.targets.begin(), task.targets.end());
  option("--business", task.business);
  option("--host", task.host);
  for (const auto& tag : task.tags) option("--tag", tag);
  option("--tier", task.tier);
  option("--fail-on", task.fail_on);
  return argv;
}

std::vector<std::string> argv_of(const Job& job, const Run& run, const LaunchContext& context, const TemplateValues& values) {
  const std::vector<std::string> extra = overrides_from_text(run.overrides).extra;
  std::vector<std::string> argv;
  switch (job.task.kind) {
    case Task::Kind::command:
      argv = {"/bin/sh", "-c", job.task.command};
      if (!extra.empty()) argv.push_back("sh");  // $0, so that the extra ones are $1 and on
      break;
    case Task::Kind::exec:
      for (const std::string& word : job.task.argv) argv.push_back(filled(word, values));
      break;
    case Task::Kind::inspect: argv = inspect_argv(job.task.inspect, context); break;
  }
  argv.insert(argv.end(), extra.begin(), extra.end());
  return argv;
}

/// Whom the child becomes; nothing when it is who we are.
void set_user(message::Start& start, const Job& job, const User& user) {
  if (job.conditions.user.empty() && job.conditions.group.empty()) return;
  gid_t gid = job.conditions.user.empty() ? getegid() : user.gid;
  if (!job.conditions.group.empty()) {
    const auto group = find_group(job.conditions.group);
    if (!group) throw StartRefused(Reason::user, "there is no group \"" + job.conditions.group + "\"");
    gid = *group;
  }
  if (user.uid == geteuid() && gid == getegid()) return;
  start.as_user = 1;
  start.uid = user.uid;
  start.gid = gid;
  for (const gid_t one : groups_of(user, gid)) start.groups.push_back(one);
}

std::vector<message::Limit> limits_of(const Job& job) {
  std::vector<message::Limit> out;
  const auto add = [&out](std::uint64_t resource, std::int64_t soft, std::int64_t hard) {
    out.push_back({resource, static_cast<std::uint64_t>(soft), static_cast<std::uint64_t>(hard)});
  };
  const ResourceLimits& limits = job.conditions.limits;
  // XCPU first, KILL when the grace is over, as with any other end that we bring about.
  if (limits.cpu) add(RLIMIT_CPU, limits.cpu->count(), (*limits.cpu + job.kill_grace).count());
  if (limits.memory) add(RLIMIT_AS, *limits.memory, *limits.memory);
  if (limits.files) add(RLIMIT_NOFILE, *limits.files, *limits.files);
  if (limits.core) add(RLIMIT_CORE, *limits.core, *limits.core);
  return out;
}

/// The value that ioprio_set(2) takes.
std::int32_t io_priority_value(IoPriority priority) {
  constexpr int class_shift = 13;
  return static_cast<std::int32_t>(priority.io_class) << class_shift | priority.level;
}

void set_conditions(message::Start& start, const Job& job, const User& user) {
  start.file_mask = static_cast<std::uint32_t>(job.conditions.umask);
  if (job.conditions.nice) start.nice = *job.conditions.nice;
  if (job.conditions.ionice) start.io_priority = io_priority_value(*job.conditions.ionice);
  start.limits = limits_of(job);
  set_user(start, job, user);
}

}  // namespace

std::string mark_of(const Run& run) { return "ROUNDS_SPOOL_KEY=" + spool_name(run); }

message::Start start_message(const Job& job, const Run& run, const LaunchContext& context, const std::optional<Run>& subject,
                             const SecretValues& secrets) {
  const User user = user_of(job);
  const TemplateValues values = values_of(job, subject.value_or(run), context);
  message::Start start;
  start.run = run.id.value;
  start.name = spool_name(run);
  start.directory = job.working_dir.empty() ? user.home : filled(job.working_dir, values);
  start.argv = argv_of(job, run, context, values);
  start.environment = environment_of(job, run, user, subject, values, secrets);
  set_conditions(start, job, user);
  return start;
}

std::vector<std::string> own_environment() { return as_list(base_environment(own_user())); }

}  // namespace rounds
