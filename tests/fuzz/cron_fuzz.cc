#include "fuzz/invariants.h"

namespace {

using namespace rounds;

void check_expression(std::string_view text) {
  const auto parsed = parse_cron(text, "job");
  if (const auto* error = std::get_if<ParseError>(&parsed)) return fuzz::check(*error, text);
  fuzz::check(Rule{CronRule{std::get<Cron>(parsed), std::string(text)}}, text);
}

/// The text as one field of a table.
void check_table(std::string_view text) {
  for (const CronField field : {CronField::day, CronField::weekday, CronField::week, CronField::hour}) {
    const CronTable table{{field, std::string(text)}};
    std::size_t wrong = 0;
    const auto parsed = parse_cron(table, "job", wrong);
    if (const auto* error = std::get_if<ParseError>(&parsed)) fuzz::check(*error, text);
    else fuzz::check(Rule{CronRule{std::get<Cron>(parsed), to_text(table), table}}, text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_expression(text);
  if (size < 40) check_table(text);
  return 0;
}
