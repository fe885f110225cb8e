#include "config/load.h"

#include "loading.h"

namespace rounds {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using testing::due;
using testing::job_with;
using testing::load;
using testing::load_one;

TEST(Load, ReadsEveryKeyOfAJob) {
  const Job job = load_one(R"(
[job.nightly-backup]
description = "Dump the shop database"
exec = ["pg_dump", "-Fc", ""]
working_dir = "../backups"
env = { PGSERVICE = "shop" }
secrets = { A = { file = "../secrets/a" }, B = { credential = "b" }, C = { command = ["vault", "get"] }, D = { env = "DD" } }
params = { table = "orders", day = "" }
timeout = "45m"
kill_grace = "5s"
overlap = "queue"
max_instances = 4
misfire_grace = "2h"
catchup = "all"
max_catchup = 7
retry = { max_attempts = 3, backoff = "exponential", initial_delay = "1m", max_delay = "15m", on_codes = [1, 75] }
success_codes = [0, 3]
skip_code = 75
done_code = 99
leftovers = "kill"
after_loss = "rerun"
umask = "027"
nice = 5
ionice = "best-effort:7"
limits = { cpu = "10m", memory = "512 MiB", files = 64, core = 0 }
tags = ["shop", "db"]
timezone = "Europe/Berlin"
start = 2026-04-01
until = 2026-12-31
max_runs = 100
window = "3d"
enabled = false
priority = -5
trigger = { cron = "30 2 * * 1-5" }
)");
  EXPECT_EQ(job.name.text(), "nightly-backup");
  EXPECT_EQ(job.description, "Dump the shop database");
  EXPECT_EQ(job.task.kind, Task::Kind::exec);
  EXPECT_EQ(job.task.argv, (std::vector<std::string>{"pg_dump", "-Fc", ""}));
  EXPECT_EQ(job.working_dir, "/srv/backups");
  EXPECT_EQ(job.env, (std::map<std::string, std::string>{{"PGSERVICE", "shop"}}));
  EXPECT_EQ(job.secrets, (std::map<std::string, Secret>{{"A", {Secret::Kind::file, "/srv/secrets/a", {}}},
                                                        {"B", {Secret::Kind::credential, "b", {}}},
                                                        {"C", {Secret::Kind::command, {}, {"vault", "get"}}},
                                                        {"D", {Secret::Kind::env, "DD", {}}}}));
  EXPECT_EQ(job.params, (Params{{"day", ""}, {"table", "orders"}}));
  EXPECT_EQ(job.timeout, 45min);
  EXPECT_EQ(job.kill_grace, 5s);
  EXPECT_EQ(job.overlap, Overlap::queue);
  EXPECT_EQ(job.max_instances, 4);
  EXPECT_EQ(job.misfire_grace, 2h);
  EXPECT_EQ(job.catchup, Catchup::all);
  EXPECT_EQ(job.max_catchup, 7);
  EXPECT_EQ(job.retry, (Retry{3, Backoff::exponential, 1min, 15min, {1, 75}}));
  EXPECT_EQ(job.success_codes, (std::vector<int>{0, 3}));
  EXPECT_EQ(job.skip_code, 75);
  EXPECT_EQ(job.done_code, 99);
  EXPECT_EQ(job.leftovers, Leftovers::kill);
  EXPECT_EQ(job.after_loss, AfterLoss::rerun);
  EXPECT_EQ(job.conditions.umask, 027);
  EXPECT_EQ(job.conditions.nice, 5);
  EXPECT_EQ(job.conditions.ionice, (IoPriority{IoPriority::Class::best_effort, 7}));
  EXPECT_EQ(job.conditions.limits, (ResourceLimits{.cpu = 10min, .memory = 512 << 20, .files = 64, .core = 0}));
  EXPECT_EQ(job.tags, (std::vector<std::string>{"shop", "db"}));
  EXPECT_EQ(job.timezone, "Europe/Berlin");
  EXPECT_EQ(job.start, due("2026-03-31T22:00:00Z"));
  EXPECT_EQ(job.until, due("2026-12-31T22:59:59Z")) << "the last second of that day in Berlin";
  EXPECT_EQ(job.max_runs, 100);
  EXPECT_EQ(job.window, (Span{days(3), 0s}));
  EXPECT_FALSE(job.enabled);
  EXPECT_EQ(job.priority, -5);
  EXPECT_EQ(to_text(job.trigger), "30 2 * * 1-5");
}

TEST(Load, FillsInDefaults) {
  const Job job = load_one(job_with(""));
  EXPECT_EQ(job.timeout, std::nullopt);
  EXPECT_EQ(job.kill_grace, 10s);
  EXPECT_EQ(job.overlap, Overlap::skip);
  EXPECT_EQ(job.misfire_grace, 1h);
  EXPECT_EQ(job.catchup, Catchup::latest);
  EXPECT_EQ(job.max_catchup, 100);
  EXPECT_EQ(job.retry.max_attempts, 1);
  EXPECT_EQ(job.success_codes, std::vector<int>{0});
  EXPECT_EQ(job.timezone, std::nullopt);
  EXPECT_EQ(job.working_dir, "");
  EXPECT_TRUE(job.enabled);
}

TEST(Load, ReadsTheThreeTasks) {
  EXPECT_EQ(load_one(job_with("")).task.command, "true");
  const Job job = load_one(R"(
[job.orders-health]
trigger = { cron = "0 8 * * wed" }
[job.orders-health.inspect]
targets = ["orders", "stock"]
host = "db1"
business = "shop"
tags = ["gold"]
tier = "weekly"
fail_on = "warning"
)");
  EXPECT_EQ(job.task.kind, Task::Kind::inspect);
  EXPECT_EQ(job.task.inspect, (InspectTask{{"orders", "stock"}, "shop", "db1", {"gold"}, "weekly", "warning"}));
}

TEST(Load, ReadsEveryTrigger) {
  const auto trigger = [](const std::string& rule) {
    return to_text(load_one("[job.a]\ncommand = \"true\"\ntrigger = " + rule).trigger);
  };
  EXPECT_EQ(trigger(R"({ cron = "@daily" })"), "@daily");
  EXPECT_EQ(trigger(R"({ every = "90m" })"), "every 90m");
  EXPECT_EQ(trigger(R"({ every = "2d" })"), "every 2d");
  EXPECT_EQ(trigger(R"({ delay = "30s" })"), "delay 30s");
  EXPECT_EQ(trigger(R"({ on = "start" })"), "on start");
  EXPECT_EQ(trigger(R"({ on = "boot" })"), "on boot");
  EXPECT_EQ(trigger(R"([{ cron = "0 8 * * *" }, { every = "1h" }])"), "0 8 * * * | every 1h");
  EXPECT_EQ(trigger(R"({ cron = { month = "6-8,11-12", day = "3rd fri", hour = 3 } })"),
            R"({ month = "6-8,11-12", day = "3rd fri", hour = 3 })");
  EXPECT_EQ(trigger(R"({ cron = "H H(0-5) * * *" })"), "H H(0-5) * * *");
  EXPECT_EQ(trigger(R"({ every = "2 weeks at 08:00" })"), "every 2 weeks at 08:00");
  EXPECT_EQ(trigger(R"({ random = { min = "5m", max = "10m" } })"), "random 5m..10m");
  EXPECT_EQ(trigger(R"({ random = "5..10 minutes" })"), "random 5m..10m");
  EXPECT_EQ(trigger(R"({ cron = "@daily", jitter = "5m", dst = { gap = "skip", overlap = "both" } })"),
            "@daily jitter 5m gap skip overlap both");
  EXPECT_EQ(trigger(R"([{ every = "monday at 08:00", jitter = "1m" }, { at = 2027-01-01T00:00:00Z }])"),
            "every monday at 08:00 jitter 1m | at 2027-01-01T00:00:00Z");
}

TEST(Load, LetsHGoByTheNameOfTheJob) {
  const auto cron = [](const std::string& name) {
    const Job job = load_one("[job." + name + "]\ncommand = \"true\"\ntrigger = { cron = \"H H * * *\" }");
    return std::get<CronRule>(job.trigger.rules.at(0).kind).cron;
  };
  EXPECT_EQ(cron("backup"), std::get<Cron>(parse_cron("H H * * *", "backup")));
  EXPECT_FALSE(cron("backup") == cron("cleanup"));
}

TEST(Load, ReadsUntilAsATimeOfTheFirstDay) {
  EXPECT_EQ(load_one(job_with("until = 17:30:00")).until_time, 17h + 30min);
  EXPECT_EQ(load_one(job_with("until = \"17:30\"")).until_time, 17h + 30min);
}

TEST(Load, ReadsExceptionsOfEveryKind) {
  const Exceptions all =
      load_one(job_with("except = [\"sat-sun\", 2026-12-25, \"2026-12-31..2027-01-01\", \"22:00-06:00\"]")).except;
  EXPECT_EQ(to_texts(all),
            (std::vector<std::string>{"sun", "sat", "2026-12-25", "2026-12-31..2027-01-01", "22:00-06:00"}));
  EXPECT_EQ(to_texts(load_one(job_with("except = \"sun\"")).except), std::vector<std::string>{"sun"});
}

TEST(Load, ReadsADefaultOfExceptionsForEveryJob) {
  const Job job = load_one("[defaults]\nexcept = [\"sun\"]\n" + job_with(""));
  EXPECT_EQ(job.except.weekdays, 1);
}

TEST(Load, TakesAnArrayOfTriggerTables) {
  const Job job = load_one(
      "[job.a]\ncommand = \"true\"\n[[job.a.trigger]]\nevery = \"1h\"\n[[job.a.trigger]]\ncron = \"@daily\"\n");
  EXPECT_EQ(job.trigger.rules.size(), 2u);
}

std::vector<Due> instants(const std::string& lines) {
  const Job job = load_one("[job.a]\ncommand = \"true\"\n" + lines);
  return std::get<AtRule>(job.trigger.rules.at(0).kind).instants;
}

TEST(Load, ReadsInstantsInEveryForm) {
  const std::vector<Due> one{due("2026-12-31T22:59:00Z")};
  EXPECT_EQ(instants("trigger = { at = 2026-12-31T23:59:00+01:00 }"), one);
  EXPECT_EQ(instants("trigger = { at = 2026-12-31T22:59:00Z }"), one);
  EXPECT_EQ(instants("trigger = { at = \"2026-12-31T22:59:00Z\" }"), one);
  EXPECT_EQ(instants("trigger = { at = 2026-12-31T23:59:00 }\ntimezone = \"Europe/Berlin\""), one)
      << "in the job's zone";
  EXPECT_EQ(instants("trigger = { at = \"2026-12-31 23:59\" }\ntimezone = \"Europe/Berlin\""), one);
}

TEST(Load, SortsInstantsAndDropsTwins) {
  EXPECT_EQ(instants("trigger = { at = [2027-01-02T00:00:00Z, 2027-01-01T00:00:00Z, \"2027-01-02T00:00:00Z\"] }"),
            (std::vector<Due>{due("2027-01-01T00:00:00Z"), due("2027-01-02T00:00:00Z")}));
}

TEST(Load, ReadsLocalTimesAroundClockChangesAsAppointments) {
  const std::string berlin = "\ntimezone = \"Europe/Berlin\"";
  EXPECT_EQ(instants("trigger = { at = 2027-03-28T02:30:00 }" + berlin).at(0), due("2027-03-28T01:00:00Z"));
  EXPECT_EQ(instants("trigger = { at = 2027-10-31T02:30:00 }" + berlin).at(0), due("2027-10-31T00:30:00Z"));
}

TEST(Load, WarnsOfInstantsThatAreOver) {
  const LoadedFile file = load("[job.a]\ncommand = \"true\"\ntrigger = { at = 2020-01-01T00:00:00Z }\n");
  EXPECT_TRUE(file.ok());
  EXPECT_EQ(file.jobs.size(), 1u);
  ASSERT_EQ(file.problems.size(), 1u);
  EXPECT_EQ(file.problems[0].severity, Diagnostic::Severity::warning);
  EXPECT_EQ(file.problems[0].line, 3);
  EXPECT_TRUE(load("[job.a]\ncommand = \"true\"\ntrigger = { at = [2020-01-01T00:00:00Z, 2030-01-01T00:00:00Z] }\n")
                  .problems.empty());
}

TEST(Load, ReadsUntilAsInstantDateOrLength) {
  EXPECT_EQ(load_one(job_with("until = 2026-12-31T10:00:00Z")).until, due("2026-12-31T10:00:00Z"));
  EXPECT_EQ(load_one(job_with("until = \"2026-12-31\"")).until, due("2026-12-31T23:59:59Z"));
  const Job job = load_one(job_with("until = \"30d12h\""));
  EXPECT_EQ(job.until, std::nullopt);
  EXPECT_EQ(job.until_length, (Span{days(30), 12h}));
}

TEST(Load, LetsDefaultsFillWhatAJobLacks) {
  const LoadedFile file = load(R"(
[defaults]
timezone = "Europe/Berlin"
tags = ["shop"]
env = { A = "1" }
start = 2026-04-01
[job.a]
command = "true"
trigger = { every = "1h" }
[job.b]
command = "true"
trigger = { every = "1h" }
timezone = "UTC"
tags = []
env = { B = "2" }
)");
  ASSERT_EQ(render(file.problems), "");
  const Job& a = file.jobs.at(0).job;
  const Job& b = file.jobs.at(1).job;
  EXPECT_EQ(a.timezone, "Europe/Berlin");
  EXPECT_EQ(a.tags, std::vector<std::string>{"shop"});
  EXPECT_EQ(a.start, due("2026-03-31T22:00:00Z"));
  EXPECT_EQ(b.start, due("2026-04-01T00:00:00Z")) << "read in the zone of the job that inherits it";
  EXPECT_TRUE(b.tags.empty());
  EXPECT_EQ(b.env, (std::map<std::string, std::string>{{"B", "2"}})) << "a key counts as a whole";
}

TEST(Load, KeepsTheOrderAndTheLinesOfTheFile) {
  const LoadedFile file = load(
      "\xEF\xBB\xBF[job.z]\ncommand=\"true\"\ntrigger={every=\"1h\"}\n\n[job.\"a.b\"]\ncommand=\"true\"\r\ntrigger={"
      "every=\"1h\"}\r\n");
  ASSERT_EQ(render(file.problems), "");
  EXPECT_EQ(file.jobs.at(0).job.name.text(), "z");
  EXPECT_EQ(file.jobs.at(0).line, 1);
  EXPECT_EQ(file.jobs.at(1).job.name.text(), "a.b");
  EXPECT_EQ(file.jobs.at(1).line, 5);
}

TEST(Load, LeavesKeysOfTheUserAlone) {
  EXPECT_EQ(load_one("x-owner = 1\n[job.x-ray]\nx-ticket = \"OPS-1\"\ncommand = \"true\"\ntrigger = { every = \"1h\", "
                     "x-why = true }\n")
                .name.text(),
            "x-ray");
}

TEST(Load, TakesAnEmptyFile) {
  EXPECT_TRUE(load("").ok());
  EXPECT_TRUE(load("# nothing yet\n").jobs.empty());
}

TEST(Load, MakesMaxDelayFollowALongInitialDelay) {
  EXPECT_EQ(load_one(job_with("retry = { max_attempts = 2, initial_delay = \"2h\" }")).retry.max_delay, 2h);
}

TEST(Load, LeavesBracesInACommandToTheShell) {
  EXPECT_EQ(
      load_one("[job.a]\ncommand = \"docker ps --format '{{.Names}}'\"\ntrigger = { every = \"1h\" }\n").task.command,
      "docker ps --format '{{.Names}}'");
}

TEST(Load, QuotesAnyTextSoThatItReadsBack) {
  const std::string hard = "a \"b\" \\ \t \n \x01 \x7f caf\xC3\xA9 'c' # d {{ }}";
  EXPECT_EQ(load_one("[job.a]\ntrigger = { every = \"1h\" }\ncommand = " + toml_quote(hard)).task.command, hard);
  EXPECT_EQ(toml_quote(""), "\"\"");
}

}  // namespace
}  // namespace rounds
