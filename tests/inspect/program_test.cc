// The commands of inspections as their users meet them.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "seed.h"

namespace rounds {

namespace {

using namespace seed;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

struct Ran {
  int status;
  std::string text;  ///< both outputs
};

class Program : public testing::Test {
 protected:
  void SetUp() override {
    make_shop(folder_ / "shop.db");
    ASSERT_EQ(run("target add shop --engine sqlite --path " + (folder_ / "shop.db") + " --business sales").status, 0);
  }

  /// Runs `rounds LINE` on the test's own store.
  Ran run(const std::string& line, const std::string& environment = "") {
    const std::string command = environment + " " ROUNDS_BINARY " " + line + " --store " + (folder_ / "store.db") +
                                " --config " + config() + " 2>&1 </dev/null";
    FILE* pipe = ::popen(command.c_str(), "r");
    Ran ran{};
    char buffer[4096];
    for (std::size_t n = 0; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) ran.text.append(buffer, n);
    ran.status = WEXITSTATUS(::pclose(pipe));
    return ran;
  }
  /// The document that `rounds inspect LINE --json` prints.
  json inspect_json(const std::string& line, const std::string& environment = "") {
    return json::parse(run("inspect " + line + " --json --check 'sq.[os]*' --check 'sq.run.[!d]*'", environment).text);
  }
  void break_shop() { App(folder_ / "shop.db").run("INSERT INTO orders VALUES(9001, 777777, 1)"); }
  void add_missing() {
    ASSERT_EQ(run("target add gone --engine sqlite --path " + (folder_ / "gone.db") + " --labels b,c").status, 0);
  }

  Folder folder_;

 private:
  std::string config() {
    std::ofstream(folder_ / "config.toml").flush();
    return folder_ / "config.toml";
  }
};

TEST_F(Program, PrintsTheDocumentThatProgramsRelyOn) {
  break_shop();
  const json document = inspect_json("shop --tier weekly");
  EXPECT_EQ(document["schema"], 1);
  EXPECT_EQ(document["tier"], "weekly");
  for (const char* key : {"from", "to", "effective_from", "effective_to"}) {
    EXPECT_EQ(document["window"][key].get<std::string>().size(), std::string("2026-11-21T08:00:00Z").size());
  }
  const json& target = document["targets"][0];
  EXPECT_EQ(target["name"], "shop");
  EXPECT_EQ(target["business"], "sales");
  EXPECT_EQ(target["host"], nullptr);
  EXPECT_EQ(target["score"], 95);
  EXPECT_EQ(target["coverage"], 100);
  std::set<std::string> outcomes;
  for (const json& entry : target["checks"]) {
    for (const char* key : {"id", "outcome", "severity", "subject", "value", "threshold", "evidence", "cause", "remedy",
                            "remedy_risk", "reason", "duration_ms"}) {
      EXPECT_TRUE(entry.contains(key)) << key;
    }
    EXPECT_EQ(entry["outcome"] == "finding", entry["severity"].is_string());
    outcomes.insert(entry["outcome"]);
  }
  EXPECT_EQ(outcomes, (std::set<std::string>{"finding", "ok"}));
}

TEST_F(Program, ExitsWithOneWhenAFindingReachesFailOn) {
  break_shop();
  EXPECT_EQ(run("inspect shop --check sq.obj.fk").status, 0);
  EXPECT_EQ(run("inspect shop --check sq.obj.fk --fail-on warning").status, 1);
}

TEST_F(Program, SuggestsTheTargetThatWasMeant) {
  const Ran ran = run("inspect shpo");
  EXPECT_EQ(ran.status, 66);
  EXPECT_THAT(ran.text, HasSubstr("did you mean \"shop\"?"));
}

TEST_F(Program, CallsATargetUnreachableOnlyWhenNoneWasReached) {
  add_missing();
  EXPECT_EQ(run("inspect gone").status, 69);
  EXPECT_EQ(run("inspect gone shop --check sq.run.connect").status, 1);
}

TEST_F(Program, SelectsByBusinessTagAndGlob) {
  add_missing();
  const auto names = [&](const std::string& line) {
    std::string joined;
    const json document = inspect_json(line);
    for (const json& target : document["targets"]) joined += target["name"].get<std::string>() + " ";
    return joined;
  };
  EXPECT_EQ(names(""), "gone shop ");
  EXPECT_EQ(names("--business sales"), "shop ");
  EXPECT_EQ(names("--tag x,c"), "gone ");
  EXPECT_EQ(names("'s*'"), "shop ");
  EXPECT_EQ(run("inspect --tag b --tag x").status, 66);
}

TEST_F(Program, TakesWindowAndNumberOfTheRunThatAsks) {
  const std::string environment =
      "ROUNDS_RUN_ID=77 ROUNDS_WINDOW_START=2026-01-01T00:00:00Z ROUNDS_WINDOW_END=2026-01-04T00:00:00Z";
  const json document = inspect_json("shop", environment);
  EXPECT_EQ(document["run"], 77);
  EXPECT_EQ(document["window"]["from"], "2026-01-01T00:00:00Z");
  EXPECT_EQ(document["window"]["to"], "2026-01-04T00:00:00Z");
  const json given = inspect_json("shop --window 2026-02-01..2026-02-03T12:00:00Z", environment);
  EXPECT_EQ(given["window"]["from"], "2026-02-01T00:00:00Z");
  EXPECT_EQ(given["window"]["to"], "2026-02-03T12:00:00Z");
}

TEST_F(Program, RefusesWindowsAndChecksThatCannotBe) {
  EXPECT_EQ(run("inspect shop --window 2026-02-03..2026-02-01").status, 2);
  EXPECT_EQ(run("inspect shop --window soon").status, 2);
  EXPECT_EQ(run("inspect shop --check 'pg.*'").status, 2);
}

TEST_F(Program, TellsWhatBecameOfAFinding) {
  break_shop();
  const json first = inspect_json("shop");
  App(folder_ / "shop.db").run("DELETE FROM orders WHERE id = 9001");
  const json gone = inspect_json("shop")["targets"][0]["resolved"];
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0]["id"], "sq.obj.fk");
  EXPECT_EQ(gone[0]["since"], first["at"]);
}

TEST_F(Program, AlarmsWhenADatabaseThatItSawFullIsEmpty) {
  EXPECT_EQ(run("inspect shop --check sq.run.empty").status, 0);
  std::filesystem::resize_file(folder_ / "shop.db", 0);
  EXPECT_EQ(run("inspect shop --check sq.run.empty").status, 1);
}

TEST_F(Program, InspectsItsOwnStore) {
  ASSERT_EQ(run("target add self --engine sqlite --path " + (folder_ / "store.db")).status, 0);
  const json document = inspect_json("self --tier yearly");
  EXPECT_EQ(document["targets"][0]["score"], 100) << document;
  EXPECT_EQ(run("report list").status, 0);
}

TEST_F(Program, AnswersAsAMonitoringPlugin) {
  EXPECT_EQ(run("inspect shop --nagios --check sq.obj.fk").status, 0);
  break_shop();
  const Ran ran = run("inspect shop --nagios --check sq.obj.fk");
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.text, testing::StartsWith("ROUNDS WARNING - 0 critical, 1 warning in 1 target: shop sq.obj.fk | "));
  EXPECT_EQ(run("inspect shpo --nagios").status, 3);
}

TEST_F(Program, ShowsItsStatementsAndRunsNone) {
  const Ran ran = run("inspect shop --dry-run");
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.text, HasSubstr("pragma_quick_check(:max_rows)"));
  EXPECT_THAT(ran.text, Not(HasSubstr("pragma_integrity_check")));
  EXPECT_EQ(run("report show").status, 66);
}

TEST_F(Program, ListsShowsAndExportsReports) {
  run("inspect shop");
  run("inspect shop --tier weekly");
  const json list = json::parse(run("report list --json").text);
  ASSERT_EQ(list["reports"].size(), 2U);
  EXPECT_EQ(list["reports"][0]["tier"], "weekly");
  EXPECT_EQ(list["reports"][0]["targets"], json::array({"shop"}));
  EXPECT_THAT(run("report show").text, HasSubstr("weekly"));
  EXPECT_EQ(json::parse(run("report show 1 --json").text)["inspection"], 1);
  EXPECT_EQ(run("report export 1 -o " + (folder_ / "r.html")).status, 0);
  EXPECT_THAT(bytes_of(folder_ / "r.html"), HasSubstr("<h1>Inspection 1</h1>"));
  EXPECT_EQ(run("report show 99").status, 66);
  EXPECT_EQ(run("report show first").status, 2);
}

TEST_F(Program, ExportsReportsInEveryFormatAndInChinese) {
  break_shop();
  run("inspect shop --tier weekly");
  run("inspect shop --tier weekly");
  const auto exported = [&](const std::string& name, const std::string& more) {
    EXPECT_EQ(run("report export -o " + (folder_ / name) + more).status, 0);
    return bytes_of(folder_ / name);
  };
  EXPECT_THAT(exported("r.md", ""), HasSubstr("| persisting | shop |"));
  EXPECT_THAT(exported("r.csv", ""), testing::StartsWith("\xEF\xBB\xBF"));
  EXPECT_THAT(exported("r.html", " --lang zh"),
              testing::AllOf(HasSubstr("复核人"), HasSubstr("<svg viewBox=\"0 0 360")));
  EXPECT_THAT(run("report show --lang zh").text, HasSubstr("外键缺少父行"));
  EXPECT_EQ(run("report show --lang fr").status, 2);
  EXPECT_EQ(run("inspect shop --lang zh -o " + (folder_ / "i.html")).status, 0);
  EXPECT_THAT(bytes_of(folder_ / "i.html"), HasSubstr("复核人"));
}

TEST_F(Program, ComparesTwoInspections) {
  run("inspect shop --tier weekly");
  EXPECT_EQ(run("report diff").status, 66);
  break_shop();
  run("inspect shop");
  run("inspect shop --tier weekly");
  const json diff = json::parse(run("report diff --json").text);
  EXPECT_EQ(diff["before"]["inspection"], 1);
  ASSERT_EQ(diff["changes"].size(), 2U) << diff;
  EXPECT_EQ(diff["changes"][0]["change"], "new");
  EXPECT_EQ(diff["changes"][0]["id"], "sq.obj.fk");
  EXPECT_EQ(diff["changes"][1]["change"], "persisting");
  EXPECT_THAT(run("report diff 3 1").text, HasSubstr("resolved       warning   shop  sq.obj.fk"));
  EXPECT_THAT(run("report diff 3 2").text, HasSubstr("not re-checked warning   shop  sq.obj.fk"));
  EXPECT_EQ(run("report diff 1 2 3").status, 2);
}

TEST_F(Program, SaysWhichFindingsWorsened) {
  std::filesystem::permissions(folder_ / "shop.db", std::filesystem::perms(0660));
  run("inspect shop --check sq.sec.mode --tier weekly");
  std::filesystem::permissions(folder_ / "shop.db", std::filesystem::perms(0666));
  const json document = json::parse(run("inspect shop --check sq.sec.mode --tier weekly --json").text);
  const json& entry = document["targets"][0]["checks"][0];
  EXPECT_EQ(entry["severity"], "critical") << entry;
  EXPECT_EQ(entry["worsened_from"], "warning");
  EXPECT_THAT(run("report show --format html").text, HasSubstr("<td>worsened</td>"));
}

TEST_F(Program, DeletesOldReportsButNeverTheLastOfATier) {
  for (const char* tier : {"weekly", "daily", "daily", "daily"})
    run(std::string("inspect shop --check sq.run.header --tier ") + tier);
  EXPECT_EQ(run("report prune").status, 2);
  EXPECT_EQ(run("report prune --keep 1 --older-than 1d").status, 2);
  EXPECT_EQ(run("report prune --keep 2").status, 2);  // it asks
  EXPECT_EQ(json::parse(run("report prune --keep 2 --dry-run --json").text)["reports"], json::array({2}));
  EXPECT_THAT(run("report prune --keep 2 --yes").text, HasSubstr("deleted 1 report"));
  EXPECT_THAT(run("report prune --older-than 1d --yes").text, HasSubstr("deleted 0 reports"));
  EXPECT_EQ(run("report show 1").status, 0);
  EXPECT_EQ(run("report show 2").status, 66);
}

TEST_F(Program, WritesTheReportWhereItIsTold) {
  EXPECT_EQ(run("inspect shop --check sq.run.header -o " + (folder_ / "r.html")).status, 0);
  EXPECT_THAT(bytes_of(folder_ / "r.html"), HasSubstr("sq.run.header"));
}

TEST_F(Program, KeepsTargets) {
  const std::string same = "target add shop --engine sqlite --path " + (folder_ / "shop.db");
  EXPECT_EQ(run(same).status, 73);
  EXPECT_THAT(run(same + " --business sales --replace").text, HasSubstr("unchanged"));
  EXPECT_THAT(run(same + " --business cars --replace").text, HasSubstr("changed: business"));
  EXPECT_EQ(run("target add pg --engine oracle").status, 2);
  EXPECT_EQ(run("target add 123 --engine sqlite --path x").status, 2);
  EXPECT_EQ(run("target add x --engine sqlite").status, 2);
  EXPECT_EQ(json::parse(run("target show shop --json").text)["targets"][0]["business"], "cars");
  const Ran refused = run("target remove shop");
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.text, HasSubstr("--yes"));
  EXPECT_EQ(run("target remove shop --yes").status, 0);
  EXPECT_EQ(run("target show shop").status, 66);
}

TEST_F(Program, ReportsATargetThatHangsWithTheOthers) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);  // takes connections and never answers
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener, 8), 0);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  run("target add hangs --engine postgresql --address 127.0.0.1 --port " + std::to_string(ntohs(address.sin_port)));
  const Ran ran = run("inspect hangs shop --timeout 1s --json");
  const json document = json::parse(ran.text);
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(document["targets"].size(), 2u);
  EXPECT_EQ(document["targets"][0]["reached"], false);
  EXPECT_EQ(document["targets"][1]["reached"], true);
  EXPECT_EQ(run("inspect hangs --timeout 1s").status, 69);
  ::close(listener);
}

TEST_F(Program, TellsAcceptedFindingsAndDoesNotCountThem) {
  const std::string add = "target add shop --replace --engine sqlite --path " + (folder_ / "shop.db");
  ::chmod((folder_ / "shop.db").c_str(), 0666);
  EXPECT_THAT(run("inspect shop --check sq.sec.mode --json").text, HasSubstr("\"outcome\":\"finding\""));
  run(add + " --suppress '{ check = \"sq.sec.*\", owner = \"dba\", reason = \"ticket 7\", until = 2999-01-01 }'");
  const json entry = json::parse(run("inspect shop --check sq.sec.mode --json").text)["targets"][0]["checks"][0];
  EXPECT_EQ(entry["outcome"], "skipped");
  EXPECT_EQ(entry["accepted"]["owner"], "dba");
  run(add + " --suppress '{ check = \"sq.sec.*\", until = 2001-01-01 }'");
  EXPECT_THAT(run("inspect shop --check sq.sec.mode --json").text, HasSubstr("\"outcome\":\"finding\""));
}

TEST_F(Program, InspectsTheOthersWhenAPasswordCannotBeHad) {
  run("target add locked --engine mariadb --address 127.0.0.1 --password file:" + (folder_ / "no-such-secret"));
  const json document = json::parse(run("inspect locked shop --json").text);
  EXPECT_THAT(document["targets"][0]["checks"].dump(), HasSubstr("no-such-secret"));
  EXPECT_EQ(document["targets"][1]["reached"], true);
}

TEST_F(Program, RefusesThresholdsThatNoCheckHas) {
  const std::string add = "target add shop --replace --engine sqlite --path " + (folder_ / "shop.db");
  run(add + " --thresholds sq.run.wal.warning_byte=5");
  const Ran ran = run("inspect shop");
  EXPECT_EQ(ran.status, 70 + 8) << ran.text;
  EXPECT_THAT(ran.text, HasSubstr("did you mean \"sq.run.wal.warning_bytes\"?"));
}

TEST_F(Program, TestsATarget) {
  add_missing();
  EXPECT_THAT(run("target test shop").text, HasSubstr("is open"));
  EXPECT_EQ(run("target test gone").status, 69);
  EXPECT_EQ(json::parse(run("target test gone --json").text)["state"], "unreachable");
}

}  // namespace

}  // namespace rounds
