#include "store/fixture.h"
#include "store/jobs.h"

namespace rounds {
namespace {

using namespace std::chrono_literals;

/// A job in which every key differs from its default.
Job full_job() {
  Job job = make_job("full");
  job.description = "Dump the shop \"database\"\n\xc3\xa4";
  job.trigger.rules = {
      cron_trigger("*/5 8-18 * * mon-fri").rules.front(),
      EveryRule{{.days = std::chrono::days(9), .elapsed = 90min}},
      std::get<EveryRule>(parse_every("2 weeks at 08:00")),
      RandomRule{5min, 10min},
      AtRule{{kDue, kDue + 60s}},
      DelayRule{30s},
      OnRule{OnRule::Event::start},
      OnRule{OnRule::Event::boot},
  };
  job.trigger.rules[0].jitter = 5min;
  job.trigger.rules[0].dst = {ClockChange::Gap::skip, ClockChange::Overlap::second};
  std::size_t wrong = 0;
  const CronTable table{{CronField::month, "6-8"}, {CronField::day, "3rd fri"}, {CronField::hour, "H"}};
  job.trigger.rules.push_back(CronRule{std::get<Cron>(parse_cron(table, "full", wrong)), to_text(table), table});
  job.trigger.rules.push_back(CronRule{std::get<Cron>(parse_cron("H H * * *", "full")), "H H * * *"});
  job.task = {.kind = Task::Kind::exec, .argv = {"pg_dump", "-f", "a b", ""}};
  job.timezone = "Europe/Berlin";
  job.env = {{"A", "1"}, {"B", "x y"}};
  job.working_dir = "/var/backups";
  job.timeout = 45min;
  job.kill_grace = 3s;
  job.overlap = Overlap::allow;
  job.max_instances = 4;
  job.misfire_grace = 2h;
  job.catchup = Catchup::all;
  job.max_catchup = 7;
  job.retry = {
      .max_attempts = 3, .backoff = Backoff::exponential, .initial_delay = 5s, .max_delay = 15min, .on_codes = {1, 75}};
  job.secrets = {{"A", {Secret::Kind::file, "/etc/a", {}}},
                 {"B", {Secret::Kind::credential, "b", {}}},
                 {"C", {Secret::Kind::command, {}, {"vault", "kv", "get"}}},
                 {"D", {Secret::Kind::env, "DD", {}}}};
  job.params = {{"table", "orders"}, {"day", ""}};
  job.success_codes = {0, 3};
  job.skip_code = 75;
  job.done_code = 99;
  job.pool = "db";
  job.slots = 3;
  job.output_max = 1 << 17;
  job.hooks = {.on_failure = Task{.command = "mail"}, .on_missed = Task{.kind = Task::Kind::exec, .argv = {"a", "b"}}};
  job.leftovers = Leftovers::kill;
  job.after_loss = AfterLoss::rerun;
  job.conditions = {.user = "shop",
                    .group = "db",
                    .umask = 027,
                    .nice = -5,
                    .ionice = IoPriority{IoPriority::Class::best_effort, 7},
                    .limits = {.cpu = 10min, .memory = 512 << 20, .files = 64, .core = 0}};
  job.tags = {"db", "shop"};
  job.start = kDue - 1h;
  job.until = kDue + 1h;
  job.until_length = Span{.days = std::chrono::days(3)};
  job.until_time = 17h;
  for (const char* text : {"sat", "2026-12-25", "2026-12-31..2027-01-01", "22:00-06:00"})
    add_exception(job.except, text);
  job.except.files = {{"/etc/holidays", job.except.days}, {"/etc/none", {}}};
  job.max_runs = 12;
  job.window = Span{.days = std::chrono::days(2), .elapsed = 30min};
  job.enabled = false;
  job.priority = -5;
  return job;
}

void expect_equal(const Job& a, const Job& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.description, b.description);
  EXPECT_EQ(to_text(a.trigger), to_text(b.trigger));
  ASSERT_EQ(a.trigger.rules.size(), b.trigger.rules.size());
  for (std::size_t i = 0; i < a.trigger.rules.size(); ++i) {
    const auto* cron = std::get_if<CronRule>(&a.trigger.rules[i].kind);
    if (cron != nullptr) {
      EXPECT_EQ(cron->cron, std::get<CronRule>(b.trigger.rules[i].kind).cron);
    }
    EXPECT_EQ(a.trigger.rules[i].dst, b.trigger.rules[i].dst);
  }
  EXPECT_EQ(a.until_time, b.until_time);
  EXPECT_EQ(a.except, b.except);
  EXPECT_EQ(a.task, b.task);
  EXPECT_EQ(a.timezone, b.timezone);
  EXPECT_EQ(a.env, b.env);
  EXPECT_EQ(a.secrets, b.secrets);
  EXPECT_EQ(a.params, b.params);
  EXPECT_EQ(a.working_dir, b.working_dir);
  EXPECT_EQ(a.timeout, b.timeout);
  EXPECT_EQ(a.kill_grace, b.kill_grace);
  EXPECT_EQ(a.overlap, b.overlap);
  EXPECT_EQ(a.max_instances, b.max_instances);
  EXPECT_EQ(a.misfire_grace, b.misfire_grace);
  EXPECT_EQ(a.catchup, b.catchup);
  EXPECT_EQ(a.max_catchup, b.max_catchup);
  EXPECT_EQ(a.retry, b.retry);
  EXPECT_EQ(a.success_codes, b.success_codes);
  EXPECT_EQ(a.skip_code, b.skip_code);
  EXPECT_EQ(a.done_code, b.done_code);
  EXPECT_EQ(a.pool, b.pool);
  EXPECT_EQ(a.slots, b.slots);
  EXPECT_EQ(a.output_max, b.output_max);
  EXPECT_EQ(a.hooks, b.hooks);
  EXPECT_EQ(a.leftovers, b.leftovers);
  EXPECT_EQ(a.after_loss, b.after_loss);
  EXPECT_EQ(a.conditions, b.conditions);
  EXPECT_EQ(a.tags, b.tags);
  EXPECT_EQ(a.start, b.start);
  EXPECT_EQ(a.until, b.until);
  EXPECT_EQ(a.until_length, b.until_length);
  EXPECT_EQ(a.max_runs, b.max_runs);
  EXPECT_EQ(a.window, b.window);
  EXPECT_EQ(a.enabled, b.enabled);
  EXPECT_EQ(a.priority, b.priority);
}

TEST(Definition, CarriesEveryKeyThereAndBack) {
  const Job job = full_job();
  expect_equal(definition_from_text("full", definition_text(job)), job);
}

TEST(Definition, CarriesACommandAndAnInspection) {
  Job job = make_job("a");
  expect_equal(definition_from_text("a", definition_text(job)), job);
  job.task = {.kind = Task::Kind::inspect,
              .inspect = {.targets = {"orders"},
                          .business = "shop",
                          .host = "db1",
                          .tags = {"x"},
                          .tier = "weekly",
                          .fail_on = "warning"}};
  expect_equal(definition_from_text("a", definition_text(job)), job);
}

TEST(Definition, LeavesDefaultsOut) {
  EXPECT_EQ(definition_text(make_job("a")), R"({"task":{"command":"true"},"trigger":[{"cron":"30 2 * * *"}]})");
}

TEST(Definition, RefusesWhatItCannotRead) {
  for (const char* text :
       {"", "{", "{}", R"({"trigger":[{"cron":"x"}],"task":{"command":"a"}})",
        R"({"trigger":[{}],"task":{"command":"a"}})", R"({"trigger":[{"moon":1}],"task":{"command":"a"}})",
        R"({"trigger":[],"task":{}})", R"({"trigger":[],"task":{"command":"a"},"overlap":"maybe"})",
        R"({"trigger":[{"every":"day at"}],"task":{"command":"a"}})",
        R"({"trigger":[{"random":[9,1]}],"task":{"command":"a"}})",
        R"({"trigger":[{"cron":[["moon","1"]]}],"task":{"command":"a"}})",
        R"({"trigger":[{"cron":[]}],"task":{"command":"a"}})",
        R"({"trigger":[{"delay":1,"gap":"before"}],"task":{"command":"a"}})",
        R"({"trigger":[{"delay":1,"jitter":-1}],"task":{"command":"a"}})",
        R"({"trigger":[],"task":{"command":"a"},"except":["frog"]})",
        R"({"trigger":[],"task":{"command":"a"},"except":[{"file":"a"}]})"}) {
    EXPECT_EQ(fault_of([&] { definition_from_text("a", text); }), Fault::bad_data) << text;
  }
  EXPECT_EQ(fault_of([&] { definition_from_text("/", definition_text(make_job("a"))); }), Fault::bad_data);
}

TEST(Definition, RefusesTextThatIsNotUtf8) {
  Job job = make_job("a");
  job.task.command = "echo \xff";
  EXPECT_EQ(fault_of([&] { definition_text(job); }), Fault::bad_data);
}

}  // namespace
}  // namespace rounds
