// What job files are refused for, and how that is said.
#include "config/load.h"
#include "loading.h"

namespace rounds {
namespace {

using testing::job_with;
using testing::load;
using testing::problems_of;

/// The first problem's message, place and hint in one line: "3:11 message | hint".
std::string first(std::string_view text) {
  const LoadedFile file = load(text);
  EXPECT_FALSE(file.ok()) << text;
  EXPECT_TRUE(file.jobs.empty());
  if (file.problems.empty()) return {};
  const Diagnostic& d = file.problems.front();
  return std::to_string(d.line) + ":" + std::to_string(d.column) + " " + d.message +
         (d.hint.empty() ? "" : " | " + d.hint);
}

/// The only problem of a good job with one more line, which is line 4.
std::string with_line(std::string_view line) {
  const LoadedFile file = load(job_with(line));
  EXPECT_EQ(file.problems.size(), 1u) << render(file.problems);
  return first(job_with(line));
}

std::string with_trigger(std::string_view value) {
  return first("[job.a]\ncommand = \"true\"\ntrigger = " + std::string(value) + "\n");
}

TEST(Refuse, ShowsAMisspeltKeyAsCompilersDo) {
  EXPECT_EQ(
      problems_of("[job.nightly-backup]\ntrigger = { every = \"1h\" }\ncommand = \"true\"\n\n\ntimeuot = \"45m\"\n"),
      R"(error: unknown key "timeuot" in job nightly-backup
  --> jobs.toml:6:1
 6 | timeuot = "45m"
   | ^^^^^^^ did you mean "timeout"?
)");
}

TEST(Refuse, KnowsWhatPeopleCallAKey) {
  EXPECT_EQ(with_line("cwd = \"/\""), "4:1 unknown key \"cwd\" in job a | did you mean \"working_dir\"?");
  EXPECT_EQ(with_line("tz = \"UTC\""), "4:1 unknown key \"tz\" in job a | did you mean \"timezone\"?");
  EXPECT_EQ(with_line("Timeout = \"1m\""), "4:1 unknown key \"Timeout\" in job a | did you mean \"timeout\"?");
  EXPECT_EQ(with_line("elephant = 1"), "4:1 unknown key \"elephant\" in job a");
  EXPECT_EQ(first("[jobs.a]\n"), "1:2 unknown key \"jobs\" in the file | did you mean \"job\"?");
}

TEST(Refuse, ConditionsThatTheSystemWouldNotGrant) {
  EXPECT_EQ(with_line("user = \"nobody-here\""), "4:8 there is no user \"nobody-here\"");
  EXPECT_EQ(with_line("group = \"nobody-here\""), "4:9 there is no group \"nobody-here\"");
  EXPECT_EQ(with_line("user = \"\""), "4:8 \"user\" cannot be empty");
  EXPECT_EQ(with_line("nice = 20"), "4:8 \"nice\" is -20 to 19, got 20");
  EXPECT_EQ(with_line("umask = 22"), "4:9 \"umask\" takes octal digits in quotes such as \"027\", got the integer 22 | in quotes: umask = \"022\"");
  EXPECT_EQ(with_line("umask = \"9\""), "4:9 \"umask\" takes octal digits in quotes such as \"027\", got \"9\"");
  EXPECT_EQ(with_line("ionice = \"fast\""),
            "4:10 \"ionice\" takes \"idle\", \"best-effort:0\" to \"best-effort:7\" or \"realtime:0\" to \"realtime:7\", got \"fast\"");
  EXPECT_EQ(with_line("limits = { memory = 512 }"), "4:21 \"memory\" takes a size such as \"1 MiB\", got the integer 512 | with a unit: memory = \"512 B\"");
  EXPECT_EQ(with_line("limits = { memory = \"512 mb\" }"), "4:25 \"mb\" is no unit of size | B, kB, MB, GB, TB, KiB, MiB, GiB or TiB");
  EXPECT_EQ(with_line("limits = { memroy = \"1 MiB\" }"), "4:12 unknown key \"memroy\" in limits | did you mean \"memory\"?");
}

TEST(Refuse, AnOutputThatWouldHardlyBeKept) {
  EXPECT_EQ(with_line("output_max = \"1 KiB\""), "4:14 \"output_max\" is at least 64 KiB, got 1 KiB");
}

TEST(Refuse, HooksThatAreNoTask) {
  EXPECT_EQ(with_line("on_failure = \"mail\""),
            "4:14 \"on_failure\" takes a table such as { command = \"mail -s failed ops\" }, got the string \"mail\"");
  EXPECT_EQ(with_line("on_failure = {}"), "4:14 \"on_failure\" takes either a command or an exec");
  EXPECT_EQ(with_line("on_success = { command = \"a\", exec = [\"b\"] }"), "4:14 \"on_success\" takes either a command or an exec");
  EXPECT_EQ(with_line("on_missed = { comand = \"a\" }"), "4:15 unknown key \"comand\" in on_missed | did you mean \"command\"?");
}

TEST(Refuse, APoolThatNobodyConfigured) {
  EXPECT_EQ(with_line("pool = \"db\""), "4:8 there is no pool \"db\" | config.toml has them: pools = { db = 2 }");
  LoadContext context;
  context.pools = {{"database", 2}};
  const auto message = [&](std::string_view lines) {
    const LoadedFile file = parse_jobs(job_with(lines), "jobs.toml", context);
    return file.ok() ? "" : file.problems.front().message + " | " + file.problems.front().hint;
  };
  EXPECT_EQ(message("pool = \"databse\""), "there is no pool \"databse\" | did you mean \"database\"?");
  EXPECT_EQ(message("pool = \"database\"\nslots = 3"), "job a takes 3 slots, and pool \"database\" has 2 | ");
  EXPECT_EQ(message("pool = \"database\"\nslots = 2"), "");
}

TEST(Refuse, AnExitCodeThatMeansTwoThings) {
  EXPECT_EQ(with_line("skip_code = 0"), "1:6 exit code 0 of job a means two things: \"skip_code\" and \"success_codes\"");
  EXPECT_EQ(with_line("skip_code = 7\ndone_code = 7"), "1:6 exit code 7 of job a means two things: \"skip_code\" and \"done_code\"");
}

TEST(Refuse, SaysWhereAKeyBelongs) {
  EXPECT_EQ(with_line("cron = \"@daily\""),
            "4:1 unknown key \"cron\" in job a | \"cron\" belongs in trigger = { ... }");
  EXPECT_EQ(with_line("interval = \"1h\""),
            "4:1 unknown key \"interval\" in job a | \"every\" belongs in trigger = { ... }");
  EXPECT_EQ(with_line("max_attempts = 3"),
            "4:1 unknown key \"max_attempts\" in job a | \"max_attempts\" belongs in retry = { ... }");
  EXPECT_EQ(with_trigger("{ cron = \"@daily\", timeout = \"1h\" }"),
            "3:30 unknown key \"timeout\" in trigger | \"timeout\" belongs in [job.NAME]");
  EXPECT_EQ(first("command = \"true\"\n"),
            "1:1 unknown key \"command\" in the file | \"command\" belongs in [job.NAME]");
  EXPECT_EQ(first("[defaults]\ncommand = \"true\"\n"),
            "2:1 unknown key \"command\" in defaults | \"command\" belongs in [job.NAME]");
  EXPECT_EQ(with_line("retry = { delay = \"1m\" }"),
            "4:11 unknown key \"delay\" in retry | did you mean \"initial_delay\"?");
  EXPECT_EQ(with_line("max_parallel = 2"),
            "4:1 unknown key \"max_parallel\" in job a | \"max_parallel\" belongs in config.toml");
}

TEST(Refuse, TellsWhatIsOnlyNotSupportedYet) {
  EXPECT_EQ(with_line("history = 1"), "4:1 \"history\" is not yet supported");
}

TEST(Refuse, TellsThePlaceOfWhatATemplateDoesNotKnow) {
  EXPECT_EQ(with_line("env = { A = \"{{ dew }}\" }").substr(0, 30), "4:17 templates know no \"dew\" |");
  EXPECT_EQ(with_line("working_dir = \"/x/{{ params.shop }}\""),
            "4:22 there is no parameter \"shop\" | in the job: params = { shop = \"its default\" }");
  EXPECT_EQ(with_line("on_failure = { exec = [\"mail\", \"{{ due | dat:%Y }}\"] }"),
            "4:42 there is no filter \"dat\" | filters: add:LENGTH, date:FORMAT, utc:FORMAT, epoch");
  EXPECT_NE(first("[job.a]\ntrigger = { every = \"1h\" }\nexec = [\"docker\", \"{{.Names}}\"]\n").find("{{ \"{{\" }}"),
            std::string::npos)
      << "it says how braces are meant as such";
  EXPECT_EQ(with_line("working_dir = \"{{ job }}/x\"").substr(0, 45), "4:15 \"working_dir\" begins with a template | b");
}

TEST(Refuse, LooksAtTheTemplatesOfDefaultsOnceAndAtTheirParametersWithEachJob) {
  EXPECT_EQ(problems_of("[defaults]\nenv = { A = \"{{ dew }}\" }\n[job.a]\ncommand = \"true\"\ntrigger = { every = \"1h\" }\n"
                        "[job.b]\ncommand = \"true\"\ntrigger = { every = \"1h\" }\n")
                .find("error", 10),
            std::string::npos);
  EXPECT_EQ(first("[defaults]\nenv = { A = \"{{ params.p }}\" }\n[job.a]\ncommand = \"true\"\ntrigger = { every = \"1h\" }\n")
                .substr(0, 34),
            "2:17 there is no parameter \"p\" | i");
}

TEST(Refuse, TakesParametersOfSmallLettersWithTextsAsDefaults) {
  EXPECT_EQ(with_line("params = { Table = \"x\" }"),
            "4:12 \"Table\" cannot be the name of a parameter: it does not begin with a small letter");
  EXPECT_EQ(with_line("params = { n = 1 }").substr(0, 23), "4:16 \"n\" takes a string");
}

TEST(Refuse, KnowsWhereASecretIsKeptAndNeverTheSecret) {
  EXPECT_EQ(problems_of(job_with("secrets = { A = \"hunter2\" }")).find("hunter2"), std::string::npos);
  EXPECT_NE(with_line("secrets = { A = \"hunter2\" }").find("the secret itself never stands in a job file"), std::string::npos);
  EXPECT_EQ(with_line("secrets = { A = { file = \"/a\", env = \"B\" } }"),
            "4:17 secret \"A\" is kept in one place: file, credential, command or env");
  EXPECT_EQ(with_line("secrets = { A = {} }"), "4:17 secret \"A\" is kept in one place: file, credential, command or env");
  for (const char* mistake : {"secrets = \"hunter2\"", "secrets = { A = { value = \"hunter2\" } }", "secrets = { A = [\"hunter2\"] }",
                              "secrets = { A = { file = [\"hunter2\"] } }", "secrets = { LD_A = \"hunter2\" }", "secret = { A = \"hunter2\" }",
                              "secrets = { A = { credential = \"hunter2/\" } }", "[job.a.secrets.A]\nvalue = \"hunter2\""}) {
    EXPECT_NE(problems_of(job_with(mistake)), "") << mistake;
    EXPECT_EQ(problems_of(job_with(mistake)).find("hunter2"), std::string::npos) << problems_of(job_with(mistake));
  }
  EXPECT_EQ(problems_of(job_with("secrets = { A = 12345678 }")).find("12345678"), std::string::npos);
  EXPECT_EQ(with_line("secrets = { A = { fil = \"/a\" } }"), "4:19 unknown key \"fil\" in A | did you mean \"file\"?");
  EXPECT_EQ(with_line("secrets = { A = { command = [] } }"), "4:29 \"command\" needs a program to run");
  EXPECT_EQ(with_line("secrets = { A = { credential = \"../shadow\" } }"), "4:32 a credential has a name without a slash");
  EXPECT_EQ(with_line("secrets = { LD_PRELOAD = { file = \"/a\" } }").substr(0, 46), "4:13 \"LD_PRELOAD\" is never passed to a job | s");
  EXPECT_EQ(with_line("env = { A = \"1\" }\nsecrets = { A = { file = \"/a\" } }"), "1:6 \"A\" of job a stands in \"env\" and in \"secrets\"");
}

TEST(Refuse, PutsTheCaretIntoTheCronExpression) {
  EXPECT_EQ(problems_of("[job.a]\ncommand = \"true\"\ntrigger = { cron = \"0 25 * * *\" }\n"),
            R"(error: cron field "hour" is 0-23, got 25
  --> jobs.toml:3:23
 3 | trigger = { cron = "0 25 * * *" }
   |                       ^^
)");
  EXPECT_EQ(load("[job.a]\ncommand = \"true\"\ntrigger = { cron = \"0\\u0020"
                 "25 * * *\" }\n")
                .problems.at(0)
                .column,
            20)
      << "with an escape only the string as a whole is certain";
}

TEST(Refuse, PutsTheCaretIntoALength) { EXPECT_EQ(with_line("timeout = \"5x\"").substr(0, 5), "4:13 "); }

TEST(Refuse, SuggestsTheNearestZone) {
  EXPECT_EQ(with_line("timezone = \"Europe/Berln\""),
            "4:12 no time zone is called \"Europe/Berln\" | did you mean \"Europe/Berlin\"?");
  EXPECT_EQ(with_line("timezone = \"berlin\""),
            "4:12 no time zone is called \"berlin\" | did you mean \"Europe/Berlin\"?");
  EXPECT_EQ(with_line("timezone = \"New York\""),
            "4:12 no time zone is called \"New York\" | did you mean \"America/New_York\"?");
  EXPECT_EQ(with_line("timezone = \"../etc/passwd\""), "4:12 no time zone is called \"../etc/passwd\"");
}

TEST(Refuse, SaysWhatWasGotAndWhatIsAllowed) {
  EXPECT_EQ(with_line("timeout = 90"),
            "4:11 \"timeout\" takes a length such as \"90s\" or \"2h30m\", got the integer 90 | with a unit: timeout = "
            "\"90s\"");
  EXPECT_EQ(with_line("enabled = \"true\""),
            "4:11 \"enabled\" takes true or false, got the string \"true\" | without quotes: enabled = true");
  EXPECT_EQ(with_line("description = 5"), "4:15 \"description\" takes a string, got the integer 5");
  EXPECT_EQ(with_line("tags = \"shop\""), "4:8 \"tags\" takes an array of strings, got the string \"shop\"");
  EXPECT_EQ(with_line("tags = [\"shop\", 5]"), "4:17 \"tags\" takes an array of strings, got the integer 5");
  EXPECT_EQ(with_line("retry = 3"), "4:9 \"retry\" takes a table such as { max_attempts = 3 }, got the integer 3");
  EXPECT_EQ(with_line("env = { N = 5 }"), "4:13 \"N\" takes a string, got the integer 5");
  EXPECT_EQ(with_line("start = \"soon\""),
            "4:9 \"start\" takes a date such as 2026-12-31, with or without a time, got the string \"soon\"");
  EXPECT_EQ(with_line("start = 1969-01-01"), "4:9 years are 1970 to 9998, got 1969");
  EXPECT_EQ(with_line("start = 2026-05-01T00:00:00.5"), "4:9 due times are whole seconds");
}

TEST(Refuse, SuggestsWordsOfClosedLists) {
  EXPECT_EQ(with_line("overlap = \"skpi\""),
            "4:11 \"overlap\" is one of skip, queue, replace, allow, got \"skpi\" | did you mean \"skip\"?");
  EXPECT_EQ(with_line("catchup = \"lastest\""),
            "4:11 \"catchup\" is one of latest, all, none, got \"lastest\" | did you mean \"latest\"?");
  EXPECT_EQ(with_line("retry = { backoff = \"expo\" }"),
            "4:21 \"backoff\" is one of constant, exponential, got \"expo\"");
  EXPECT_EQ(with_trigger("{ on = \"boots\" }"),
            "3:18 \"on\" is one of start, boot, got \"boots\" | did you mean \"boot\"?");
}

TEST(Refuse, HoldsNumbersToTheirRange) {
  EXPECT_EQ(with_line("max_catchup = 0"), "4:15 \"max_catchup\" is 1 to 100000, got 0");
  EXPECT_EQ(with_line("priority = 5000000000"), "4:12 \"priority\" is -1000 to 1000, got 5000000000");
  EXPECT_EQ(with_line("success_codes = [256]"), "4:18 \"success_codes\" is 0 to 255, got 256");
  EXPECT_EQ(with_line("success_codes = []"), "4:17 \"success_codes\" needs at least one exit code");
  EXPECT_EQ(with_line("retry = { initial_delay = \"1h\", max_delay = \"1m\" }"),
            "4:45 \"max_delay\" is shorter than \"initial_delay\"");
}

TEST(Refuse, WantsOneTaskAndATrigger) {
  EXPECT_EQ(first("[job.a]\ntrigger = { every = \"1h\" }\n"),
            "1:6 job a has no task | give it a command, exec or inspect");
  EXPECT_EQ(with_line("exec = [\"true\"]"), "4:1 job a has more than one task: \"exec\" beside \"command\"");
  EXPECT_EQ(first("[job.a]\ncommand = \"true\"\n"),
            "1:6 job a has no trigger | for example: trigger = { cron = \"30 2 * * *\" }");
  EXPECT_EQ(first("[job]\na = 5\n"), "2:1 job a is not a table | a job begins with [job.NAME]");
  EXPECT_EQ(first("job = 5\n"), "1:7 \"job\" takes tables: [job.NAME], got the integer 5");
}

TEST(Refuse, DoesNotMissATaskThatIsMisspelt) {
  const LoadedFile file = load("[job.a]\ncomand = \"true\"\ntriger = { every = \"1h\" }\n");
  ASSERT_EQ(file.problems.size(), 2u) << render(file.problems);
  EXPECT_EQ(file.problems[0].hint, "did you mean \"command\"?");
  EXPECT_EQ(file.problems[1].hint, "did you mean \"trigger\"?");
}

TEST(Refuse, WantsTasksThatCanRun) {
  EXPECT_EQ(first("[job.a]\ntrigger={every=\"1h\"}\ncommand = \" \"\n"), "3:11 \"command\" cannot be empty");
  EXPECT_EQ(first("[job.a]\ntrigger={every=\"1h\"}\nexec = []\n"), "3:8 \"exec\" needs a program to run");
  EXPECT_EQ(first("[job.a]\ntrigger={every=\"1h\"}\nexec = \"ls\"\n"),
            "3:8 \"exec\" takes an array of strings: the program, then its arguments, got the string \"ls\"");
  EXPECT_EQ(first("[job.a]\ntrigger={every=\"1h\"}\ninspect = { tier = \"hourly\", targets = [\"a/b\"] }\n"),
            "3:20 \"tier\" is one of daily, weekly, monthly, yearly, got \"hourly\"");
  EXPECT_EQ(first("[job.a]\ntrigger={every=\"1h\"}\ninspect = { targets = [\"a/b\"] }\n"),
            "3:24 \"a/b\" is no target name: a name cannot contain a slash");
  EXPECT_EQ(first("[job.a]\ntrigger={every=\"1h\"}\ninspect = { tier = \"daily\" }\n"),
            "3:11 an inspection names what to look at: targets, business, host or tags");
}

TEST(Refuse, HoldsTriggersToOneRuleATable) {
  EXPECT_EQ(with_trigger("{}"), "3:11 a trigger needs one of cron, every, at, random, delay, on");
  EXPECT_EQ(with_trigger("{ x-note = 1 }"), "3:11 a trigger needs one of cron, every, at, random, delay, on")
      << "nothing but a note";
  EXPECT_EQ(with_trigger("[]"), "3:11 a trigger needs at least one table");
  EXPECT_EQ(with_trigger("{ cron = \"@daily\", every = \"1h\" }"),
            "3:30 a trigger has one rule; \"every\" stands beside \"cron\" | for a union write an array: trigger = [{ "
            "... }, { ... }]");
  EXPECT_EQ(
      with_trigger("5"),
      "3:11 \"trigger\" takes a table such as { cron = \"30 2 * * *\" }, or an array of tables, got the integer 5");
  EXPECT_EQ(with_trigger("[{ delay = \"1m\" }, { every = \"1h\" }]").substr(0, 68),
            "3:11 \"random\", \"delay\" and \"on\" cannot be joined with other triggers");
  EXPECT_EQ(
      with_trigger("{ at = 2027-01-01 }"),
      "3:18 \"at\" takes a date with a time such as 2026-12-31T23:59:00, got a date | a date alone does not say when");
  EXPECT_EQ(with_trigger("{ at = [] }"), "3:18 \"at\" needs at least one date");
}

TEST(Refuse, SaysWhyANameIsNone) {
  EXPECT_EQ(first("[job.\"a/b\"]\ncommand=\"true\"\ntrigger={every=\"1h\"}\n"),
            "1:6 \"a/b\" is no job name: a name cannot contain a slash");
  EXPECT_NE(first("[job.\".a\"]\ncommand=\"true\"\ntrigger={every=\"1h\"}\n").find("begin with a dot"),
            std::string::npos);
  EXPECT_NE(first("[job.42]\ncommand=\"true\"\ntrigger={every=\"1h\"}\n").find("digits only"), std::string::npos);
  EXPECT_NE(first("[job." + std::string(65, 'x') + "]\n").find("at most 64"), std::string::npos);
}

TEST(Refuse, ShowsANameGivenTwice) {
  EXPECT_EQ(problems_of("[job.a]\ncommand = \"true\"\n[job.b]\n[job.a]\n"),
            R"(error: Error while parsing table header: cannot redefine existing table 'job.a'
  --> jobs.toml:4:1
 4 | [job.a]
   | ^^^^^^^ given first in line 1
)");
}

TEST(Refuse, ShowsSyntaxErrorsWithTheirLine) {
  const std::string shown = problems_of("[job.a]\ncommand = \"true\ntrigger = {}\n");
  EXPECT_NE(shown.find("--> jobs.toml:2:16\n 2 | command = \"true\n"), std::string::npos) << shown;
}

TEST(Refuse, CollectsAllProblemsInTheOrderOfTheFile) {
  const LoadedFile file = load(R"([defaults]
timezone = "Mars/Olympus"
[job.b]
comand = "true"
timeout = 5
trigger = { cron = "bad" }
[job.a]
overlap = "maybe"
)");
  std::vector<int> lines;
  for (const Diagnostic& d : file.problems) lines.push_back(d.line);
  EXPECT_EQ(lines, (std::vector<int>{2, 4, 5, 6, 7, 7, 8})) << render(file.problems);
}

TEST(Refuse, ReportsAMistakeInDefaultsOnce) {
  const std::string job = "command = \"true\"\ntrigger = { every = \"1h\" }\n";
  EXPECT_EQ(load("[defaults]\noverlap = \"no\"\n[job.a]\n" + job + "[job.b]\n" + job).problems.size(), 1u);
  EXPECT_EQ(load("[defaults]\noverlap = \"no\"\n").problems.size(), 1u) << "also when no job uses them";
}

TEST(Refuse, TakesNoVariablesThatCannotBe) {
  EXPECT_EQ(with_line("env = { \"A=B\" = \"1\" }"), "4:9 \"A=B\" cannot be the name of a variable");
  EXPECT_EQ(with_line("env = { ROUNDS_JOB = \"1\" }"), "4:9 variables that begin with ROUNDS_ are set by rounds");
  EXPECT_EQ(with_line("env = { A = \"a\\u0000b\" }"), "4:13 \"A\" cannot contain a NUL byte");
}

TEST(Refuse, PassesNoVariableThatChangesWhatProgramsDo) {
  for (const std::string name : {"LD_PRELOAD", "LD_LIBRARY_PATH", "BASH_ENV", "IFS"}) {
    EXPECT_EQ(with_line("env = { " + name + " = \"x\" }"),
              "4:9 \"" + name + "\" is never passed to a job | set it in the job's own command line: env " + name +
                  "=VALUE PROGRAM");
  }
  EXPECT_TRUE(load(job_with("env = { OLD_PATH = \"x\", IFS2 = \"x\", LD = \"x\" }")).ok());
  EXPECT_EQ(first("[defaults]\nenv = { IFS = \"x\" }\n").substr(0, 3), "2:9") << "also for all jobs of a file";
}

TEST(Refuse, SetsALimitToArgumentsAndEnvironment) {
  EXPECT_EQ(with_line("env = { A = \"" + std::string(130 * 1024, 'x') + "\" }"),
            "1:6 arguments and environment of job a take more than 131072 bytes");
}

TEST(Refuse, NoticesAnEndBeforeTheStart) {
  EXPECT_EQ(first(job_with("start = 2026-05-01\nuntil = 2026-04-01")),
            "1:6 job a ends before it starts: \"until\" lies before \"start\"");
}

TEST(Refuse, FindsBytesThatAreNoText) {
  EXPECT_EQ(first(std::string("[job.a]\n# \xE5\xB7\xA1 \xFF\n")),
            "2:5 byte 0xff is not valid UTF-8 | save the file as UTF-8");
  EXPECT_EQ(first(std::string_view("[job.a]\n#\0\n", 11)), "2:2 a NUL byte cannot stand in this file");
}

TEST(Refuse, IsNotOverwhelmedByDepth) {
  EXPECT_EQ(first("a = " + std::string(1000000, '[')), "1:37 nested deeper than 32 levels");
  std::string dotted = "a";
  for (int i = 0; i < 400000; ++i) dotted += ".a";
  EXPECT_NE(first(dotted + " = 1").find("nested deeper than 32 levels"), std::string::npos);
  EXPECT_NE(first("[" + dotted + "]").find("nested deeper than 32 levels"), std::string::npos);
}

TEST(Refuse, CountsNoBracketsInStringsAndComments) {
  const std::string many(100, '[');
  const std::string dots(100, '.');
  EXPECT_TRUE(load(job_with("description = \"" + many + dots + "\" # " + many + dots)).ok());
  EXPECT_TRUE(load(job_with("description = '" + many + "'\nx-a = \"\\\"" + many + "\"")).ok());
  EXPECT_TRUE(load(job_with("description = \"\"\"\n\"" + many + "\\\"\"\"\n" + many + "\"\"\"")).ok());
  EXPECT_TRUE(load(job_with("x-a = '''\n'" + many + "\n'''")).ok());
}

TEST(Refuse, IsNotOverwhelmedBySize) {
  EXPECT_EQ(first(std::string(2 * 1024 * 1024, '#')), "0:0 the text is 2097152 bytes long, the limit is 1048576");
  std::string keys = "[job.a]\n";
  for (int i = 0; i < 100000; ++i) keys += "k" + std::to_string(i) + "=1\n";
  const LoadedFile file = load(keys);
  EXPECT_EQ(file.problems.size(), 101u) << "a hundred, and that there are more";
  EXPECT_LT(problems_of(std::string(1000000, 'x') + " = 1").size(), 2000u);
  std::string line = "x = [";
  while (line.size() < 1000000) line += "[1,2],";
  EXPECT_LT(problems_of(line + "]").size(), 2000u);
}

TEST(Refuse, IsNotOverwhelmedByDefaultsThatManyJobsInherit) {
  std::string text = "[defaults]\nenv = { A = \"" + std::string(100000, 'x') + "\" }\n";
  for (int i = 0; i < 10000; ++i)
    text += "[job.j" + std::to_string(i) + "]\ncommand=\"true\"\ntrigger={every=\"1h\"}\n";
  EXPECT_EQ(first(text), "1:2 these defaults are too large for 10000 jobs");
}

TEST(Refuse, KnowsEveryKeyThatItListsAsKnown) {
  for (const char* key :
       {"trigger",       "description",   "env",     "working_dir", "timeout", "kill_grace",    "overlap",
        "max_instances", "misfire_grace", "catchup", "max_catchup", "retry",   "success_codes", "tags",
        "timezone",      "start",         "until",   "max_runs",    "window",  "enabled",       "priority",
        "skip_code",     "done_code",     "user",    "group",       "umask",   "nice",          "ionice",
        "limits",        "leftovers",     "after_loss", "pool",     "slots",   "on_failure",    "on_success",
        "on_missed",     "output_max"}) {
    const std::string text = "[job.a]\ncommand = \"true\"\n" + std::string(key) + " = 1.5\n";
    EXPECT_NE(problems_of(text).find("\"" + std::string(key) + "\" takes "), std::string::npos) << key;
  }
}

TEST(Refuse, NamesThePlaceInACronTable) {
  EXPECT_EQ(with_trigger("{ cron = { hour = 3, minute = \"0,60\" } }"), "3:44 cron field \"minute\" is 0-59, got 60");
  EXPECT_EQ(with_trigger("{ cron = { hour = 24 } }"), "3:29 cron field \"hour\" is 0-23, got 24 | midnight is hour 0");
  EXPECT_EQ(with_trigger("{ cron = { hours = 2 } }"), "3:22 unknown key \"hours\" in cron | did you mean \"hour\"?");
  EXPECT_EQ(
      with_trigger("{ cron = {} }"),
      "3:20 a cron table needs at least one field | the fields are year month week day weekday hour minute second");
  EXPECT_EQ(with_trigger("{ cron = { hour = 2.5 } }"),
            "3:29 \"hour\" takes an integer or a text such as \"6-8\", got the number 2.5");
  EXPECT_EQ(with_trigger("{ cron = 5 }"),
            "3:20 \"cron\" takes an expression such as \"30 2 * * 1-5\" or a table such as { hour = 2, minute = 30 }, "
            "got the integer 5");
}

TEST(Refuse, NamesThePlaceInAPhrase) {
  EXPECT_EQ(with_trigger("{ every = \"mondy at 10:00\" }"),
            "3:22 \"mondy at 10:00\" is no length and no phrase | did you mean \"monday\"?");
  EXPECT_EQ(with_trigger("{ every = \"day at 25:00\" }").substr(0, 40), "3:29 the hour of \"25:00\" is 0-23 | a phr");
  EXPECT_EQ(with_trigger("{ every = 90 }"),
            "3:21 \"every\" takes a length such as \"90m\" or a phrase such as \"day at 10:30\", got the integer 90 | "
            "with a unit: every = \"90s\"");
}

TEST(Refuse, HoldsRandomToTwoLengthsInOrder) {
  EXPECT_EQ(with_trigger("{ random = { min = \"10m\", max = \"5m\" } }"),
            "3:22 the shortest length 10m is above the longest 5m");
  EXPECT_EQ(with_trigger("{ random = { min = \"10m\" } }"), "3:22 \"random\" needs both min and max");
  EXPECT_EQ(with_trigger("{ random = { min = \"0s\", max = \"5m\" } }").substr(0, 26), "3:31 length \"0s\" is zero |");
  EXPECT_EQ(with_trigger("{ random = { minimum = \"1s\", max = \"5m\" } }").substr(0, 40),
            "3:24 unknown key \"minimum\" in random");
  EXPECT_EQ(with_trigger("{ random = \"5m\" }"),
            "3:23 \"5m\" is no range of lengths | write \"20m..40m\" or \"5..10 minutes\"");
  EXPECT_EQ(with_trigger("{ random = 5 }").substr(0, 30), "3:22 \"random\" takes lengths su");
}

TEST(Refuse, KeepsClockChangesToTheCalendar) {
  EXPECT_EQ(with_trigger("{ cron = \"@daily\", dst = { gap = \"before\" } }"),
            "3:44 \"gap\" is one of after, skip, got \"before\"");
  EXPECT_EQ(with_trigger("{ cron = \"@daily\", dst = { overlap = \"third\" } }"),
            "3:48 \"overlap\" is one of first, second, both, got \"third\"");
  EXPECT_EQ(with_trigger("{ every = \"90m\", dst = { gap = \"skip\" } }"),
            "3:34 \"dst\" belongs to cron and to \"every\" by the calendar | clock changes do not move this trigger");
  EXPECT_EQ(with_trigger("{ cron = \"@daily\", jitter = 5 }").substr(0, 24), "3:39 \"jitter\" takes a le");
}

TEST(Refuse, NamesThePlaceOfAnException) {
  EXPECT_EQ(with_line("except = [\"sat\", \"2026-02-30\"]").substr(0, 33), "4:19 \"2026-02-30\" is no exception");
  EXPECT_EQ(with_line("except = 2026-12-25T10:00:00").substr(0, 28), "4:10 \"except\" takes a weekda");
  EXPECT_EQ(with_line("except = [{ file = \"no-such-file\" }]"), "4:11 /srv/jobs: open: No such file or directory");
  EXPECT_EQ(with_line("except = [{ path = \"x\" }]").substr(0, 32), "4:13 unknown key \"path\" in excep");
  EXPECT_EQ(with_line("except = [{}]"), "4:11 \"except\" lacks the name of the file | { file = \"holidays\" }");
}

}  // namespace
}  // namespace rounds
