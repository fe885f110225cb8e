#include "cli/help_topics.h"

namespace rounds {

namespace {

constexpr std::string_view kExitCodes =
    R"(0    done; a command that waits: the job succeeded
1    it ran and the answer is "failed": status without a scheduler, findings of an inspection
2    the command line is wrong
65   a job file or a stored definition is wrong
66   no such job, run, target or report
69   a target could not be reached
70   a bug in rounds
73   the name is taken, or the job belongs to a file
75   try again later: locked, already running, no scheduler, no space
77   permission refused by the system
78   config.toml or a path setting is wrong

run-now and wait exit with the run's own status; beside that:
124  timed out       125  rounds failed before it started      126  not executable
127  no such program 128+N  killed by signal N
)";

constexpr std::string_view kEnvironment =
    R"(Set for every run:
ROUNDS_JOB              name of the job
ROUNDS_RUN_ID           number of the run, as in history and logs
ROUNDS_DUE              when it was due, in UTC
ROUNDS_ATTEMPT          1 for the first attempt
ROUNDS_WINDOW_START     the time the run is about: from here, in UTC
ROUNDS_WINDOW_END       up to here, itself not included
ROUNDS_IDEMPOTENCY_KEY  the same for all attempts at one occurrence
ROUNDS_PARAM_NAME       each parameter of the job, its name in capitals

A run also gets HOME USER LOGNAME SHELL PATH LANG LC_*, the job's own env and its secrets; nothing else.
A job's env cannot set LD_*, BASH_ENV, IFS or ROUNDS_*.

Read by rounds itself:
NO_COLOR, FORCE_COLOR, TERM=dumb  decide on colours unless --color does
XDG_CONFIG_HOME, XDG_STATE_HOME   where users other than root have config, job files and store
)";

constexpr std::string_view kTemplates =
    R"(In exec, env and working_dir of a job, and in the exec of its hooks:
{{ due }}                   when the run was due, in UTC: 2027-01-31T08:00:00Z
{{ window_start }}          the time the run is about: from here
{{ window_end }}            up to here, itself not included
{{ job }}  {{ run_id }}  {{ attempt }}
{{ params.NAME }}           a parameter: params = { table = "orders" } in the job file,
                            rounds run-now NAME --param table=stock for one run
{{ "{{" }}                  braces that are meant as such

Moments take filters, one after another:
{{ due | date:%Y%m%d }}     in the job's time zone, as strftime(3) writes it
{{ due | utc:%H:%M }}       in UTC
{{ due | epoch }}           seconds since 1970
{{ due | add:-1d | date:%Y-%m-%d }}   the day before; days by the calendar, hours by the clock

A command is never changed: nothing is spliced into a shell line. It finds the same values in its
environment, as "$ROUNDS_DUE" or "$ROUNDS_PARAM_TABLE"; see rounds help environment.

exec = ["pg_dump", "-f", "shop-{{ window_end | date:%Y%m%d }}.dump", "{{ params.database }}"]
)";

constexpr std::string_view kSecrets =
    R"(A secret is kept elsewhere, read when a run starts, and given to the job as a variable. It is never in a
job file, an argument, the store, a log, a report or what rounds shows. Under secrets in the job file:
PGPASSWORD = { file = "/etc/rounds/secrets/shop" }   a file of rounds' own user or of root, 0600
PGPASSWORD = { credential = "shop" }                 systemd: LoadCredential=shop:/path
PGPASSWORD = { command = ["pass", "show", "shop"] }  what a program prints, run as rounds itself, within 30s
PGPASSWORD = { env = "SHOP_PASSWORD" }               a variable that rounds itself was started with

One line end at the end is taken off. A secret that cannot be had is a start that failed: not_started,
reason secret, and the job's retry applies. What the job itself prints of it is in the job's output.
)";

constexpr std::string_view kSchedules =
    R"(cron   "30 2 * * 1-5"      minute hour day-of-month month day-of-week
       "0 30 2 * * *"      with seconds in front; a seventh field is the year
       lists 1,15  ranges fri-mon  steps */5  L last day  L-2  15W nearest workday
       LW last workday  5L last Friday  2#1 first Tuesday
       @hourly @daily @weekly @monthly @yearly
       Both day fields restricted: either of them matches.
       "H H(0-5) * * *"    H: a value that the job's name decides, also H/15 and H(0-29)/10
cron   { month = "6-8", day = "3rd fri", hour = "0-3" }
       year month week day weekday hour minute second, all of them must match; week is the
       ISO week, day also takes last, 3rd fri, last fri. Due at the first moment of the
       smallest one given.
every  "90m" "2h30m"       elapsed time, on a grid that clock changes do not move
       "1d" "2w"           the same wall time in the job's zone
       "day at 10:30"  "monday at 13:15"  "hour at :17"  "minute at :17"
       "2 weeks at 08:00"  "1 month"  "3 months at 08:00"  "year"
       counted from start, else from when the job was first seen; a day that a month lacks
       is its last one
at     2027-01-31T08:00Z   once; several in an array
random "20m..40m"          after the due before, by a length drawn each time
delay  "30s"               so long after the run before has ended
on     "start" "boot"      when the scheduler starts, when the machine boots

Beside the rule, in the trigger:
jitter "5m"                start up to so much after the due; the same delay for the same due
dst    { gap = "after|skip", overlap = "first|second|both" }

Beside the trigger, in the job:
start, until               until is a moment, a date, a time of the first day, or a length
max_runs                   scheduled runs in all
except ["sat", 2027-12-25, "2027-12-24..2027-12-26", "22:00-06:00", { file = "holidays" }]
       dues that are skipped; the file has one date or range a line

When clocks change, a schedule that is due around the change goes on as it is; any other is due
exactly once: after the gap in spring, in the first pass in autumn. `rounds next` marks these dues.

rounds next --cron "30 2 * * *" --tz Europe/Berlin -n 5

man rounds-schedules has all of it, with an example for each form.
)";

}  // namespace

const std::vector<HelpTopic>& help_topics() {
  static const std::vector<HelpTopic> topics = {
      {"exit-codes", "what exit statuses mean", kExitCodes},
      {"environment", "variables of runs and of rounds", kEnvironment},
      {"templates", "values of a run in exec, env and working_dir", kTemplates},
      {"secrets", "passwords that no file, list or log shows", kSecrets},
      {"schedules", "how to say when a job is due", kSchedules},
  };
  return topics;
}

}  // namespace rounds
