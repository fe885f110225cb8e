#include "cli/options.h"

#include <gtest/gtest.h>

#include <sstream>

#include "error.h"

namespace rounds {
namespace {

using Args = std::vector<std::string>;

Args words(const std::string& line) {
  std::istringstream in(line);
  Args args;
  for (std::string word; in >> word;) args.push_back(word);
  return args;
}

template <typename Options>
Options read(const Args& args) {
  return std::get<Options>(parse_command_line(args).command);
}

template <typename Options>
Options read(const std::string& line) {
  return read<Options>(words(line));
}

Error refusal(const std::string& line) {
  try {
    parse_command_line(words(line));
  } catch (const Error& error) {
    return error;
  }
  return Error(Fault::internal, "nothing was refused");
}

TEST(Options, BareRoundsAsksForHelp) { EXPECT_EQ(read<HelpOptions>("").topic, ""); }

TEST(Options, HelpWinsOverEveryOtherMistake) {
  EXPECT_EQ(read<HelpOptions>("list --no-such-thing -h").topic, "list");
  EXPECT_EQ(read<HelpOptions>("--no-such-thing --help").topic, "");
  EXPECT_EQ(read<HelpOptions>("lsit --help").topic, "");
  EXPECT_EQ(read<HelpOptions>("show --help").topic, "show");
  EXPECT_EQ(read<HelpOptions>("target add -h").topic, "target add");
  EXPECT_TRUE(read<HelpOptions>("remove --frobnicate --help").full);
  EXPECT_FALSE(read<HelpOptions>("remove --frobnicate -h").full);
}

TEST(Options, HelpBehindTheDashesBelongsToTheJob) {
  EXPECT_EQ(read<AddOptions>("add a --now -- ls --help").argv, (Args{"ls", "--help"}));
}

TEST(Options, AHelpFlagAsTheValueOfAnOptionIsAValue) {
  EXPECT_EQ(read<PauseOptions>("pause a --reason -h").reason, "-h");
}

TEST(Options, GlobalOptionsStandBeforeOrAfterTheCommand) {
  for (const char* line : {"--store s --json --columns a,b --utc list x", "list x --store s --json --columns a,b --utc",
                           "--store s list --json x --columns=a,b --utc"}) {
    const CommandLine parsed = parse_command_line(words(line));
    EXPECT_EQ(parsed.global.paths.store, "s") << line;
    EXPECT_EQ(parsed.global.format, Format::json) << line;
    EXPECT_EQ(parsed.global.columns, (Args{"a", "b"})) << line;
    EXPECT_TRUE(parsed.global.utc) << line;
    EXPECT_EQ(std::get<ListOptions>(parsed.command).patterns, Args{"x"}) << line;
  }
}

TEST(Options, TheValueOfAGlobalOptionIsNoCommand) {
  const CommandLine parsed = parse_command_line(words("--store list --jobs-dir add list"));
  EXPECT_EQ(parsed.global.paths.store, "list");
  EXPECT_EQ(parsed.global.paths.jobs_dir, "add");
  EXPECT_TRUE(std::holds_alternative<ListOptions>(parsed.command));
}

TEST(Options, JobsMayHaveTheNamesOfCommands) {
  EXPECT_EQ(read<ShowOptions>("show list").name, "list");
  EXPECT_EQ(read<RemoveOptions>("remove list add --yes remove").names, (Args{"list", "add", "remove"}));
  EXPECT_EQ(read<AddOptions>("add help --now -- help").name, "help");
  EXPECT_EQ(read<NextOptions>("next --plain version").names, Args{"version"});
}

TEST(Options, WhatFollowsTheDashesIsKeptAsItIs) {
  const auto options = read<AddOptions>(Args{"add", "a", "--now", "--", "sh", "-c", "--json", "--", "a b", "", "-x=1"});
  EXPECT_EQ(options.argv, (Args{"sh", "-c", "--json", "--", "a b", "", "-x=1"}));
  EXPECT_EQ(read<RunNowOptions>("run-now a -- --json x").extra, (Args{"--json", "x"}));
  EXPECT_EQ(read<RemoveOptions>("remove -- -a --yes").names, (Args{"-a", "--yes"}));
}

TEST(Options, KeysOfAJobKeepTheirOrderWithinAKey) {
  const auto options = read<AddOptions>("add a --now --tag x --misfire-grace 2h --tag y,z --priority -5 -- true");
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"misfire_grace", "2h"}, {"tags", "x"}, {"tags", "y,z"}, {"priority", "-5"}};
  EXPECT_EQ(options.keys, expected);
}

TEST(Options, AnOptionTakesItsValueAfterAnEqualsSignOrASpace) {
  EXPECT_EQ(read<PauseOptions>("pause a --for=2h").for_length, "2h");
  EXPECT_EQ(read<PauseOptions>("pause a --for 2h").for_length, "2h");
  EXPECT_EQ(read<PauseOptions>("pause --reason= a").reason, "");
  EXPECT_EQ(read<PauseOptions>("pause --reason= a").names, Args{"a"});
  EXPECT_EQ(read<HistoryOptions>("history -n3").count, 3);
  EXPECT_EQ(read<HistoryOptions>("history --since -2h").since, "-2h");
}

TEST(Options, BracketsAndBracesAreOrdinaryText) {
  EXPECT_EQ(read<ListOptions>("list [ab]").patterns, Args{"[ab]"});
  EXPECT_EQ(read<AddOptions>("add a --command {}").command, "{}");
  EXPECT_EQ(read<AddOptions>("add a --command [x,y]").command, "[x,y]");
  EXPECT_EQ(read<ListOptions>("list --tag [x]").tags, Args{"[x]"});
}

TEST(Options, NextHasAZoneOfItsOwn) {
  EXPECT_EQ(read<NextOptions>("next --cron @daily --tz Asia/Tokyo").tz, "Asia/Tokyo");
  EXPECT_EQ(parse_command_line(words("list --tz Asia/Tokyo")).global.tz, "Asia/Tokyo");
}

TEST(Options, ReportsHaveFormatsOfTheirOwn) {
  EXPECT_EQ(read<ReportShowOptions>("report show 12 --format html").format, "html");
  EXPECT_EQ(refusal("report show --format pdf").hint(), "one of: text, json, html, markdown, csv");
  EXPECT_EQ(read<ReportDiffOptions>("report diff 7 12 --format markdown").ids, (Args{"7", "12"}));
}

TEST(Options, TwoWordsMakeACommandOfAFamily) {
  EXPECT_EQ(read<TargetShowOptions>("target show list").name, "list");
  EXPECT_EQ(read<ReportListOptions>("--json report list -n 4").count, 4);
}

TEST(Options, VersionHasThreeSpellings) {
  for (const char* line : {"version", "--version", "-V", "--json --version"}) {
    EXPECT_TRUE(std::holds_alternative<VersionOptions>(parse_command_line(words(line)).command)) << line;
  }
}

TEST(Options, HelpTakesTheTwoWordsOfACommand) { EXPECT_EQ(read<HelpOptions>("help target add").topic, "target add"); }

struct Misspelling {
  const char* line;
  const char* message;
  const char* hint;
};
/// Names the test; the bytes of the pointers would differ from run to run.
void PrintTo(const Misspelling& misspelling, std::ostream* out) { *out << misspelling.line; }

class Misspellings : public testing::TestWithParam<Misspelling> {};

TEST_P(Misspellings, AreRefusedWithASuggestion) {
  const Error error = refusal(GetParam().line);
  EXPECT_EQ(error.fault(), Fault::usage);
  EXPECT_EQ(error.what(), std::string(GetParam().message));
  EXPECT_EQ(error.hint(), GetParam().hint);
}

INSTANTIATE_TEST_SUITE_P(
    Commands, Misspellings,
    testing::Values(
        Misspelling{"remvoe invoices", "no command \"remvoe\"", "did you mean \"remove\"?  rounds remove invoices"},
        Misspelling{"rm a --yes", "no command \"rm\"", "did you mean \"remove\"?  rounds remove a --yes"},
        Misspelling{"del a", "no command \"del\"", "did you mean \"remove\"?  rounds remove a"},
        Misspelling{"delete a", "no command \"delete\"", "did you mean \"remove\"?  rounds remove a"},
        Misspelling{"ls", "no command \"ls\"", "did you mean \"list\"?  rounds list"},
        Misspelling{"trigger a", "no command \"trigger\"", "did you mean \"run-now\"?  rounds run-now a"},
        Misspelling{"validate x.toml", "no command \"validate\"", "did you mean \"check\"?  rounds check x.toml"},
        Misspelling{"lint", "no command \"lint\"", "did you mean \"check\"?  rounds check"},
        Misspelling{"preview a", "no command \"preview\"", "did you mean \"next\"?  rounds next a"},
        Misspelling{"lsit", "no command \"lsit\"", "did you mean \"list\"?  rounds list"},
        Misspelling{"histroy a", "no command \"histroy\"", "did you mean \"history\"?  rounds history a"},
        Misspelling{"STATUS", "no command \"STATUS\"", "did you mean \"status\"?  rounds status"},
        Misspelling{"frobnicate", "no command \"frobnicate\"", "rounds help"},
        Misspelling{"target lst", "no command \"target lst\"", "did you mean \"target list\"?  rounds target list"},
        Misspelling{"target rm a", "no command \"target rm\"",
                    "did you mean \"target remove\"?  rounds target remove a"},
        Misspelling{"report", "report needs a command", "one of: list, show, export, diff, prune"}));

INSTANTIATE_TEST_SUITE_P(
    OptionsAndValues, Misspellings,
    testing::Values(Misspelling{"--stroe x list", "no option \"--stroe\"", "did you mean \"--store\"?  rounds --help"},
                    Misspelling{"list --jsno", "no option \"--jsno\" of list",
                                "did you mean \"--json\"?  rounds help list"},
                    Misspelling{"add a --timout=5m", "no option \"--timout\" of add",
                                "did you mean \"--timeout\"?  rounds help add"},
                    Misspelling{"list -q", "no option \"-q\" of list", "rounds help list"},
                    Misspelling{"list --format cvs", "no --format \"cvs\"", "did you mean \"csv\"?"},
                    Misspelling{"list --color alway", "no --color \"alway\"", "did you mean \"always\"?"},
                    Misspelling{"inspect --tier weekyl", "no --tier \"weekyl\"", "did you mean \"weekly\"?"},
                    Misspelling{"inspect --fail-on bad", "no --fail-on \"bad\"", "one of: info, warning, critical"},
                    Misspelling{"list --store", "--store needs a value", "rounds help list"},
                    Misspelling{"--store", "--store needs a value", "rounds --help"},
                    Misspelling{"add a --cron x --cron y", "--cron was given 2 times", ""},
                    Misspelling{"history -n 0", "-n takes a whole number from 1, got \"0\"", ""},
                    Misspelling{"history -n ten", "-n takes a whole number from 1, got \"ten\"", ""},
                    Misspelling{"show", "show needs a NAME", "rounds help show"},
                    Misspelling{"show a b", "unexpected argument \"b\"", "rounds help show"},
                    Misspelling{"stop", "stop needs at least one RUN|NAME", "rounds help stop"},
                    Misspelling{"status now", "unexpected argument \"now\"", "rounds help status"}));

TEST(Options, CountsOfASelftestMayBeZero) {
  const auto options = read<SelftestOptions>("selftest --kills 0 --edits 8");
  EXPECT_EQ(options.kills, 0);
  EXPECT_EQ(options.edits, 8);
  EXPECT_EQ(options.stubborn, 50);
  EXPECT_FALSE(options.seed);
  EXPECT_STREQ(refusal("selftest --kills -1").what(), "--kills takes a whole number from 0, got \"-1\"");
}

}  // namespace
}  // namespace rounds
