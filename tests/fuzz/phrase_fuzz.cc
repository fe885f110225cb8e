#include "fuzz/invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rounds;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto every = parse_every(text);
  if (const auto* error = std::get_if<ParseError>(&every)) {
    fuzz::check(*error, text);
  } else {
    const Rule rule{std::get<EveryRule>(every)};
    fuzz::check(rule, text);
    const std::string shown = to_text(Trigger{{rule}});
    const auto again = parse_every(shown.substr(std::string_view("every ").size()));
    fuzz::require(std::holds_alternative<EveryRule>(again), "a phrase reads itself back", text);
    fuzz::require(to_text(Trigger{{std::get<EveryRule>(again)}}) == shown, "as the same", text);
  }
  const auto random = parse_random(text);
  if (const auto* error = std::get_if<ParseError>(&random)) fuzz::check(*error, text);
  else
    fuzz::require(std::get<RandomRule>(random).min <= std::get<RandomRule>(random).max, "lengths are in order", text);
  Exceptions exceptions;
  if (const auto error = add_exception(exceptions, text)) fuzz::check(*error, text);
  else fuzz::require(to_texts(exceptions).size() >= 1, "an exception has a text", text);
  int line = 0;
  const auto days = parse_days(text, line);
  if (const auto* error = std::get_if<ParseError>(&days)) fuzz::check(*error, text);
  return 0;
}
