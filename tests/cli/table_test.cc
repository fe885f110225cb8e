#include "cli/table.h"

#include <gtest/gtest.h>

#include "error.h"

namespace rounds {
namespace {

Listing fruits() {
  return {"fruits",
          {{"name", "NAME"}, {"weight", "WEIGHT", true}, {"colours", ""}},
          {{{"apple"}, {std::int64_t{7}, "7 g"}, {std::vector<std::string>{"red", "green"}}},
           {{"a \"b\", c"}, {Value()}, {std::vector<std::string>{}}}}};
}

std::string printed(const Listing& table, GlobalOptions global,
                    void (*print_it)(const Listing&, const GlobalOptions&)) {
  testing::internal::CaptureStdout();
  print_it(table, global);
  finish_printing();
  return testing::internal::GetCapturedStdout();
}

std::string printed(Format format, std::vector<std::string> columns = {}) {
  GlobalOptions global;
  global.format = format;
  global.columns = std::move(columns);
  return printed(fruits(), global, print_table);
}

TEST(PrintTable, PeopleSeeTitledColumnsLinedUp) {
  EXPECT_EQ(printed(Format::table),
            "NAME      WEIGHT\n"
            "apple        7 g\n"
            "a \"b\", c       -\n");
}

TEST(PrintTable, JsonHasEveryColumnWithItsType) {
  EXPECT_EQ(printed(Format::json), R"({"schema":1,"fruits":[{"name":"apple","weight":7,"colours":["red","green"]},)"
                                   R"({"name":"a \"b\", c","weight":null,"colours":[]}]})"
                                   "\n");
}

TEST(PrintTable, NdjsonHasOneRowALine) {
  EXPECT_EQ(printed(Format::ndjson, {"name"}), "{\"name\":\"apple\"}\n{\"name\":\"a \\\"b\\\", c\"}\n");
}

TEST(PrintTable, CsvQuotesWhatNeedsQuotes) {
  EXPECT_EQ(printed(Format::csv), "name,weight,colours\napple,7,\"red,green\"\n\"a \"\"b\"\", c\",,\n");
}

TEST(PrintTable, ColumnsAreChosenAndOrdered) {
  EXPECT_EQ(printed(Format::csv, {"weight", "name"}), "weight,name\n7,apple\n,\"a \"\"b\"\", c\"\n");
  EXPECT_EQ(printed(Format::table, {"colours"}), "COLOURS\nred,green\n-\n");
}

TEST(PrintTable, ColumnsHelpListsThem) { EXPECT_EQ(printed(Format::json, {"help"}), "name\nweight\ncolours\n"); }

TEST(PrintTable, AnUnknownColumnIsRefusedWithASuggestion) {
  try {
    printed(Format::table, {"nmae"});
    FAIL() << "nothing was refused";
  } catch (const Error& error) {
    testing::internal::GetCapturedStdout();
    EXPECT_EQ(error.fault(), Fault::usage);
    EXPECT_EQ(error.hint(), "did you mean \"name\"?");
  }
}

TEST(PrintPlain, ValuesStandAloneBetweenTabs) {
  EXPECT_EQ(printed(fruits(), GlobalOptions{}, print_plain), "apple\t7\tred,green\na \"b\", c\t\t\n");
}

TEST(PrintTable, ControlCharactersInACellAreEscaped) {
  const Listing table{"t", {{"x", "X"}}, {{{"\x1b[2J"}}}};
  EXPECT_EQ(printed(table, GlobalOptions{}, print_table), "X\n\\x1b[2J\n");
}

}  // namespace
}  // namespace rounds
