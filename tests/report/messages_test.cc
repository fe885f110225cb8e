#include "report/messages.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace rounds {

namespace {

std::size_t holes(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = text.find("{}"); at != std::string_view::npos; at = text.find("{}", at + 2)) ++count;
  return count;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

TEST(Messages, AreThereInBothLanguages) {
  for (const Message& message : kMessages) {
    EXPECT_FALSE(message.en.empty()) << message.id;
    EXPECT_FALSE(message.zh.empty()) << message.id;
    EXPECT_TRUE(is_ascii(message.en)) << message.id;
    if (holes(message.zh) == 0) {
      EXPECT_FALSE(is_ascii(message.zh)) << message.id;
    }
  }
}

TEST(Messages, HaveTheSameHoles) {
  for (const Message& message : kMessages) EXPECT_EQ(holes(message.en), holes(message.zh)) << message.id;
}

TEST(Messages, HaveNamesOfTheirOwn) {
  std::set<std::string_view> ids;
  for (const Message& message : kMessages) EXPECT_TRUE(ids.insert(message.id).second) << message.id;
}

TEST(Messages, NeedNoEscapes) {
  for (const Message& message : kMessages) {
    for (const std::string_view text : {message.en, message.zh})
      EXPECT_EQ(text.find_first_of("<>&\"'|*_`"), std::string_view::npos) << message.id;
  }
}

TEST(Messages, KnowEveryWordOfTheDocument) {
  for (const char* id :
       {"tier.daily",        "tier.weekly",          "tier.monthly",      "tier.yearly",       "category.running",
        "category.backup",   "category.alerts",      "category.objects",  "category.security", "category.parameters",
        "category.host",     "category.performance", "severity.critical", "severity.warning",  "severity.info",
        "outcome.ok",        "outcome.finding",      "outcome.skipped",   "outcome.error",     "remedy_risk.online",
        "remedy_risk.locks", "remedy_risk.restart"}) {
    const std::string_view whole(id);
    const std::size_t dot = whole.find('.');
    EXPECT_NE(word(Language::zh, whole.substr(0, dot), whole.substr(dot + 1)), whole.substr(dot + 1)) << id;
  }
}

TEST(Messages, LeaveUnknownWordsAsTheyAre) {
  EXPECT_EQ(word(Language::zh, "severity", "odd"), "odd");
  EXPECT_EQ(title_of(Language::zh, "my.own", "My own check"), "My own check");
  EXPECT_EQ(title_of(Language::en, "sq.obj.fk", "Rows"), "Rows");
  EXPECT_NE(title_of(Language::zh, "sq.obj.fk", "Rows"), "Rows");
}

}  // namespace

}  // namespace rounds
