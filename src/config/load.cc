#include "config/load.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/field.h"
#include "config/job.h"
#include "config/toml.h"
#include "config/vocabulary.h"

namespace rounds {

namespace {

/// What the jobs of one file may inherit together: a large `[defaults]` counts once a job.
constexpr std::size_t kMostInherited = 64 * 1024 * 1024;

/// Roughly the memory that a copy of the value takes.
std::size_t weight_of(const Node& node) {
  std::size_t bytes = sizeof(Node);
  if (const auto* text = std::get_if<std::string>(&node.value)) bytes += text->size();
  if (const auto* array = std::get_if<Array>(&node.value)) {
    for (const Node& item : *array) bytes += weight_of(item);
  }
  if (const auto* table = std::get_if<Table>(&node.value)) {
    for (const TableMember& member : table->members) bytes += member.key.size() + weight_of(member.node);
  }
  return bytes;
}

bool is_bearable(const TableMember& defaults, const TableMember& jobs, Problems& problems) {
  const auto* table = std::get_if<Table>(&jobs.node.value);
  if (!table || weight_of(defaults.node) * table->members.size() <= kMostInherited) return true;
  problems.error(defaults.key_place, fmt::format("these defaults are too large for {} jobs", table->members.size()));
  return false;
}

std::vector<LoadedJob> read_jobs(const TableMember& member, const Table* defaults, const LoadContext& context,
                                 Problems& problems) {
  const auto table = read_table(Field{member.key, member.node, problems}, "tables: [job.NAME]");
  std::vector<LoadedJob> jobs;
  if (!table) return jobs;
  for (const TableMember& job : table->members) {
    if (problems.full()) break;
    if (auto loaded = read_job(job, defaults, context, problems)) jobs.push_back(std::move(*loaded));
  }
  return jobs;
}

std::vector<LoadedJob> read_root(const Table& root, const LoadContext& context, Problems& problems) {
  check_keys(root, Level::root, "the file", problems);
  const TableMember* defaults = root.find("defaults");
  const bool usable = defaults && check_defaults(*defaults, context, problems);
  const TableMember* jobs = root.find("job");
  if (!jobs || (usable && !is_bearable(*defaults, *jobs, problems))) return {};
  return read_jobs(*jobs, usable ? &std::get<Table>(defaults->node.value) : nullptr, context, problems);
}

}  // namespace

Diagnostic about(const LoadedJob& job, const std::string& shown_path, std::string message, std::string hint) {
  return {.message = std::move(message),
          .file = shown_path,
          .line = job.line,
          .column = job.column,
          .line_text = job.line_text,
          .length = job.length,
          .hint = std::move(hint)};
}

bool LoadedFile::ok() const {
  return std::none_of(problems.begin(), problems.end(),
                      [](const Diagnostic& d) { return d.severity == Diagnostic::Severity::error; });
}

LoadedFile parse_jobs(std::string_view text, const std::string& shown_path, const LoadContext& context) {
  const SourceText source(text, shown_path);
  Problems problems(source);
  LoadedFile file{.path = shown_path, .jobs = {}, .problems = {}};
  if (const auto root = parse_toml(source, problems)) file.jobs = read_root(*root, context, problems);
  file.problems = problems.in_order();
  if (!file.ok()) file.jobs.clear();
  return file;
}

std::string toml_quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(byte));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace rounds
