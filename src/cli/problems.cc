#include "cli/problems.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "core/json.h"
#include "error.h"

namespace rounds {

namespace {

/// More than a job file may hold; parsing refuses it then.
constexpr std::size_t kMostInput = (1U << 20) + 1;

std::string read_standard_input() {
  std::string text;
  char buffer[64 * 1024];
  while (text.size() < kMostInput) {
    const ssize_t n = read(STDIN_FILENO, buffer, sizeof buffer);
    if (n < 0) throw sys_error("standard input", "read");
    if (n == 0) break;
    text.append(buffer, static_cast<std::size_t>(n));
  }
  return text;
}

}  // namespace

std::string problems_json(const std::vector<Diagnostic>& problems) {
  JsonWriter json;
  json.begin_array();
  for (const Diagnostic& problem : problems) {
    json.begin_object();
    json.field("severity", problem.severity == Diagnostic::Severity::error ? "error" : "warning");
    json.field("message", problem.message).field("file", problem.file);
    json.field("line", problem.line).field("column", problem.column).field("hint", problem.hint);
    json.end_object();
  }
  json.end_array();
  return json.text();
}

void report_problems(const std::vector<Diagnostic>& problems, int exit_code, const GlobalOptions& global) {
  if (problems.empty()) return;
  std::string text = render(problems);
  if (global.format == Format::json) {
    JsonWriter json;
    json.begin_object().field("schema", 1).key("error").begin_object();
    json.field("message", problems.front().message).field("hint", problems.front().hint).field("exit_code", exit_code);
    json.end_object().key("problems").raw(problems_json(problems)).end_object();
    text = json.text() + "\n";
  }
  std::fputs(text.c_str(), stderr);
}

LoadedFile load_for_checking(const std::string& path, Now now, const Settings& settings) {
  LoadContext context{now, settings.zone, std::filesystem::current_path(), settings.pools, true};
  if (path == "-") return parse_jobs(read_standard_input(), "<stdin>", context);
  context.base_dir = std::filesystem::absolute(path).parent_path();
  return parse_jobs(read_job_file(path).text, path, context);
}

}  // namespace rounds
