#include "fuzz/invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rounds;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto span = parse_span(text);
  if (const auto* error = std::get_if<ParseError>(&span)) {
    fuzz::check(*error, text);
  } else {
    const Span& length = std::get<Span>(span);
    fuzz::require(length.flat().count() > 0, "a length is positive", text);
    const auto again = parse_span(to_text(length));
    fuzz::require(std::holds_alternative<Span>(again) && std::get<Span>(again) == length, "a length reads itself back",
                  text);
    fuzz::require(!length_in_words(length.flat()).empty(), "and has words", text);
  }
  static const Zone zone = Zone::load("America/New_York").value();
  const Due now = parse_utc("2021-03-14T07:00:00Z").value();
  for (const bool past : {false, true}) {
    const auto moment = parse_moment(text, now, zone, past);
    if (const auto* error = std::get_if<ParseError>(&moment)) fuzz::check(*error, text);
  }
  return 0;
}
