#include "config/exceptions.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "config/files.h"
#include "config/vocabulary.h"
#include "error.h"

namespace rounds {

namespace {

constexpr std::string_view kAllowed = "a weekday, a date, a range of dates or times, or { file = \"holidays\" }";

/// Throws Error for what cannot be read or understood.
std::vector<DayRange> load_days(const std::string& path) {
  int line = 0;
  auto days = parse_days(read_trusted_file(path, Fault::bad_data).text, line);
  if (const auto* error = std::get_if<ParseError>(&days)) {
    throw Error(Fault::bad_data, fmt::format("{}:{}: {}", path, line, error->message), error->hint);
  }
  return std::get<std::vector<DayRange>>(std::move(days));
}

void read_days_file(const Field& field, const std::string& base_dir, Exceptions& to) {
  const Table& table = std::get<Table>(field.node.value);
  if (!check_keys(table, Level::except_file, "except", field.problems)) return;
  const TableMember* member = table.find("file");
  if (!member) return field.error("\"except\" lacks the name of the file", "{ file = \"holidays\" }");
  const auto name = read_text(Field{"file", member->node, field.problems}, "the name of a file");
  if (!name) return;
  const std::string path = (std::filesystem::path(base_dir) / *name).lexically_normal().string();
  try {
    to.files.push_back({path, load_days(path)});
  } catch (const Error& error) {
    field.error(error.what(), error.hint());
  }
}

void read_exception(const Field& field, const std::string& base_dir, Exceptions& to) {
  if (std::holds_alternative<Table>(field.node.value)) return read_days_file(field, base_dir, to);
  if (const auto* date = std::get_if<DateTime>(&field.node.value); date && date->date && !date->time) {
    const std::chrono::local_days day{*date->date};
    to.days.push_back({day, day});
    return;
  }
  const auto text = read_text(field, kAllowed);
  if (!text) return;
  if (const auto error = add_exception(to, *text)) field.error_inside(*error, *text);
}

}  // namespace

bool days_changed(const Job& job) {
  try {
    return std::any_of(job.except.files.begin(), job.except.files.end(),
                       [](const auto& file) { return load_days(file.path) != file.days; });
  } catch (const Error&) {
    return true;
  }
}

std::optional<Exceptions> read_exceptions(const Field& field, const std::string& base_dir) {
  Exceptions exceptions;
  if (const auto* several = std::get_if<Array>(&field.node.value)) {
    for (const Node& node : *several) read_exception(Field{field.name, node, field.problems}, base_dir, exceptions);
  } else {
    read_exception(field, base_dir, exceptions);
  }
  return exceptions;
}

}  // namespace rounds
