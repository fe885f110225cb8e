#include "cli/table.h"

#include <algorithm>
#include <type_traits>

#include <fmt/format.h>

#include "cli/choice.h"
#include "core/json.h"
#include "time/stamp.h"

namespace rounds {

namespace {

constexpr std::size_t kGap = 2;         ///< cells between two columns
constexpr std::size_t kLeastWidth = 8;  ///< a column is not shortened below this

std::vector<std::string> keys_of(const Listing& table) {
  std::vector<std::string> keys;
  for (const Column& column : table.columns) keys.push_back(column.key);
  return keys;
}

/// The columns to show, as indexes: those asked for, else all with a title for people, all of them for programs.
std::vector<std::size_t> chosen(const Listing& table, const GlobalOptions& global, bool titled_only) {
  const std::vector<std::string> keys = keys_of(table);
  std::vector<std::size_t> indexes;
  for (const std::string& wanted : global.columns) {
    const auto found = std::find(keys.begin(), keys.end(), wanted);
    if (found == keys.end()) refuse_choice("column", wanted, keys);
    indexes.push_back(static_cast<std::size_t>(found - keys.begin()));
  }
  if (!indexes.empty()) return indexes;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!titled_only || !table.columns[i].title.empty()) indexes.push_back(i);
  }
  return indexes;
}

void write_value(JsonWriter& json, const Value& value) {
  std::visit(
      [&](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          json.null();
        } else if constexpr (std::is_same_v<T, Json>) {
          json.raw(v.text);
        } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          json.begin_array();
          for (const std::string& item : v) json.value(item);
          json.end_array();
        } else {
          json.value(v);
        }
      },
      value);
}

void write_row(JsonWriter& json, const Listing& table, const std::vector<Cell>& row,
               const std::vector<std::size_t>& columns) {
  json.begin_object();
  for (const std::size_t i : columns) {
    json.key(table.columns[i].key);
    write_value(json, row[i].value);
  }
  json.end_object();
}

void print_json(const Listing& table, const std::vector<std::size_t>& columns) {
  JsonWriter json;
  json.begin_object().field("schema", 1).key(table.name).begin_array();
  for (const auto& row : table.rows) write_row(json, table, row, columns);
  json.end_array().end_object();
  print_line(json.text());
}

void print_ndjson(const Listing& table, const std::vector<std::size_t>& columns) {
  for (const auto& row : table.rows) {
    JsonWriter json;
    write_row(json, table, row, columns);
    print_line(json.text());
  }
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

void print_csv(const Listing& table, const std::vector<std::size_t>& columns) {
  std::string line;
  for (const std::size_t i : columns) line += (line.empty() ? "" : ",") + csv_field(table.columns[i].key);
  print_line(line);
  for (const auto& row : table.rows) {
    line.clear();
    for (const std::size_t i : columns) {
      if (i != columns.front()) line += ',';
      line += csv_field(to_text(row[i].value));
    }
    print_line(line);
  }
}

std::string text_for_people(const Cell& cell) {
  if (!cell.shown.empty()) return escape_controls(cell.shown);
  const std::string text = to_text(cell.value);
  return text.empty() ? "-" : escape_controls(text);
}

std::string heading_of(const Column& column) {
  if (!column.title.empty()) return column.title;
  std::string heading = column.key;
  std::transform(heading.begin(), heading.end(), heading.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return heading;
}

/// Takes cells from the widest column, one at a time, until the line fits.
void fit(std::vector<std::size_t>& widths, std::size_t bound) {
  std::size_t total = kGap * (widths.size() - 1);
  for (const std::size_t width : widths) total += width;
  while (total > bound) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= kLeastWidth) return;
    --*widest;
    --total;
  }
}

/// Cells of a table as text, ready to be laid out.
struct Layout {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> texts;
  std::vector<std::vector<Tone>> tones;
  std::vector<std::size_t> widths;
};

void add_line(Layout& layout, std::vector<std::string> texts, std::vector<Tone> tones) {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    layout.widths[i] = std::max(layout.widths[i], display_width(texts[i]));
  }
  layout.texts.push_back(std::move(texts));
  layout.tones.push_back(std::move(tones));
}

Layout lay_out(const Listing& table, const std::vector<std::size_t>& columns) {
  Layout layout;
  layout.widths.resize(columns.size());
  std::vector<std::string> headings;
  for (const std::size_t i : columns) {
    layout.columns.push_back(table.columns[i]);
    headings.push_back(heading_of(table.columns[i]));
  }
  if (table.titled) add_line(layout, headings, std::vector<Tone>(columns.size(), Tone::heading));
  for (const auto& row : table.rows) {
    std::vector<std::string> texts;
    std::vector<Tone> tones;
    for (const std::size_t i : columns) {
      texts.push_back(text_for_people(row[i]));
      tones.push_back(row[i].tone);
    }
    add_line(layout, std::move(texts), std::move(tones));
  }
  return layout;
}

std::string line_of(const Layout& layout, std::size_t line, const Terminal& terminal) {
  std::string out;
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    const std::string text = shorten(layout.texts[line][i], layout.widths[i]);
    const std::string space(layout.widths[i] - display_width(text), ' ');
    const bool last = i + 1 == layout.columns.size();
    if (layout.columns[i].right) out += space;
    out += paint(text, layout.tones[line][i], terminal);
    if (!layout.columns[i].right && !last) out += space;
    if (!last) out.append(kGap, ' ');
  }
  return out;
}

void print_for_people(const Listing& table, const std::vector<std::size_t>& columns, Color wish) {
  const Terminal terminal = look_at_terminal(wish);
  Layout layout = lay_out(table, columns);
  if (terminal.width > 0) fit(layout.widths, terminal.width);
  for (std::size_t line = 0; line < layout.texts.size(); ++line) print_line(line_of(layout, line, terminal));
}

/// Answers `--columns help`; false when something else was asked.
bool listed_columns(const Listing& table, const GlobalOptions& global) {
  if (global.columns != std::vector<std::string>{"help"}) return false;
  for (const Column& column : table.columns) print_line(column.key);
  return true;
}

}  // namespace

Value value_of(Due due) { return utc_text(due); }
Value value_of(Instant instant) { return utc_text(instant); }
Value value_of(const std::optional<Due>& due) { return due ? value_of(*due) : Value(); }
Value value_of(const std::optional<Instant>& instant) { return instant ? value_of(*instant) : Value(); }

std::string to_text(const Value& value) {
  return std::visit(
      [](const auto& v) -> std::string {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          return {};
        } else if constexpr (std::is_same_v<T, std::string>) {
          return v;
        } else if constexpr (std::is_same_v<T, Json>) {
          return v.text;
        } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          return fmt::format("{}", fmt::join(v, ","));
        } else {
          return fmt::format("{}", v);
        }
      },
      value);
}

bool for_people(const GlobalOptions& global) { return global.format == Format::table; }

void print_table(const Listing& table, const GlobalOptions& global) {
  if (listed_columns(table, global)) return;
  const std::vector<std::size_t> columns = chosen(table, global, for_people(global));
  switch (global.format) {
    case Format::table: return print_for_people(table, columns, global.color);
    case Format::json: return print_json(table, columns);
    case Format::ndjson: return print_ndjson(table, columns);
    case Format::csv: return print_csv(table, columns);
  }
}

void print_plain(const Listing& table, const GlobalOptions& global) {
  if (listed_columns(table, global)) return;
  const std::vector<std::size_t> columns = chosen(table, global, false);
  for (const auto& row : table.rows) {
    std::string line;
    for (const std::size_t i : columns) {
      if (i != columns.front()) line += '\t';
      line += to_text(row[i].value);
    }
    print_line(line);
  }
}

}  // namespace rounds
