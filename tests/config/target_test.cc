#include "config/target.h"

#include <gmock/gmock.h>

namespace rounds {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

LoadedTargets read(const std::string& text) { return parse_targets(text, "shop.toml", "/etc/rounds/targets.d"); }

std::string refusal(const std::string& text) { return render(read(text).problems); }

TEST(Targets, SayWhereAServerIsAndHowToLogIn) {
  const LoadedTargets loaded = read(R"([target.orders]
engine = "postgres"
address = "db1.example"
port = 5433
user = "rounds"
password = { file = "secrets/orders" }
tls = "verify-full"
business = "shop"
labels = ["gold", "eu"]
backups = "dumps/orders-*.dump"
logs = ["/var/log/postgresql/*.log"]
pitr_days = 7
suppress = ["pg.bak.same_disk", { check = "pg.sec.*", reason = "audit 12", owner = "dba", until = 2027-01-31 }]
[target.orders.thresholds]
"pg.run.disk" = { warning_percent = 85 }
"pg.run.slot.warning_bytes" = 5
)");
  ASSERT_EQ(render(loaded.problems), "");
  const Target& target = loaded.targets.at(0);
  EXPECT_EQ(target.engine, "postgresql");
  EXPECT_EQ(target.port, "5433");
  EXPECT_EQ(target.password->name, "/etc/rounds/targets.d/secrets/orders");
  EXPECT_THAT(target.backups, ElementsAre("/etc/rounds/targets.d/dumps/orders-*.dump"));
  EXPECT_EQ(target.thresholds.at("pg.run.disk.warning_percent"), 85);
  EXPECT_EQ(target.thresholds.at("pg.run.slot.warning_bytes"), 5);
  ASSERT_EQ(target.suppress.size(), 2u);
  EXPECT_EQ(target.suppress.at(0).check, "pg.bak.same_disk");
  EXPECT_EQ(target.suppress.at(1).owner, "dba");
  ASSERT_TRUE(target.suppress.at(1).until.has_value());
}

TEST(Targets, AreWrittenAsTheyAreRead) {
  const LoadedTargets loaded = read(R"([target.a-1]
engine = "mariadb"
address = "/run/mysqld"
option_file = "/root/.my.cnf"
password = { command = ["pass", "show", "a \"b\""] }
labels = ["x", "y z"]
suppress = [{ check = "my.sec.*", subject = "'root'*", until = 2027-01-31 }]
thresholds = { "my.cfg.memory.warning_percent" = 90.5 }
)");
  ASSERT_EQ(render(loaded.problems), "");
  const LoadedTargets again = read(target_toml(loaded.targets.at(0)));
  ASSERT_EQ(render(again.problems), "");
  EXPECT_EQ(again.targets.at(0), loaded.targets.at(0));
}

TEST(Targets, NeverQuoteAPasswordThatStandsInTheFile) {
  const std::string text = refusal("[target.a]\nengine = \"mariadb\"\npassword = \"hunter2\"\n");
  EXPECT_THAT(text, HasSubstr("password"));
  EXPECT_THAT(text, testing::Not(HasSubstr("hunter2")));
}

TEST(Targets, OfABadFileAreRefusedWithAllItsProblems) {
  const std::string text = refusal(
      "[target.a]\nengine = \"postgresq\"\nadress = \"x\"\n[target.\"b c\"]\nengine = \"host\"\nport = 99999\n");
  EXPECT_THAT(text, HasSubstr("did you mean \"postgresql\"?"));
  EXPECT_THAT(text, HasSubstr("did you mean \"address\"?"));
  EXPECT_THAT(text, HasSubstr("no name of a target"));
  EXPECT_THAT(text, HasSubstr("65535"));
}

TEST(Targets, OfAFileNeedWhatTheirEngineNeeds) {
  EXPECT_THAT(refusal("[target.a]\nengine = \"sqlite\"\n"), HasSubstr("target a has no path"));
  EXPECT_THAT(refusal("[target.a]\npath = \"x\"\n"), HasSubstr("target a has no engine"));
  EXPECT_THAT(refusal("[target.a]\nengine = \"host\"\npath = \"x\"\n"), HasSubstr("only engine \"sqlite\" has a path"));
}

}  // namespace

}  // namespace rounds
