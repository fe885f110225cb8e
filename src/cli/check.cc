#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cli/check_plan.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/problems.h"
#include "cli/table.h"
#include "cli/tell.h"
#include "config/load.h"
#include "core/json.h"

namespace rounds {

namespace {

/// What was found in all the files that were looked at.
struct Findings {
  std::vector<LoadedFile> loaded;
  std::vector<Change> plan;  ///< for --dry-run
  std::vector<Diagnostic> problems;
  std::vector<std::string> without_timeout;
  int jobs = 0;

  bool is_error(const Diagnostic& problem) const { return problem.severity == Diagnostic::Severity::error; }
  std::int64_t errors() const {
    return std::count_if(problems.begin(), problems.end(), [&](const auto& problem) { return is_error(problem); });
  }
  std::size_t bad_files() const {
    std::set<std::string> files_with_errors;
    for (const Diagnostic& problem : problems) {
      if (is_error(problem)) files_with_errors.insert(problem.file);
    }
    return files_with_errors.size();
  }
};

std::vector<std::string> files_at(const std::string& path) {
  return path != "-" && std::filesystem::is_directory(path) ? list_job_files(path) : std::vector{path};
}

/// A file that cannot be read is a problem like any other.
LoadedFile load(const std::string& file, const Context& context) {
  try {
    return load_for_checking(file, context.now, context.settings);
  } catch (const Error& error) {
    LoadedFile unreadable{file, {}, {}};
    unreadable.problems.push_back({.message = error.what(), .file = file, .line_text = {}, .hint = error.hint()});
    return unreadable;
  }
}

using Places = std::map<std::string, std::string>;  ///< name of a job: where it is defined

void add_file(Findings& findings, const LoadedFile& file, Places& places) {
  findings.problems.insert(findings.problems.end(), file.problems.begin(), file.problems.end());
  for (const LoadedJob& loaded : file.jobs) {
    const std::string& name = loaded.job.name.text();
    ++findings.jobs;
    if (!loaded.job.timeout) findings.without_timeout.push_back(name);
    const auto [first, is_new] = places.emplace(name, fmt::format("{}:{}", file.path, loaded.line));
    if (is_new) continue;
    const std::string here = fmt::format("{}:{}", file.path, loaded.line);
    findings.problems.push_back(about(loaded, file.path,
                                      fmt::format("job {} is defined twice: {} and {}", name, first->second, here),
                                      "the first one keeps the name; rename the other"));
  }
}

std::string plural(std::int64_t n, const std::string& noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

void print_findings(const Findings& findings) {
  std::fputs(render(findings.problems).c_str(), stderr);
  for (const Change& change : findings.plan) print_line(change.text);
  if (!findings.without_timeout.empty()) {
    print_line(fmt::format("note: no timeout: {}", fmt::join(findings.without_timeout, ", ")));
  }
  if (findings.errors() > 0) {
    print_line(fmt::format("{} in {} of {}; nothing loaded was changed.", plural(findings.errors(), "error"),
                           findings.bad_files(), plural(std::ssize(findings.loaded), "file")));
  } else {
    const auto warnings = static_cast<std::int64_t>(findings.problems.size());
    print_line(fmt::format("{}, {}: no errors{}.", plural(std::ssize(findings.loaded), "file"),
                           plural(findings.jobs, "job"), warnings == 0 ? "" : ", " + plural(warnings, "warning")));
  }
}

void print_json(const Findings& findings) {
  JsonWriter json;
  json.begin_object().field("schema", 1).field("files", std::ssize(findings.loaded)).field("jobs", findings.jobs);
  json.field("errors", findings.errors()).key("without_timeout").begin_array();
  for (const std::string& name : findings.without_timeout) json.value(name);
  json.end_array().key("plan").begin_array();
  for (const Change& change : findings.plan) {
    json.begin_object().field("job", change.job).field("act", change.act).field("text", change.text).end_object();
  }
  json.end_array().key("problems").raw(problems_json(findings.problems)).end_object();
  print_line(json.text());
}

}  // namespace

int check(const CheckOptions& options, const Context& context) {
  std::vector<std::string> paths = options.paths;
  if (paths.empty()) paths.push_back(context.settings.jobs_dir.string());
  Findings findings;
  Places places;
  for (const std::string& path : paths) {
    for (const std::string& file : files_at(path)) {
      findings.loaded.push_back(load(file, context));
      if (options.dry_run) refuse_taken_names(findings.loaded.back(), context);
      add_file(findings, findings.loaded.back(), places);
    }
  }
  if (options.dry_run) findings.plan = plan_of_files(findings.loaded, paths, context);
  for_people(context.global) ? print_findings(findings) : print_json(findings);
  return findings.errors() > 0 ? exit_code::bad_data : exit_code::ok;
}

}  // namespace rounds
