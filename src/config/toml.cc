#include "config/toml.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <tuple>

#include "config/text_check.h"

namespace rounds {

namespace {

Place place_of(const toml::source_region& region, const SourceText& source) {
  Place place{.line = static_cast<int>(region.begin.line), .column = static_cast<int>(region.begin.column)};
  if (region.end.line == region.begin.line && region.end.column > region.begin.column) {
    place.length = region.end.column - region.begin.column;
  } else if (region.end.line > region.begin.line) {
    place.length = source.line(place.line).size();  // to the end of the line: `render` stops there
  }
  return place;
}

std::chrono::year_month_day to_date(const toml::date& date) {
  return std::chrono::year(date.year) / date.month / date.day;
}

std::chrono::nanoseconds to_time(const toml::time& time) {
  return std::chrono::hours(time.hour) + std::chrono::minutes(time.minute) + std::chrono::seconds(time.second) +
         std::chrono::nanoseconds(time.nanosecond);
}

DateTime to_date_time(const toml::date_time& value) {
  DateTime out{.date = to_date(value.date), .time = to_time(value.time)};
  if (value.offset) out.offset = std::chrono::minutes(value.offset->minutes);
  return out;
}

Table to_table(const toml::table& table, const SourceText& source);

Node to_node(const toml::node& node, const SourceText& source) {
  Node out;
  out.place = place_of(node.source(), source);
  if (const auto* text = node.as_string()) out.value = text->get();
  if (const auto* integer = node.as_integer()) out.value = integer->get();
  if (const auto* real = node.as_floating_point()) out.value = real->get();
  if (const auto* boolean = node.as_boolean()) out.value = boolean->get();
  if (const auto* date = node.as_date()) out.value = DateTime{.date = to_date(date->get())};
  if (const auto* time = node.as_time()) out.value = DateTime{.time = to_time(time->get())};
  if (const auto* both = node.as_date_time()) out.value = to_date_time(both->get());
  if (const auto* array = node.as_array()) {
    Array items;
    for (const toml::node& item : *array) items.push_back(to_node(item, source));
    out.value = std::move(items);
  }
  if (const auto* table = node.as_table()) out.value = to_table(*table, source);
  return out;
}

Table to_table(const toml::table& table, const SourceText& source) {
  Table out;
  for (const auto& [key, node] : table) {
    out.members.push_back(TableMember{
        .key = std::string(key.str()), .key_place = place_of(key.source(), source), .node = to_node(node, source)});
  }
  std::sort(out.members.begin(), out.members.end(), [](const TableMember& a, const TableMember& b) {
    return std::tie(a.key_place.line, a.key_place.column) < std::tie(b.key_place.line, b.key_place.column);
  });
  return out;
}

std::string_view trimmed(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string_view()
                                         : line.substr(first, line.find_last_not_of(" \t") - first + 1);
}

/// Where a name that is taken was given first; empty when the same line does not stand further up.
std::string first_given(const SourceText& source, int line) {
  const std::string_view text = trimmed(source.line(line).substr(0, source.line(line).find('=')));
  for (int earlier = 1; earlier < line; ++earlier) {
    const std::string_view other = source.line(earlier);
    if (trimmed(other.substr(0, other.find('='))) == text) return fmt::format("given first in line {}", earlier);
  }
  return {};
}

void report(const toml::parse_error& error, const SourceText& source, Problems& problems) {
  const std::string_view description = error.description();
  Place place = place_of(error.source(), source);
  std::string hint;
  if (description.find("redefine") != std::string_view::npos) {
    hint = first_given(source, place.line);
    const std::string_view line = source.line(place.line);
    place = Place{.line = place.line, .column = 1, .length = line.size()};
  }
  problems.error(place, std::string(description), hint);
}

}  // namespace

const TableMember* Table::find(std::string_view key) const {
  const auto found = std::find_if(members.begin(), members.end(), [&](const TableMember& m) { return m.key == key; });
  return found == members.end() ? nullptr : &*found;
}

std::optional<Table> parse_toml(const SourceText& source, Problems& problems) {
  if (!check_text(source, problems)) return std::nullopt;
  try {
    return to_table(toml::parse(source.text()), source);
  } catch (const toml::parse_error& error) {
    report(error, source, problems);
    return std::nullopt;
  }
}

std::optional<DateTime> parse_date_time(std::string_view text) {
  constexpr std::size_t kWithoutSeconds = 16;  // YYYY-MM-DD HH:MM
  if (text.empty() || text.find_first_not_of("0123456789-+:.TtZz ") != std::string_view::npos) return std::nullopt;
  std::string line = "value = " + std::string(text);
  if (text.size() == kWithoutSeconds) line += ":00";
  const SourceText source(line, {});
  Problems ignored(source);
  const std::optional<Table> table = parse_toml(source, ignored);
  if (!table || table->members.empty()) return std::nullopt;
  const auto* value = std::get_if<DateTime>(&table->members.front().node.value);
  return value ? std::optional(*value) : std::nullopt;
}

}  // namespace rounds
