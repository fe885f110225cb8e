#include "core/size.h"

#include <gtest/gtest.h>

#include <limits>

namespace rounds {
namespace {

std::int64_t bytes(std::string_view text) {
  const auto parsed = parse_size(text);
  if (const auto* error = std::get_if<ParseError>(&parsed)) ADD_FAILURE() << text << ": " << error->message;
  return std::holds_alternative<std::int64_t>(parsed) ? std::get<std::int64_t>(parsed) : -1;
}
std::string refusal(std::string_view text) {
  const auto parsed = parse_size(text);
  const auto* error = std::get_if<ParseError>(&parsed);
  return error ? error->message + (error->hint.empty() ? "" : " | " + error->hint) : "taken";
}

TEST(Size, IsANumberWithAUnit) {
  EXPECT_EQ(bytes("0B"), 0);
  EXPECT_EQ(bytes("512 B"), 512);
  EXPECT_EQ(bytes("64KiB"), 65536);
  EXPECT_EQ(bytes("64 K"), 65536);
  EXPECT_EQ(bytes("1 MiB"), 1048576);
  EXPECT_EQ(bytes("10 MB"), 10'000'000);
  EXPECT_EQ(bytes("3 kB"), 3000);
  EXPECT_EQ(bytes("2 GiB"), std::int64_t{1} << 31);
  EXPECT_EQ(bytes("1 TiB"), std::int64_t{1} << 40);
}

TEST(Size, IsRefusedWithAHint) {
  EXPECT_EQ(refusal("10"), "a size needs a unit | for example \"10 KiB\"");
  EXPECT_EQ(refusal("10 mib"), "\"mib\" is no unit of size | B, kB, MB, GB, TB, KiB, MiB, GiB or TiB");
  EXPECT_EQ(refusal(""), "\"\" is no size | for example \"1 MiB\" or \"64 KiB\"");
  EXPECT_EQ(refusal("-1 KiB"), "\"-1 KiB\" is no size | for example \"1 MiB\" or \"64 KiB\"");
  EXPECT_EQ(refusal("1.5 GiB"), "\"1.5 GiB\" is no size | for example \"1 MiB\" or \"64 KiB\"");
  EXPECT_EQ(refusal("9000000 TiB"), "that size is too large");
  EXPECT_EQ(refusal("99999999999999999999 B"), "that size is too large");
}

TEST(Size, HasATextThatParsesBack) {
  EXPECT_EQ(size_text(0), "0 B");
  EXPECT_EQ(size_text(1000), "1000 B");
  EXPECT_EQ(size_text(1536), "1536 B");
  EXPECT_EQ(size_text(1 << 20), "1 MiB");
  for (const std::int64_t n : {std::int64_t{0}, std::int64_t{1}, std::int64_t{65536}, std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(bytes(size_text(n)), n);
  }
}

}  // namespace
}  // namespace rounds
