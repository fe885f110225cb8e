#include "loop/launch.h"

#include <pwd.h>
#include <unistd.h>

#include <map>

#include "loop/looping.h"
#include "loop/start_refused.h"
#include "store/overrides.h"
#include "store/spool.h"

namespace rounds {
namespace {

using Environment = std::map<std::string, std::string>;

const LaunchContext kContext{"/usr/bin/rounds", "/var/lib/rounds/rounds.db", "/etc/rounds/config.toml", Zone::utc(), "/etc/rounds/jobs.d"};

/// Our own environment, until the end of the test.
class Ours {
 public:
  explicit Ours(std::vector<std::string> entries) : entries_(std::move(entries)), before_(environ) {
    for (std::string& entry : entries_) pointers_.push_back(entry.data());
    pointers_.push_back(nullptr);
    environ = pointers_.data();
  }
  ~Ours() { environ = before_; }
  Ours(const Ours&) = delete;
  Ours& operator=(const Ours&) = delete;

 private:
  std::vector<std::string> entries_;
  std::vector<char*> pointers_;
  char** before_;
};

Run run_of(const std::string& due) {
  Run run{.id = {7}, .job = "j", .epoch = 2, .spool_key = 0xabc};
  run.due = run.last_due = make::utc(due);
  run.window = {make::utc("2026-03-01T11:00:00Z"), run.due};
  return run;
}
Run run_now(RunId id, const Overrides& overrides = {}) {
  Run run = run_of(kStart);
  run.id = id;
  run.cause = Cause::manual;
  run.overrides = overrides_text(overrides);
  return run;
}

message::Start start_of(const Job& job, const Run& run) { return start_message(job, run, kContext); }

Environment environment_of(const Job& job, const Run& run) {
  Environment environment;
  for (const std::string& entry : start_of(job, run).environment) {
    const auto equals = entry.find('=');
    EXPECT_TRUE(environment.emplace(entry.substr(0, equals), entry.substr(equals + 1)).second)
        << entry << " is there twice";
  }
  return environment;
}
std::string key_of(const Run& run) { return environment_of(every("j", "1h"), run).at("ROUNDS_IDEMPOTENCY_KEY"); }

class Launch : public testing::Test {
 protected:
  using Run = rounds::Run;  // testing::Test has a member of that name
};

TEST_F(Launch, PassesNothingOfOursButPathAndLocale) {
  const Ours ours({"PATH=/opt/bin", "LANG=C.UTF-8", "LC_TIME=de_DE", "LANGUAGE=de", "LD_PRELOAD=x.so", "BASH_ENV=/x",
                   "IFS=,", "HOME=/elsewhere", "ROUNDS_STORE=/x", "SSH_AUTH_SOCK=/x", "PATHS=1", "NOTIFY_SOCKET=/x"});
  const Environment environment = environment_of(every("j", "1h"), run_of(kStart));
  Texts names;
  for (const auto& [name, value] : environment) names.push_back(name);
  EXPECT_EQ(names, (Texts{"HOME", "LANG", "LC_TIME", "LOGNAME", "PATH", "ROUNDS_ATTEMPT", "ROUNDS_DUE",
                          "ROUNDS_IDEMPOTENCY_KEY", "ROUNDS_JOB", "ROUNDS_RUN_ID", "ROUNDS_SPOOL_KEY",
                          "ROUNDS_WINDOW_END", "ROUNDS_WINDOW_START", "SHELL", "USER"}));
  EXPECT_EQ(environment.at("PATH"), "/opt/bin");
  EXPECT_EQ(environment.at("LC_TIME"), "de_DE");
  EXPECT_EQ(environment.at("HOME"), getpwuid(geteuid())->pw_dir) << "that of the user, not of our caller";
}

TEST_F(Launch, HasAPathWhereWeHaveNone) {
  const Ours ours({});
  EXPECT_NE(environment_of(every("j", "1h"), run_of(kStart)).at("PATH").find("/usr/bin"), std::string::npos);
}

TEST_F(Launch, TellsTheRunInUtc) {
  Run run = run_of("2026-03-01T12:30:00Z");
  run.attempt = 3;
  const Environment environment = environment_of(every("j", "1h"), run);
  EXPECT_EQ(environment.at("ROUNDS_JOB"), "j");
  EXPECT_EQ(environment.at("ROUNDS_RUN_ID"), "7");
  EXPECT_EQ(environment.at("ROUNDS_DUE"), "2026-03-01T12:30:00Z");
  EXPECT_EQ(environment.at("ROUNDS_ATTEMPT"), "3");
  EXPECT_EQ(environment.at("ROUNDS_WINDOW_START"), "2026-03-01T11:00:00Z");
  EXPECT_EQ(environment.at("ROUNDS_WINDOW_END"), "2026-03-01T12:30:00Z");
}

TEST_F(Launch, TheJobMayChangeAnyVariableButThoseOfRounds) {
  const Ours ours({"PATH=/opt/bin"});
  Job job = every("j", "1h");
  job.env = {{"PATH", "/job/bin"}, {"HOME", "/srv"}, {"COLOUR", "a=b c"}, {"ROUNDS_JOB", "another"}};
  const Environment environment = environment_of(job, run_of(kStart));
  EXPECT_EQ(environment.at("PATH"), "/job/bin");
  EXPECT_EQ(environment.at("HOME"), "/srv");
  EXPECT_EQ(environment.at("COLOUR"), "a=b c");
  EXPECT_EQ(environment.at("ROUNDS_JOB"), "j");
}

TEST_F(Launch, TheIdempotencyKeyIsOneForAllAttempts) {
  const Run first = run_of(kStart);
  Run second = first;
  second.id = {8};
  second.attempt = 2;
  second.cause = Cause::retry;
  second.spool_key = 0xdef;
  EXPECT_EQ(key_of(first), key_of(second));
  Run later = run_of("2026-03-01T13:00:00Z"), another_epoch = first, another_job = first;
  another_epoch.epoch = 3;
  another_job.job = "k";
  for (const Run& other : {later, another_epoch, another_job}) EXPECT_NE(key_of(first), key_of(other));
}

TEST_F(Launch, TheIdempotencyKeyOfAManualRunIsItsOwn) {
  const Run first = run_now({7});
  Run second = run_now({8});
  EXPECT_NE(key_of(first), key_of(second)) << "two of them in one second";
  EXPECT_NE(key_of(first), key_of(run_of(kStart)));
  second.occurrence = RunId{7};
  second.attempt = 2;
  second.cause = Cause::retry;
  EXPECT_EQ(key_of(first), key_of(second));
}

TEST_F(Launch, RunsAsItsUserWithThatUsersHome) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can run jobs as another user";
  Job job = every("j", "1h");
  job.conditions.user = "daemon";
  const passwd daemon = *getpwnam("daemon");
  const message::Start start = start_of(job, run_of(kStart));
  EXPECT_EQ(start.as_user, 1u);
  EXPECT_EQ(start.uid, daemon.pw_uid);
  EXPECT_EQ(start.gid, daemon.pw_gid);
  EXPECT_EQ(start.groups, std::vector<std::uint32_t>{daemon.pw_gid});
  EXPECT_EQ(start.directory, daemon.pw_dir);
  const Environment environment = environment_of(job, run_of(kStart));
  EXPECT_EQ(environment.at("USER"), "daemon");
  EXPECT_EQ(environment.at("LOGNAME"), "daemon");
  EXPECT_EQ(environment.at("HOME"), daemon.pw_dir);
  EXPECT_EQ(environment.at("SHELL"), daemon.pw_shell);
}

TEST_F(Launch, AUserWhoIsNotThereAnyMoreIsNobodyElse) {
  Job job = every("j", "1h");
  job.conditions.user = "nobody-here";
  EXPECT_THROW(start_of(job, run_of(kStart)), StartRefused);
  job.conditions.user.clear();
  job.conditions.group = "nobody-here";
  EXPECT_THROW(start_of(job, run_of(kStart)), StartRefused);
}

TEST_F(Launch, OurOwnUserIsNoChange) {
  Job job = every("j", "1h");
  job.conditions.user = getpwuid(geteuid())->pw_name;
  EXPECT_EQ(start_of(job, run_of(kStart)).as_user, 0u);
}

TEST_F(Launch, CarriesTheConditionsInTheKernelsNumbers) {
  Job job = every("j", "1h");
  job.kill_grace = std::chrono::seconds(5);
  job.conditions.umask = 027;
  job.conditions.nice = 3;
  job.conditions.ionice = IoPriority{IoPriority::Class::idle, 7};
  job.conditions.limits = {.cpu = std::chrono::seconds(60), .memory = 1 << 20, .files = 64, .core = 0};
  const message::Start start = start_of(job, run_of(kStart));
  EXPECT_EQ(start.file_mask, 027u);
  EXPECT_EQ(start.nice, 3);
  EXPECT_EQ(start.io_priority, 3 << 13 | 7);
  ASSERT_EQ(start.limits.size(), 4u);
  EXPECT_EQ(start.limits[0].soft, 60u);
  EXPECT_EQ(start.limits[0].hard, 65u) << "XCPU first, KILL after the grace";
}

TEST_F(Launch, ACommandIsOneLineForTheShell) {
  Job job = every("j", "1h");
  job.task.command = "echo \"$1\"; true";
  EXPECT_EQ(start_of(job, run_of(kStart)).argv, (Texts{"/bin/sh", "-c", "echo \"$1\"; true"}));
  EXPECT_EQ(start_of(job, run_now({7}, {.extra = {"a b", "$(id)"}})).argv,
            (Texts{"/bin/sh", "-c", "echo \"$1\"; true", "sh", "a b", "$(id)"}))
      << "further arguments are $1 and on, never part of the line";
}

TEST_F(Launch, AnExecIsItsArgumentsAsTheyAre) {
  Job job = every("j", "1h");
  job.task = {.kind = Task::Kind::exec, .argv = {"/bin/echo", "a b", "*"}};
  EXPECT_EQ(start_of(job, run_of(kStart)).argv, (Texts{"/bin/echo", "a b", "*"}));
  EXPECT_EQ(start_of(job, run_now({7}, {.extra = {"more"}})).argv, (Texts{"/bin/echo", "a b", "*", "more"}));
}

TEST_F(Launch, AnInspectionIsOurOwnProgram) {
  Job job = every("j", "1h");
  job.task.kind = Task::Kind::inspect;
  job.task.inspect = {
      .targets = {"orders", "stock"}, .business = "shop", .host = "", .tags = {"x", "y"}, .tier = "weekly"};
  EXPECT_EQ(start_of(job, run_of(kStart)).argv,
            (Texts{"/usr/bin/rounds", "--store", "/var/lib/rounds/rounds.db", "--config", "/etc/rounds/config.toml",
                   "--jobs-dir", "/etc/rounds/jobs.d", "inspect", "orders", "stock", "--business", "shop", "--tag", "x", "--tag", "y", "--tier", "weekly",
                   "--fail-on", "critical"}));
}

TEST_F(Launch, TheDirectoryIsTheHomeUnlessTheJobNamesOne) {
  Job job = every("j", "1h");
  EXPECT_EQ(start_of(job, run_of(kStart)).directory, getpwuid(geteuid())->pw_dir);
  job.working_dir = "/srv/shop";
  EXPECT_EQ(start_of(job, run_of(kStart)).directory, "/srv/shop");
}

TEST_F(Launch, TheMarkIsTheNameInTheSpool) {
  const Run run = run_of(kStart);
  const message::Start start = start_of(every("j", "1h"), run);
  EXPECT_EQ(start.run, 7);
  EXPECT_EQ(start.name, spool_name(run));
  EXPECT_EQ(start.environment.front(), mark_of(run));
  EXPECT_NE(mark_of(run).find(start.name), std::string::npos);
}

TEST_F(Launch, FillsInTheTemplatesOfExecEnvironmentAndFolderInTheZoneOfTheJob) {
  Job job = every("j", "1h");
  job.task = {.kind = Task::Kind::exec, .argv = {"dump", "{{ window_end | date:%Y%m%d-%H%M }}", "{{ params.table }}", "{{ job }}"}};
  job.env = {{"DAY", "{{ due | add:-1d | date:%F }}"}};
  job.working_dir = "/srv/{{ params.table }}";
  job.params = {{"table", "orders"}};
  job.timezone = "Asia/Tokyo";
  const message::Start start = start_of(job, run_of("2026-03-01T18:30:00Z"));
  EXPECT_EQ(start.argv, (Texts{"dump", "20260302-0330", "orders", "j"}));
  EXPECT_EQ(start.directory, "/srv/orders");
  EXPECT_EQ(environment_of(job, run_of("2026-03-01T18:30:00Z")).at("DAY"), "2026-03-01");
}

TEST_F(Launch, LeavesACommandAsItIsAndGivesItTheParametersAsVariables) {
  Job job = every("j", "1h");
  job.task = {.command = "echo {{ due }} \"$ROUNDS_PARAM_TABLE_2\""};
  job.params = {{"table_2", "$(evil)"}};
  EXPECT_EQ(start_of(job, run_of(kStart)).argv, (Texts{"/bin/sh", "-c", "echo {{ due }} \"$ROUNDS_PARAM_TABLE_2\""}));
  EXPECT_EQ(environment_of(job, run_of(kStart)).at("ROUNDS_PARAM_TABLE_2"), "$(evil)");
}

TEST_F(Launch, IsRefusedWhereATemplateOfALaterRoundsCannotBeFilledIn) {
  Job job = every("j", "1h");
  job.env = {{"A", "{{ due | moon }}"}};
  try {
    start_of(job, run_of(kStart));
    FAIL();
  } catch (const StartRefused& refused) {
    EXPECT_EQ(refused.reason, Reason::exec);
  }
}

TEST_F(Launch, TakesTheParametersThatARunWasAskedForWith) {
  Job job = every("j", "1h");
  job.task = {.kind = Task::Kind::exec, .argv = {"{{ params.a }}{{ params.b }}", "{{ params.a }}"}};
  job.params = {{"a", "1"}, {"b", "2"}};
  const Run run = run_now({7}, {.extra = {"{{ job }}"}, .params = {{"a", "{{ due }}"}, {"gone", "x"}}});
  EXPECT_EQ(start_of(job, run).argv, (Texts{"{{ due }}2", "{{ due }}", "{{ job }}"})) << "values are not read again";
  EXPECT_EQ(environment_of(job, run).at("ROUNDS_PARAM_A"), "{{ due }}");
  EXPECT_EQ(environment_of(job, run).count("ROUNDS_PARAM_GONE"), 0u) << "the job has it no more";
}

}  // namespace
}  // namespace rounds
