#include "inspect/sql_text.h"

#include <gtest/gtest.h>

namespace rounds {

namespace {

std::string filled(const std::string& sql, const Parameters& parameters) {
  return with_literals(sql, parameters, [](const std::string& text) { return "<" + text + ">"; });
}

TEST(SqlText, PutsLiteralsInTheirPlaces) {
  const Parameters parameters{{"least", std::int64_t{-3}}, {"share", 0.5}, {"name", std::string("a'b")}};
  EXPECT_EQ(filled("a >= :least AND b<:share AND c = :name", parameters), "a >= -3 AND b<0.5 AND c = <a'b>");
}

TEST(SqlText, TakesTheWholeName) {
  EXPECT_EQ(filled(":at + :at_s", {{"at", std::int64_t{1}}, {"at_s", std::int64_t{2}}}), "1 + 2");
}

TEST(SqlText, MakesUnknownNamesNull) { EXPECT_EQ(filled("coalesce(:previous, 0)", {}), "coalesce(NULL, 0)"); }

TEST(SqlText, LeavesCastsQuotesAndCommentsAlone) {
  const std::string sql = "SELECT x::text, ':at', \":at\", `:at` -- :at\n, /* :at */ y[1:2], z := 3, '::' || a::int4";
  EXPECT_EQ(filled(sql, {{"at", std::int64_t{9}}, {"text", std::int64_t{9}}, {"int4", std::int64_t{9}}}), sql);
}

TEST(SqlText, EndsWithAnUnfinishedQuote) {
  EXPECT_EQ(filled("SELECT ':at", {{"at", std::int64_t{9}}}), "SELECT ':at");
  EXPECT_EQ(filled("SELECT /* :at", {{"at", std::int64_t{9}}}), "SELECT /* :at");
  EXPECT_EQ(filled("SELECT :", {}), "SELECT :");
}

}  // namespace

}  // namespace rounds
