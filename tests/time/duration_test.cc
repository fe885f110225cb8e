#include "time/duration.h"

#include <gtest/gtest.h>

#include "time/make.h"

namespace rounds {
namespace {

using make::span;
using std::chrono::days;
using std::chrono::seconds;

TEST(Duration, KeepsDaysApartFromElapsedTime) {
  EXPECT_EQ(span("90m"), (Span{days{0}, seconds{5400}}));
  EXPECT_EQ(span("2h30m"), (Span{days{0}, seconds{9000}}));
  EXPECT_EQ(span("1w2d3h4m5s"), (Span{days{9}, seconds{11045}}));
  EXPECT_EQ(span("3d").flat(), seconds{259200});
  EXPECT_NE(span("24h"), span("1d"));
  EXPECT_EQ(span("36525d").days, days{36525});
}

TEST(Duration, ReadsBackWhatItWrites) {
  for (const char* text : {"1s", "99s", "1m40s", "90m", "2h30m", "24h", "36h", "100h", "1h1s", "3d", "10d", "1w", "2w",
                           "99d", "14w2d", "1w12h", "3d90m"}) {
    EXPECT_EQ(to_text(span(text)), text);
  }
  for (std::int64_t n = 1; n < 400000; n += 37) {
    const Span one{days{n % 5 == 0 ? n % 1000 : 0}, seconds{n}};
    EXPECT_EQ(span(to_text(one)), one) << n;
    EXPECT_EQ(span(to_text(seconds{n})).flat(), seconds{n}) << n;
  }
}

TEST(Duration, WritesFlatSecondsOfAnySize) {
  EXPECT_EQ(to_text(seconds{0}), "0s");
  EXPECT_EQ(to_text(seconds{3600}), "1h");
  EXPECT_EQ(to_text(seconds{86400}), "1d");
  EXPECT_EQ(to_text(seconds{90000}), "25h");
  EXPECT_EQ(to_text(seconds{-90}), "-90s");
}

struct Refusal {
  const char* text;
  const char* message;
  std::size_t at;
  std::size_t length;
  const char* hint;
};
/// Names the test; the bytes of the pointers would differ from run to run.
void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.text; }

class DurationRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(DurationRefusal, NamesThePlaceAndTheWayOut) {
  const auto parsed = parse_span(GetParam().text);
  const auto* error = std::get_if<ParseError>(&parsed);
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->message, GetParam().message);
  EXPECT_EQ(error->at, GetParam().at);
  EXPECT_EQ(error->length, GetParam().length);
  EXPECT_EQ(error->hint, GetParam().hint);
}

constexpr const char* example = "a length is written like 90s, 45m, 2h30m, 3d or 1w";

INSTANTIATE_TEST_SUITE_P(
    All, DurationRefusal,
    testing::Values(
        Refusal{"", "length \"\" is empty", 0, 1, example},
        Refusal{"90", "length \"90\" has no unit", 0, 2, "write 90s, 90m or 90h"},
        Refusal{"2h30", "length \"2h30\" has no unit", 2, 2, "write 30s, 30m or 30h"},
        Refusal{"0s", "length \"0s\" is zero", 0, 2, example},
        Refusal{"5min", "length \"5min\" needs a number here", 2, 1, example},
        Refusal{"5y", "length \"5y\" has an unknown unit", 1, 1, "the units are w d h m s"},
        Refusal{"1h 5m", "length \"1h 5m\" needs a number here", 2, 1, example},
        Refusal{"5m1h", "length \"5m1h\" has its units out of order", 3, 1, "the order is w d h m s, each once"},
        Refusal{"5m5m", "length \"5m5m\" has its units out of order", 3, 1, "the order is w d h m s, each once"},
        Refusal{"-5m", "length \"-5m\" needs a number here", 0, 1, example},
        Refusal{"36526d", "length \"36526d\" is above 100 years", 0, 6, example},
        Refusal{"36525d1s", "length \"36525d1s\" is above 100 years", 6, 2, example},
        Refusal{"99999999999999999999999s", "length \"99999999999999999999999s\" is above 100 years", 0, 24, example}));

}  // namespace
}  // namespace rounds
