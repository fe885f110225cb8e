#include "cli/command_table.h"

#include <algorithm>

namespace rounds {

namespace {

struct Habit {
  std::string_view typed, meant;
};
constexpr Habit kHabits[] = {
    {"rm", "remove"},        {"del", "remove"},     {"delete", "remove"},   {"uninstall", "remove"},
    {"ls", "list"},          {"jobs", "list"},      {"trigger", "run-now"}, {"exec", "run-now"},
    {"start", "run-now"},    {"validate", "check"}, {"lint", "check"},      {"test", "check"},
    {"preview", "next"},     {"upcoming", "next"},  {"create", "add"},      {"new", "add"},
    {"disable", "pause"},    {"suspend", "pause"},  {"enable", "resume"},   {"unpause", "resume"},
    {"undelete", "restore"}, {"kill", "stop"},      {"cancel", "stop"},     {"describe", "show"},
    {"info", "show"},        {"cat", "show"},       {"runs", "history"},    {"output", "logs"},
    {"daemon", "run"},       {"serve", "run"},
};

}  // namespace

const std::vector<CommandEntry>& command_table() {
  static const std::vector<CommandEntry> table = {
      {"add", "Jobs", "add a job to the store",
       "NAME (--cron E|--every D|--at T|--in D|--now|--random MIN..MAX|--delay D|--on EVENT) [--KEY VALUE] (-- ARGV... "
       "| --command "
       "LINE)\n"
       "-f FILE|-",
       "rounds add backup --cron '30 2 * * 1-5' --timeout 45m -- pg_dump -Fc shop\n"
       "rounds add cleanup --every 1d --command 'find /tmp/shop -mtime +7 -delete'\n"
       "rounds add -f jobs.toml --dry-run",
       "Every key of a job file has an option of the same name. What follows -- is the program and its arguments, "
       "taken as they are; --command is one line for /bin/sh. With -f all jobs of the file are added, or none."},
      {"list", "Jobs", "list jobs with their state, schedule and last result", "[PATTERN...]",
       "rounds list\nrounds list 'shop-*' --tag db\nrounds list --failed --json", ""},
      {"show", "Jobs", "show one job in full", "NAME", "rounds show backup\nrounds show backup --json", ""},
      {"pause", "Jobs", "keep jobs from starting", "NAME...",
       "rounds pause backup\nrounds pause 'shop-*' --until 'tomorrow' --reason audit\nrounds pause --all --for 2h",
       "Dues that pass meanwhile are accounted for as skipped and never made up. Running runs go on; waiting retries "
       "and queued runs are cancelled."},
      {"resume", "Jobs", "let paused jobs start again", "NAME...", "rounds resume backup\nrounds resume --all", ""},
      {"remove", "Jobs", "remove jobs, keeping their history", "NAME...",
       "rounds remove backup\nrounds remove 'tmp-*' --yes\nrounds remove backup --purge --yes",
       "A removed job comes back with `rounds restore NAME`, unless --purge deleted its history as well."},
      {"restore", "Jobs", "bring a removed job back", "NAME", "rounds restore backup", ""},
      {"check", "Jobs", "check job files without loading them", "[FILE|DIR|-]...",
       "rounds check\nrounds check jobs.d/shop.toml\nrounds check - < shop.toml",
       "Without a path: the jobs directory. Errors keep a file from loading; warnings are about schedules that are allowed "
       "and probably not meant, such as * */15, */7, weekday 7 or a date that never comes."},
      {"run", "Running", "run the scheduler in the foreground", "",
       "rounds run\nrounds run --jobs-dir jobs.d --for 20s\n"
       "rounds run --once",
       ""},
      {"run-now", "Running", "run jobs now, in the foreground", "NAME... [-- EXTRA ARGS]",
       "rounds run-now backup\nrounds run-now backup --timeout 10m\nrounds run-now --tag shop --detach",
       "Streams the output and exits with the job's own status; 75 when it is running already."},
      {"stop", "Running", "stop running runs", "RUN|NAME...", "rounds stop backup\nrounds stop 10482",
       "The run's whole process tree gets TERM, then KILL after the job's kill_grace."},
      {"wait", "Running", "wait until runs have ended for good", "RUN...",
       "rounds wait 10482\nrounds wait $(rounds run-now backup --detach) --timeout 10m",
       "Retries are waited for too. Exits as run-now does, with the status of the first run that did not succeed; 124 "
       "when the time was up. Without a scheduler it says so and waits for one."},
      {"backfill", "Running", "run a job for dues that have passed", "NAME --from T [--to T]",
       "rounds backfill backup --from -7d --only-missing\n"
       "rounds backfill backup --from 2026-11-01 --to 2026-11-08 --parallel 2 --dry-run",
       "Each due gets a run of its own with its own window, as one more attempt where there was one. They wait in the "
       "queue behind all other runs, and do not begin beside other runs of the job unless overlap is allow; a due that "
       "comes while one is running meets the job's overlap policy. The schedule itself goes on as it was. More than 100 "
       "are asked about."},
      {"next", "Looking", "show coming due times", "[NAME...|--cron E|--every D|--at T]",
       "rounds next backup -n 3\nrounds next --cron '30 2 * * 1-5' --tz Europe/Berlin\n"
       "rounds next --cron '@hourly' --from 2027-01-01T00:00:00Z --plain --columns due_utc",
       "Due times lie strictly after --from."},
      {"explain", "Looking", "say why a job is or is not due at an instant", "JOB --at T",
       "rounds explain backup --at '2027-03-28T02:30'\nrounds explain backup --at yesterday --json",
       "Field by field, with pause, exceptions and overlap, and with what the ledger says of that due."},
      {"simulate", "Looking", "play the jobs on a virtual clock", "[NAME...]",
       "rounds simulate --to 30d\nrounds simulate --from 2027-01-01 --to 2028-01-01 --down 2027-03-27..2027-03-29\n"
       "rounds simulate --jobs-dir jobs.d --json",
       "The jobs of the store, or of --jobs-dir when that is given, with runs as long as their last ones were: what "
       "starts, what is skipped or missed, what waits for a slot, and the load by weekday and hour. Without --to: a "
       "week."},
      {"history", "Looking", "list past and open runs, newest first", "[NAME...]",
       "rounds history backup -n 10\nrounds history --since -1d --verdict failed\nrounds history --json", ""},
      {"logs", "Looking", "print the output of a run", "NAME|RUN",
       "rounds logs backup\nrounds logs 10482\nrounds logs backup -f\nrounds logs backup --last-failed",
       "NAME stands for its last run; with -f for the one that is going on. Bytes come as they were written; on a "
       "terminal controls are escaped. What was left out of the middle of a large output is said."},
      {"events", "Looking", "list what happened beside the runs", "",
       "rounds events\nrounds events --since -1d --kind file_stale\nrounds events -f --json",
       "Starts of the scheduler, steps of the clock, files that cannot be read and their like, oldest first. With -f "
       "and --json: one object a line."},
      {"status", "Looking", "tell whether the scheduler runs", "", "rounds status\nrounds status --json",
       "Exits with 1 when no scheduler runs on this store."},
      {"doctor", "Looking", "look for what keeps rounds from its work", "",
       "rounds doctor\nrounds doctor --json\nrounds doctor --accept-clock",
       "Store and its schema, permissions, room, clock, zones, scheduler, keepers, job files, spool, limits, lingering: "
       "one line each. Exits with 1 when there is a problem; warnings are none."},
      {"selftest", "Looking", "put the promise about kills to the test on this machine", "",
       "rounds selftest\nrounds selftest --kills 2000 --edits 0 --stubborn 0\nrounds selftest --seed 7 --keep",
       "In a private folder beside the store, with jobs of its own: kills scheduler and keeper at random and judges the "
       "ledger by what the jobs say of themselves; lets editors work at once; stops jobs that ignore TERM and leave "
       "children. A run may be unknown only where its keeper and the scheduler that made that keeper were both killed. 0 "
       "leaves a trial out. Exits with 1 when something did not hold, and keeps the folder. The user's own store and jobs "
       "are not touched."},
      {"inspect", "Inspections", "inspect databases and hosts now", "[TARGET...]",
       "rounds inspect shop\nrounds inspect --tier weekly --fail-on warning\nrounds inspect shop --nagios",
       "Tiers are cumulative: daily (running, backup, alerts), weekly (objects, security), monthly (parameters, host), yearly "
       "(performance). The window is a length before now, or FROM..TO; default 1d, 7d, 31d or 183d by tier. Nothing is "
       "changed in a database, and --dry-run prints each statement. Exits with 1 when a finding reaches --fail-on, with 69 "
       "when no target was reached."},
      {"target add", "Inspections", "add a database or a host to inspect", "NAME --engine ENGINE [--KEY VALUE]",
       "rounds target add shop --engine sqlite --path /var/lib/shop/shop.db", ""},
      {"target list", "Inspections", "list targets", "", "rounds target list", ""},
      {"target show", "Inspections", "show one target", "NAME", "rounds target show shop", ""},
      {"target test", "Inspections", "try to reach a target", "NAME", "rounds target test shop", ""},
      {"target snapshot", "Inspections", "measure what later inspections compare with", "[NAME...]",
       "rounds target snapshot\nrounds target snapshot orders", "Without names: all targets. The job rounds-snapshots does it every 15 minutes."},
      {"target grants", "Inspections", "print the SQL for a login that may see enough and no more", "NAME",
       "rounds target grants orders\nrounds target grants orders --explain", ""},
      {"target remove", "Inspections", "remove a target", "NAME", "rounds target remove shop --yes", ""},
      {"report list", "Inspections", "list stored inspections", "", "rounds report list -n 5", ""},
      {"report show", "Inspections", "show a report", "[ID]", "rounds report show\nrounds report show 12 --format html",
       "Without a number: the newest. --lang zh is Chinese; what checks found stays as it is."},
      {"report export", "Inspections", "write a report to a file", "[ID]",
       "rounds report export 12 -o shop.html\nrounds report export 12 --lang zh -o shop.html\nrounds report export -o shop.csv",
       "The file's ending says the format where --format does not: html, md, csv, json, else text. An HTML report is one "
       "file, without scripts or links to elsewhere; it shows the last inspections of the same tier as trends. CSV begins "
       "with a byte order mark, and no cell begins a formula."},
      {"report diff", "Inspections", "show what changed between two inspections", "[ID [ID]]",
       "rounds report diff\nrounds report diff 12\nrounds report diff 7 12 --format html > changes.html\nrounds report diff 12 --json",
       "With one number, or none for the newest: compared with the inspection of the same targets before it, of the same "
       "tier where there is one. A finding that the later inspection did not ask about, or could not, is not re-checked: "
       "only a check that looked again resolves it."},
      {"report prune", "Inspections", "delete old reports", "(--keep N|--older-than D)",
       "rounds report prune --keep 30\nrounds report prune --older-than 400d --yes\n"
       "rounds add prune-reports --cron '0 4 * * sun' -- rounds report prune --older-than 400d --yes",
       "Reports are kept until they are deleted here. --keep counts for each target and tier. With --older-than the newest "
       "report of each target and tier stays however old it is: the next inspection is compared with it. Asks, unless --yes."},
      {"backup", "Setup", "copy the store to a file, also while the scheduler runs", "[FILE]",
       "rounds backup\nrounds backup /backups/rounds-monday.db",
       "Without FILE: beside the store, with the time in its name. The copy is synced and checked; a file that exists "
       "is never overwritten. Outputs larger than 64 KiB lie beside the store and are not in it."},
      {"backup restore", "Setup", "put a backup in the place of the store", "FILE",
       "rounds backup restore rounds.db.backup-20261121T093000Z",
       "No scheduler may run. The store that was there is kept under a new name, with what lies in its spool. Runs that "
       "were open when the backup was made become unknown, and dues between then and now are missed: whether the "
       "replaced store ran them is not known, and nothing runs twice."},
      {"help", "Setup", "explain a command or a topic", "[COMMAND|TOPIC]", "rounds help add\nrounds help exit-codes",
       ""},
      {"version", "Setup", "print the version", "", "rounds version", ""},
  };
  return table;
}

bool is_command_family(std::string_view word) { return word == "target" || word == "report"; }

const CommandEntry* find_command(const std::vector<std::string>& words) {
  if (words.empty()) return nullptr;
  const auto find = [](const std::string& name) {
    const auto& table = command_table();
    const auto found = std::find_if(table.begin(), table.end(), [&](const auto& entry) { return entry.name == name; });
    return found == table.end() ? nullptr : &*found;
  };
  const CommandEntry* two_words = words.size() > 1 ? find(words[0] + " " + words[1]) : nullptr;
  return two_words != nullptr ? two_words : find(words[0]);
}

std::string_view command_of_habit(std::string_view word) {
  for (const Habit& habit : kHabits) {
    if (habit.typed == word) return habit.meant;
  }
  return {};
}

}  // namespace rounds
