#include "cli/define_options.h"

#include <cstddef>

namespace rounds {

namespace {

using Need = OptionParser::Need;

struct KeyOption {
  const char* option;
  const char* key;
  const char* value;
  const char* text;
};
/// The options of `add` that are keys of a job; `retry.` and `env` ones are put together by add.cc.
constexpr KeyOption kJobKeys[] = {
    {"--description", "description", "TEXT", "what the job is for"},
    {"--timezone", "timezone", "ZONE", "zone its schedule is read in"},
    {"--env", "env", "NAME=VALUE", "a variable for its environment; repeatable"},
    {"--secret", "secrets", "NAME=SOURCE", "a variable kept elsewhere: file:PATH, credential:NAME, env:NAME; repeatable"},
    {"--param", "params", "NAME=VALUE", "a parameter and its default, for run-now --param; repeatable"},
    {"--working-dir", "working_dir", "DIR", "where it starts; default: the home directory"},
    {"--timeout", "timeout", "D", "longest time an attempt may take"},
    {"--kill-grace", "kill_grace", "D", "time between TERM and KILL; default 10s"},
    {"--overlap", "overlap", "skip|queue|replace|allow", "when it is still running at its next due"},
    {"--max-instances", "max_instances", "N", "how many may run at once with overlap allow"},
    {"--misfire-grace", "misfire_grace", "D", "how late a start may be; default 1h"},
    {"--catchup", "catchup", "latest|all|none", "what to make up after a downtime"},
    {"--max-catchup", "max_catchup", "N", "how much of it at most"},
    {"--retry", "retry.max_attempts", "N", "attempts in all"},
    {"--retry-backoff", "retry.backoff", "constant|exponential", "how the delay between them grows"},
    {"--retry-initial-delay", "retry.initial_delay", "D", "delay before the second attempt"},
    {"--retry-max-delay", "retry.max_delay", "D", "longest delay"},
    {"--retry-on-codes", "retry.on_codes", "N,N", "exit codes worth another attempt; default: all"},
    {"--success-codes", "success_codes", "N,N", "exit codes that mean success; default 0"},
    {"--skip-code", "skip_code", "N", "exit code that says: there was nothing to do"},
    {"--done-code", "done_code", "N", "exit code that says: succeeded, and never again"},
    {"--leftovers", "leftovers", "keep|kill", "what becomes of processes that a run leaves behind"},
    {"--after-loss", "after_loss", "report|rerun", "what follows when nobody saw how a run ended"},
    {"--user", "user", "USER", "whom it runs as; only root may choose"},
    {"--group", "group", "GROUP", "in which group; default: the user's own"},
    {"--umask", "umask", "OCTAL", "permissions that its new files lack; default 022"},
    {"--nice", "nice", "N", "CPU priority, -20 (first) to 19 (last)"},
    {"--ionice", "ionice", "CLASS[:LEVEL]", "disk priority: idle, best-effort:0 to 7, realtime:0 to 7"},
    {"--limits-cpu", "limits.cpu", "D", "CPU time each of its processes may use"},
    {"--limits-memory", "limits.memory", "SIZE", "address space of each of its processes"},
    {"--limits-files", "limits.files", "N", "files each of its processes may have open"},
    {"--limits-core", "limits.core", "SIZE", "largest core file"},
    {"--pool", "pool", "POOL", "whose slots its runs take; pools stand in config.toml"},
    {"--slots", "slots", "N", "how many of them each run takes"},
    {"--output-max", "output_max", "SIZE", "how much output of a run is kept; default 1 MiB"},
    {"--on-failure", "on_failure.command", "LINE", "a command to run after it failed for good"},
    {"--on-success", "on_success.command", "LINE", "a command to run after it succeeded"},
    {"--on-missed", "on_missed.command", "LINE", "a command to run after dues were missed"},
    {"--tag", "tags", "TAG", "a label to select by; repeatable, or parted by commas"},
    {"--start", "start", "T", "no due before this moment"},
    {"--until", "until", "T", "no due after this moment, or this length"},
    {"--except", "except", "DAY|TIMES",
     "no run then: sat, 2026-12-25, 22:00-06:00, file=PATH; repeatable, or by commas"},
    {"--max-runs", "max_runs", "N", "how many scheduled runs in all"},
    {"--window", "window", "D", "length of time a run is about"},
    {"--enabled", "enabled", "true|false", "false: defined, but never due"},
    {"--priority", "priority", "N", "higher goes first among due runs"},
};

/// Options that add a key and its value to a definition.
template <std::size_t N>
void define_keys(OptionParser& p, const KeyOption (&options)[N],
                 std::vector<std::pair<std::string, std::string>>& keys) {
  for (const KeyOption& option : options) {
    const auto take = [&keys, &option](const std::string& given) { keys.emplace_back(option.key, given); };
    p.repeated(option.option, take, option.value, option.text);
  }
}

void define_selection(OptionParser& p, std::vector<std::string>& names, std::vector<std::string>& tags, bool& all) {
  p.operands("NAME", names, Need::optional);
  p.repeated("--tag", tags, "TAG", "jobs with this tag; repeated: all of them, with commas: any of them");
  p.flag("--all", all, "every job");
}

constexpr KeyOption kTargetKeys[] = {
    {"--engine", "engine", "ENGINE", "sqlite, postgresql, mariadb or host"},
    {"--path", "path", "FILE", "sqlite: the database file"},
    {"--address", "address", "HOST", "name, IP address or folder of the socket"},
    {"--port", "port", "PORT", "of the server"},
    {"--user", "user", "NAME", "to log in as"},
    {"--dbname", "dbname", "NAME", "the database to connect to first"},
    {"--service", "service", "NAME", "postgresql: of libpq's service file"},
    {"--option-file", "option_file", "FILE", "mariadb: with user and password, as its client reads it"},
    {"--tls", "tls", "MODE", "disable, prefer, require, verify-ca, verify-full"},
    {"--tls-ca", "tls_ca", "FILE", "the certificates to trust"},
    {"--password", "password", "PLACE", "where it is kept: file:PATH, env:NAME, credential:NAME"},
    {"--business", "business", "B", "what it serves"},
    {"--host", "host", "H", "where it runs"},
    {"--labels", "labels", "A,B", "to select by"},
    {"--data-dir", "data_dir", "DIR", "of the server, if it does not tell"},
    {"--logs", "logs", "PATTERN", "its log files; repeatable"},
    {"--backups", "backups", "PATTERN", "the files that are backups of it: '/backups/shop-*.db'; repeatable"},
    {"--pitr-days", "pitr_days", "N", "how far back a restore has to reach"},
    {"--thresholds", "thresholds", "NAME=N", "of a check: pg.run.disk.warning_percent=85; repeatable"},
    {"--suppress", "suppress", "CHECK", "accepted findings: an id, or { check = …, reason = …, owner = …, until = … }; repeatable"},
};

void define_language(OptionParser& p, std::string& lang) {
  p.choice(
      "--lang", {"en", "zh"}, [&lang](const std::string& given) { lang = given; }, "language of the report; default en");
}

void define_report(OptionParser& p, std::string& id, std::string& format, std::string& lang) {
  p.operand("ID", id, Need::optional);
  p.choice(
      "--format", {"text", "json", "html", "markdown", "csv"}, [&format](const std::string& given) { format = given; },
      "how the report looks");
  define_language(p, lang);
}

}  // namespace

void define(OptionParser& p, AddOptions& o) {
  p.operand("NAME", o.name, Need::optional);
  p.value("-f,--file", o.from_file, "FILE", "add the jobs of a job file; - is standard input");
  p.value("--cron", o.cron, "E", "due when the cron expression says so");
  p.value("--every", o.every, "D", "due at this interval: 90m, day at 10:30, 2 weeks at 08:00");
  p.repeated("--at", o.at, "T", "due once, at that moment; repeatable");
  p.value("--in", o.in, "D", "due once, that long from now");
  p.value("--random", o.random, "MIN..MAX", "due again after a length drawn from that range");
  p.flag("--now", o.now, "due once, at once");
  p.value("--delay", o.delay, "D", "due this long after the end of the run before");
  p.value("--on", o.on, "start|boot", "due when the scheduler starts or the machine boots");
  p.value("--jitter", o.jitter, "D", "start up to this much after the due");
  p.value("--dst-gap", o.dst_gap, "after|skip", "what becomes of times that a clock change skips");
  p.value("--dst-overlap", o.dst_overlap, "first|second|both", "and of times that come twice");
  p.value("--command", o.command, "LINE", "one line for /bin/sh -c");
  define_keys(p, kJobKeys, o.keys);
  p.flag("--replace", o.replace, "change the job of that name, keeping its history");
  p.flag("--dry-run", o.dry_run, "show what would change");
}

void define(OptionParser& p, ListOptions& o) {
  p.operands("PATTERN", o.patterns, Need::optional);
  p.repeated("--tag", o.tags, "TAG", "only jobs with this tag; repeated: all of them, with commas: any of them");
  p.repeated("--state", o.states, "STATE", "only jobs in this state; repeatable, or parted by commas");
  p.flag("--failed", o.failed, "only jobs whose last run failed");
}

void define(OptionParser& p, ShowOptions& o) { p.operand("NAME", o.name, Need::required); }

void define(OptionParser& p, PauseOptions& o) {
  define_selection(p, o.names, o.tags, o.all);
  p.value("--for", o.for_length, "D", "resume by itself after this length");
  p.value("--until", o.until, "T", "resume by itself at this moment");
  p.value("--reason", o.reason, "TEXT", "why; shown in lists");
}

void define(OptionParser& p, ResumeOptions& o) { define_selection(p, o.names, o.tags, o.all); }

void define(OptionParser& p, RemoveOptions& o) {
  define_selection(p, o.names, o.tags, o.all);
  p.flag("-y,--yes", o.yes, "do not ask");
  p.flag("--purge", o.purge, "delete the history as well, for good");
  p.flag("--dry-run", o.dry_run, "show what would be removed");
}

void define(OptionParser& p, RestoreOptions& o) { p.operand("NAME", o.name, Need::required); }

void define(OptionParser& p, CheckOptions& o) {
  p.operands("PATH", o.paths, Need::optional);
  p.flag("--dry-run", o.dry_run, "show what loading would change, and which dues of the next week");
}

void define(OptionParser& p, RunOptions& o) {
  p.flag("--once", o.once, "run what is due now, wait for it, leave");
  p.value("--for", o.for_length, "D", "stop by itself after this length");
  p.count(
      "--max-parallel", [&o](int n) { o.max_parallel = n; }, "runs at once in all");
  p.choice(
      "--log-format", {"text", "json"}, [&o](const std::string& given) { o.log_json = given == "json"; },
      "how log lines look");
}

void define(OptionParser& p, RunNowOptions& o) {
  p.operands("NAME", o.names, Need::optional);
  p.repeated("--tag", o.tags, "TAG", "jobs with this tag; repeated: all of them, with commas: any of them");
  p.value("--delay", o.delay, "D", "pause between two jobs");
  p.value("--timeout", o.timeout, "D", "instead of the job's own timeout");
  p.value("--window", o.window, "FROM..TO", "the time the run is about");
  p.repeated("--param", o.params, "NAME=VALUE", "instead of the job's own value of a parameter; repeatable");
  p.flag("--detach", o.detach, "print the run's number and return");
  p.flag("--retry", o.retry, "retry as the job says; default: one attempt");
}

void define(OptionParser& p, StopOptions& o) { p.operands("RUN|NAME", o.runs_or_names, Need::required); }

void define(OptionParser& p, WaitOptions& o) {
  p.operands("RUN", o.runs, Need::required);
  p.value("--timeout", o.timeout, "D", "wait no longer than this; then exit 124");
}

void define(OptionParser& p, BackfillOptions& o) {
  p.operand("NAME", o.name, Need::required);
  p.value("--from", o.from, "T", "dues from this moment on");
  p.value("--to", o.to, "T", "up to, and not including; default: now");
  p.count(
      "--parallel", [&o](int n) { o.parallel = n; }, "how many of them at once; default 1");
  p.flag("--only-missing", o.only_missing, "leave out dues that a run has succeeded at");
  p.flag("--dry-run", o.dry_run, "show which dues would get a run");
  p.flag("-y,--yes", o.yes, "do not ask, however many there are");
}

void define(OptionParser& p, NextOptions& o) {
  p.operands("NAME", o.names, Need::optional);
  p.value("--cron", o.cron, "E", "a cron expression that is in no job");
  p.value("--every", o.every, "D", "an interval or phrase that is in no job");
  p.value("--at", o.at, "T", "a moment");
  p.value("--name", o.name, "NAME", "name of the job that H in the expression goes by");
  p.value("--from", o.from, "T", "due times after this moment; default: now");
  p.value("--until", o.until, "T", "no due times after this moment");
  p.value("--tz", o.tz, "ZONE", "zone the expression is read in; for jobs: zone to show");
  p.count(
      "-n", [&o](int n) { o.count = n; }, "how many; default 10");
  p.flag("--plain", o.plain, "values alone, tab-separated");
}

void define(OptionParser& p, ExplainOptions& o) {
  p.operand("JOB", o.name, Need::required);
  p.value("--at", o.at, "T", "the instant; local times are those of the job's zone");
}

void define(OptionParser& p, SimulateOptions& o) {
  p.operands("NAME", o.names, Need::optional);
  p.value("--from", o.from, "T", "the beginning; default: now");
  p.value("--to", o.to, "T", "up to, and not including; default: a week later");
  p.repeated("--down", o.down, "FROM..TO", "no scheduler runs in that time; repeatable");
  p.count(
      "--max-parallel", [&o](int n) { o.max_parallel = n; }, "runs at once in all");
}

void define(OptionParser& p, HistoryOptions& o) {
  p.operands("NAME", o.names, Need::optional);
  p.value("--since", o.since, "T", "only what was due since then");
  p.value("--verdict", o.verdict, "VERDICT", "only runs with this verdict");
  p.count(
      "-n", [&o](int n) { o.count = n; }, "how many; default: 50 on a terminal, else all");
}

void define(OptionParser& p, LogsOptions& o) {
  p.operand("NAME|RUN", o.job_or_run, Need::required);
  p.flag("-f,--follow", o.follow, "go on with what the run writes, until it ends");
  p.flag("--last-failed", o.last_failed, "the last run that failed");
}

void define(OptionParser& p, EventsOptions& o) {
  p.flag("-f,--follow", o.follow, "go on with what happens, until interrupted");
  p.value("--since", o.since, "T", "only what happened since then");
  p.value("--kind", o.kind, "KIND", "only events of this kind");
  p.count(
      "-n", [&o](int n) { o.count = n; }, "only the last so many; default: 50 on a terminal, else all");
}

void define(OptionParser& p, BackupOptions& o) { p.operand("FILE", o.file, Need::optional); }
void define(OptionParser& p, BackupRestoreOptions& o) { p.operand("FILE", o.file, Need::required); }

void define(OptionParser& p, SelftestOptions& o) {
  const auto count = [&p](const char* option, int& target, const char* text) {
    p.count(option, [&target](int n) { target = n; }, text, 0);
  };
  count("--kills", o.kills, "how often the scheduler, the keeper or both are killed; default 100");
  count("--edits", o.edits, "how many commands 8 editors give at once; default 400");
  count("--stubborn", o.stubborn, "how many jobs ignore TERM and leave children; default 50");
  p.count(
      "--seed", [&o](int n) { o.seed = n; }, "what the order of the kills is drawn from; default: a new one", 0);
  p.flag("--keep", o.keep, "keep the private folder also when all went well");
}

void define(OptionParser&, StatusOptions&) {}

void define(OptionParser& p, DoctorOptions& o) {
  p.flag("--accept-clock", o.accept_clock, "believe a clock that stands before what the store has seen");
}

void define(OptionParser& p, InspectOptions& o) {
  p.operands("TARGET", o.targets, Need::optional);
  p.repeated("--tag", o.tags, "TAG", "targets with this label");
  p.repeated("--check", o.checks, "GLOB", "only these checks");
  p.value("--business", o.business, "B", "targets of this business");
  p.value("--host", o.host, "H", "targets on this host");
  p.choice(
      "--tier", {"daily", "weekly", "monthly", "yearly"}, [&o](const std::string& given) { o.tier = given; },
      "how deep to look; default daily");
  p.value("--window", o.window, "D|FROM..TO", "the time the inspection is about");
  p.choice(
      "--fail-on", {"info", "warning", "critical"}, [&o](const std::string& given) { o.fail_on = given; },
      "exit 1 from this severity; default critical");
  p.value("-o,--output", o.output_file, "FILE", "write the report there, as its ending says: html, md, csv, json, else text");
  p.choice(
      "--lang", {"en", "zh"}, [&o](const std::string& given) { o.lang = given; }, "language of the report; default en");
  p.count(
      "--parallel", [&o](int given) { o.parallel = given; }, "how many targets at once; default 16");
  p.value("--timeout", o.timeout, "D", "what is not done by then is reported as such; default 10m");
  p.value("--metrics", o.metrics_file, "FILE", "write figures there, as OpenMetrics");
  p.flag("--nagios", o.nagios, "answer as a monitoring plugin");
  p.flag("--dry-run", o.dry_run, "show which checks would run");
}

void define(OptionParser& p, TargetAddOptions& o) {
  p.operand("NAME", o.name, Need::required);
  define_keys(p, kTargetKeys, o.keys);
  p.flag("--replace", o.replace, "change the target of that name");
}

void define(OptionParser&, TargetListOptions&) {}
void define(OptionParser& p, TargetShowOptions& o) { p.operand("NAME", o.name, Need::required); }
void define(OptionParser& p, TargetTestOptions& o) { p.operand("NAME", o.name, Need::required); }

void define(OptionParser& p, TargetSnapshotOptions& o) { p.operands("NAME", o.targets, Need::optional); }

void define(OptionParser& p, TargetGrantsOptions& o) {
  p.operand("NAME", o.name, Need::required);
  p.flag("--explain", o.explain, "say of each grant whether the login has it, and what its lack hides");
}

void define(OptionParser& p, TargetRemoveOptions& o) {
  p.operand("NAME", o.name, Need::required);
  p.flag("-y,--yes", o.yes, "do not ask");
}

void define(OptionParser& p, ReportListOptions& o) {
  p.count(
      "-n", [&o](int n) { o.count = n; }, "how many");
}

void define(OptionParser& p, ReportShowOptions& o) { define_report(p, o.id, o.format, o.lang); }

void define(OptionParser& p, ReportExportOptions& o) {
  define_report(p, o.id, o.format, o.lang);
  p.value("-o,--output", o.output_file, "FILE", "write there; default: standard output");
}

void define(OptionParser& p, ReportDiffOptions& o) {
  p.operands("ID", o.ids, Need::optional);
  p.choice(
      "--format", {"text", "json", "html", "markdown"}, [&o](const std::string& given) { o.format = given; },
      "how the comparison looks");
  define_language(p, o.lang);
}

void define(OptionParser& p, ReportPruneOptions& o) {
  p.count(
      "--keep", [&o](int n) { o.keep = n; }, "delete all but the newest so many of each target and tier");
  p.value("--older-than", o.older_than, "D", "delete what is older, but the newest of each target and tier");
  p.flag("--dry-run", o.dry_run, "show what would be deleted");
  p.flag("-y,--yes", o.yes, "do not ask");
}

void define(OptionParser& p, HelpOptions& o) {
  const auto add_word = [&o](const std::string& word) { o.topic += (o.topic.empty() ? "" : " ") + word; };
  p.operands("TOPIC", add_word, Need::optional);
  o.full = true;
}

void define(OptionParser&, VersionOptions&) {}

}  // namespace rounds
