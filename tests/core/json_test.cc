#include "core/json.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace rounds {
namespace {

using namespace std::string_literals;

TEST(Json, PutsCommasBetweenValuesAndNowhereElse) {
  JsonWriter json;
  json.begin_object().field("a", 1).key("b").begin_array().value(1).value("x").null().end_array();
  json.key("c").begin_object().end_object().key("d").begin_array().end_array().field("e", true).end_object();
  EXPECT_EQ(json.text(), R"({"a":1,"b":[1,"x",null],"c":{},"d":[],"e":true})");
}

TEST(Json, KeepsEveryTextThroughAParser) {
  const std::string hard =
      "quote \" slash \\ / tab \t line \n bell \a nul \0 delete \x7f \xE5\xB7\xA1 \xF0\x9F\x95\x92"s;
  const std::string text = JsonWriter().value(std::string_view(hard)).text();
  EXPECT_EQ(nlohmann::json::parse(text).get<std::string>(), hard);
  EXPECT_EQ(text.find('\0'), std::string::npos);
  EXPECT_EQ(text.find('\n'), std::string::npos);
}

TEST(Json, ReplacesBytesThatAreNoText) {
  EXPECT_EQ(JsonWriter()
                .value("a\xFF"
                       "b\xC3")
                .text(),
            "\"a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\"");
}

TEST(Json, EscapesKeysToo) {
  EXPECT_EQ(JsonWriter().begin_object().field("a\"b", 1).end_object().text(), R"({"a\"b":1})");
}

TEST(Json, WritesAbsentValuesAsNull) {
  JsonWriter json;
  json.begin_array()
      .value(std::optional<int>())
      .value(std::optional<int>(7))
      .value(std::optional<std::string>())
      .end_array();
  EXPECT_EQ(json.text(), "[null,7,null]");
}

TEST(Json, WritesNumbersThatReadBackAsTheSame) {
  const double d = 0.1 + 0.2;
  EXPECT_EQ(nlohmann::json::parse(JsonWriter().value(d).text()).get<double>(), d);
  EXPECT_EQ(JsonWriter().value(2.5).text(), "2.5");
  EXPECT_EQ(JsonWriter().value(std::numeric_limits<std::int64_t>::min()).text(), "-9223372036854775808");
}

TEST(Json, HasNoWordForNumbersThatAreNone) {
  EXPECT_EQ(JsonWriter().value(std::numeric_limits<double>::quiet_NaN()).text(), "null");
  EXPECT_EQ(JsonWriter().value(std::numeric_limits<double>::infinity()).text(), "null");
}

TEST(Json, TakesReadyTextAsAValue) {
  EXPECT_EQ(JsonWriter().begin_array().raw("{}").raw("1").end_array().text(), "[{},1]");
}

}  // namespace
}  // namespace rounds
