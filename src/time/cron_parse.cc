#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <string>

#include "time/cron.h"
#include "time/cron_reader.h"
#include "time/match.h"

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

/// From the largest to the smallest unit.
enum class Level { year, month, week, day, hour, minute, second };

/// What a table means by a field that it lacks: open, or below the smallest given one its minimum. A week and a weekday
/// narrow a day down and have none: only a week by itself is its Monday.
struct TableDefault {
  CronField field;
  Level level;
  std::string_view minimum;
};
constexpr std::array<TableDefault, 6> table_defaults{{{CronField::month, Level::month, "1"},
                                                      {CronField::day, Level::day, "1"},
                                                      {CronField::weekday, Level::day, "*"},
                                                      {CronField::hour, Level::hour, "0"},
                                                      {CronField::minute, Level::minute, "0"},
                                                      {CronField::second, Level::second, "0"}}};
constexpr std::string_view table_fields = "the fields are year month week day weekday hour minute second";

Level level_of(CronField field) {
  switch (field) {
    case CronField::year: return Level::year;
    case CronField::month: return Level::month;
    case CronField::week: return Level::week;
    case CronField::day:
    case CronField::weekday: return Level::day;
    case CronField::hour: return Level::hour;
    case CronField::minute: return Level::minute;
    case CronField::second: return Level::second;
  }
  return Level::second;
}

/// The first day of a week is its Monday, whatever its date.
std::string_view minimum_of(const TableDefault& usual, Level smallest) {
  if (smallest != Level::week) return usual.minimum;
  if (usual.field == CronField::day) return "*";
  return usual.field == CronField::weekday ? "mon" : usual.minimum;
}

Level smallest_level(const CronTable& table) {
  Level smallest = Level::year;
  for (const CronTableField& field : table) smallest = std::max(smallest, level_of(field.field));
  return smallest;
}

}  // namespace

std::vector<CronFieldText> cron_fields(std::string_view expression) {
  const Split pieces = split(expression);
  std::vector<CronFieldText> fields;
  if (pieces.count < 5) return fields;
  auto field = pieces.count == 5 ? CronField::minute : CronField::second;
  for (std::size_t i = 0; i < std::min(pieces.count, max_fields); ++i, field = CronField(int(field) + 1)) {
    fields.push_back({field, pieces.fields[i].text, pieces.fields[i].at});
  }
  return fields;
}

Parsed<Cron> parse_cron(std::string_view text, std::string_view job) {
  const Split pieces = split(text);
  if (pieces.count == 1 && pieces.fields[0].text.front() == '@') return parse_macro(pieces.fields[0]);
  if (pieces.count < 5 || pieces.count > max_fields) return wrong_count(text, pieces.count);

  CronReader reader(CronReader::Form::expression, job);
  auto field = pieces.count == 5 ? CronField::minute : CronField::second;
  for (std::size_t i = 0; i < pieces.count; ++i, field = CronField(int(field) + 1)) {
    if (!reader.read(field, pieces.fields[i])) return reader.error();
  }
  return reader.cron();
}

Parsed<Cron> parse_cron(const CronTable& table, std::string_view job, std::size_t& wrong) {
  wrong = 0;
  if (table.empty()) return ParseError{"a cron table needs at least one field", 0, 1, std::string(table_fields)};
  CronReader reader(CronReader::Form::table, job);
  for (; wrong < table.size(); ++wrong) {
    if (!reader.read(table[wrong].field, {table[wrong].text})) return reader.error();
  }
  const Level smallest = smallest_level(table);
  for (const TableDefault& usual : table_defaults) {
    const bool given =
        std::any_of(table.begin(), table.end(), [&](const auto& one) { return one.field == usual.field; });
    if (!given) reader.read(usual.field, {usual.level > smallest ? minimum_of(usual, smallest) : "*"});
  }
  return reader.cron();
}

std::string to_text(const CronTable& table) {
  std::string text;
  for (const CronTableField& field : table) {
    const bool number = field.text.find_first_not_of("0123456789") == std::string::npos;
    text += fmt::format("{}{} = {}{}{}", text.empty() ? "" : ", ", to_text(field.field), number ? "" : "\"", field.text,
                        number ? "" : "\"");
  }
  return "{ " + text + " }";
}

}  // namespace rounds
