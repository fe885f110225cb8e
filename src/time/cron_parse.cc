#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <string>

#include "time/cron.h"
#include "time/cron_reader.h"

namespace rounds {

namespace {

struct Macro {
  std::string_view name;
  std::string_view meaning;
};
constexpr std::array<Macro, 7> macros{{{"@yearly", "0 0 1 1 *"},
                                       {"@annually", "0 0 1 1 *"},
                                       {"@monthly", "0 0 1 * *"},
                                       {"@weekly", "0 0 * * 0"},
                                       {"@daily", "0 0 * * *"},
                                       {"@midnight", "0 0 * * *"},
                                       {"@hourly", "0 * * * *"}}};

constexpr std::string_view blanks = " \t";
constexpr std::size_t max_fields = 7;

/// The first fields of an expression; `count` counts also those beyond the seventh.
struct Split {
  std::array<Piece, max_fields> fields;
  std::size_t count = 0;
};

Split split(std::string_view text) {
  Split result;
  std::size_t begin = text.find_first_not_of(blanks);
  while (begin != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(blanks, begin), text.size());
    if (result.count < max_fields) result.fields[result.count] = {text.substr(begin, end - begin), begin};
    ++result.count;
    begin = text.find_first_not_of(blanks, end);
  }
  return result;
}

ParseError wrong_count(std::string_view text, std::size_t count) {
  return {fmt::format("a cron expression has 5, 6 or 7 fields, got {}", count), 0,
          std::max<std::size_t>(text.size(), 1), "the fields are [second] minute hour day month weekday [year]"};
}

Parsed<Cron> parse_macro(const Piece& name) {
  for (const Macro& macro : macros) {
    if (macro.name == name.text) return parse_cron(macro.meaning);
  }
  const bool at_boot = name.text == "@reboot";
  return ParseError{fmt::format("unknown cron macro \"{}\"", name.text), name.at, name.text.size(),
                    at_boot ? "what is due at boot has the trigger on = \"boot\""
                            : "the macros are @yearly @annually @monthly @weekly @daily @midnight @hourly"};
}

}  // namespace

Parsed<Cron> parse_cron(std::string_view text) {
  const Split pieces = split(text);
  if (pieces.count == 1 && pieces.fields[0].text.front() == '@') return parse_macro(pieces.fields[0]);
  if (pieces.count < 5 || pieces.count > max_fields) return wrong_count(text, pieces.count);

  CronReader reader;
  auto field = pieces.count == 5 ? CronField::minute : CronField::second;
  for (std::size_t i = 0; i < pieces.count; ++i, field = CronField(int(field) + 1)) {
    if (!reader.read(field, pieces.fields[i])) return reader.error();
  }
  return reader.cron();
}

}  // namespace rounds
