#include "core/template.h"

#include <gtest/gtest.h>

#include "error.h"
#include "time/stamp.h"

namespace rounds {
namespace {

TemplateValues values() {
  TemplateValues v;
  v.job = "dump";
  v.run_id = 4711;
  v.attempt = 2;
  v.due = parse_utc("2026-03-29T01:30:00Z").value();  // the hour after the gap in Berlin
  v.window_start = parse_utc("2026-03-26T00:30:00Z").value();
  v.window_end = v.due;
  v.params = {{"table", "orders"}, {"day", "{{ due }}"}};
  v.zone = Zone::load("Europe/Berlin").value();
  return v;
}

std::string filled(std::string_view text) {
  const Params params = values().params;
  EXPECT_FALSE(template_refusal(text, &params)) << text;
  return fill_in(text, values());
}

/// `AT+LENGTH message`
std::string refusal(std::string_view text) {
  const Params params = values().params;
  const auto error = template_refusal(text, &params);
  return error ? std::to_string(error->at) + "+" + std::to_string(error->length) + " " + error->message : "none";
}

TEST(Template, LeavesATextWithoutBracesAsItIs) {
  EXPECT_EQ(filled(""), "");
  EXPECT_EQ(filled("a { b } }} c"), "a { b } }} c");
}

TEST(Template, NamesWhatIsKnownOfTheRun) {
  EXPECT_EQ(filled("{{ job }}/{{run_id}}.{{  attempt  }}"), "dump/4711.2");
  EXPECT_EQ(filled("{{ due }}"), "2026-03-29T01:30:00Z");
  EXPECT_EQ(filled("{{ window_start }}..{{ window_end }}"), "2026-03-26T00:30:00Z..2026-03-29T01:30:00Z");
}

TEST(Template, WritesDatesInTheZoneOfTheJobOrInUtc) {
  EXPECT_EQ(filled("shop-{{ window_end | date:%Y%m%d-%H%M %Z %z }}.dump"), "shop-20260329-0330 CEST +0200.dump");
  EXPECT_EQ(filled("{{ window_start | date:%a %e %b %G-W%V }}"), "Thu 26 Mar 2026-W13");
  EXPECT_EQ(filled("{{ due|utc:%H:%M }}"), "01:30");
  EXPECT_EQ(filled("{{ due | utc: %H }}{{ due | add: 1d | utc: %d }}"), "0130");
  EXPECT_EQ(filled("{{ due | date:" + std::string(128, 'x') + " }}"), std::string(128, 'x'));
  EXPECT_EQ(filled("{{ due | epoch }}"), "1774747800");
  EXPECT_EQ(filled("{{ due | date:100%% }}"), "100%");
}

TEST(Template, AddsDaysByTheCalendarAndHoursByTheClock) {
  EXPECT_EQ(filled("{{ due | add:-1d | date:%F %H:%M }}"), "2026-03-28 03:30");
  EXPECT_EQ(filled("{{ due | add:-24h | date:%F %H:%M }}"), "2026-03-28 02:30");
  EXPECT_EQ(filled("{{ window_start | add:1w | add:-30m }}"), "2026-04-01T23:00:00Z");
  EXPECT_EQ(filled("{{ due | add:+1d12h | utc:%F %T }}"), "2026-03-30 13:30:00");
}

TEST(Template, FillsInParametersAndDoesNotReadThemAgain) {
  EXPECT_EQ(filled("{{ params.table }} {{ params.day }}"), "orders {{ due }}");
}

TEST(Template, KeepsBracesThatAreQuoted) {
  EXPECT_EQ(filled("docker ps --format {{ \"{{.Names}}\" }}"), "docker ps --format {{.Names}}");
  EXPECT_EQ(filled("{{ \"{{\" }}"), "{{");
}

TEST(Template, TellsThePlaceOfWhatItDoesNotKnow) {
  EXPECT_EQ(refusal("x {{ dew }}"), "5+3 templates know no \"dew\"");
  EXPECT_EQ(refusal("{{.Names}}"), "2+6 templates know no \".Names\"");
  EXPECT_EQ(refusal("{{ job.x }}"), "3+5 templates know no \"job.x\"");
  EXPECT_EQ(refusal("{{ params.tabel }}"), "3+12 there is no parameter \"tabel\"");
  EXPECT_EQ(refusal("{{ due | dat:%Y }}"), "9+3 there is no filter \"dat\"");
  EXPECT_EQ(refusal("{{ due | date }}"), "13+1 \"date\" needs a format");
  EXPECT_EQ(refusal("{{ due | date:%Y-%Q }}"), "17+2 a date has no \"%Q\"");
  EXPECT_EQ(refusal("{{ due | date:%s }}"), "14+2 a date has no \"%s\"");
  EXPECT_EQ(refusal("{{ due | date:100% }}"), "17+2 a date has no \"% \"");
  EXPECT_EQ(refusal("{{ due | date:" + std::string(129, 'x') + " }}").substr(0, 44), "14+129 a format has at most 128 characters");
  EXPECT_EQ(refusal("{{ params.Foo }}"), "3+10 templates know no \"params.Foo\"");
  EXPECT_EQ(refusal("{{ due | \xc3\x84:x }}"), "9+2 there is no filter \"\xc3\x84\"");
  EXPECT_EQ(refusal("{{ due | add:1 }}"), "13+1 add: length \"1\" has no unit");
  EXPECT_EQ(refusal("{{ due | epoch:1 }}"), "15+1 \"epoch\" takes no argument");
  EXPECT_EQ(refusal("{{ due | epoch | date:%Y }}"), "17+4 \"date\" is for moments, and this is a text");
  EXPECT_EQ(refusal("{{ job | date:%Y }}"), "9+4 \"date\" is for moments, and this is a text");
}

TEST(Template, MayNameAnyParameterWhileTheyAreNotKnown) {
  EXPECT_FALSE(template_refusal("{{ params.later }}", nullptr));
  EXPECT_TRUE(template_refusal("{{ params. }}", nullptr));
}

TEST(Template, TellsWhereItBreaksOff) {
  EXPECT_EQ(refusal("a {{ due"), "2+2 a template that begins here has no }}");
  EXPECT_EQ(refusal("a {{"), "4+1 templates know no \"\"");
  EXPECT_EQ(refusal("{{ due x }}"), "7+1 expected | or }} here");
  EXPECT_EQ(refusal("{{ \"abc }}"), "3+1 a text that begins here has no end");
  EXPECT_EQ(refusal("{{ due | }}"), "9+1 there is no filter \"\"");
}

TEST(Template, ThatWasNotCheckedIsABugAndNotAGuess) { EXPECT_THROW(fill_in("{{ nobody }}", values()), Error); }

TEST(Template, NamesParametersBySmallLetters) {
  EXPECT_EQ(param_refusal("table_2"), "");
  for (const char* name : {"", "Table", "2nd", "_a", "a-b", "a.b"}) EXPECT_NE(param_refusal(name), "") << name;
  EXPECT_NE(param_refusal(std::string(65, 'a')), "");
}

}  // namespace
}  // namespace rounds
