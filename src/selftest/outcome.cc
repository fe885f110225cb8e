#include "selftest/outcome.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/table.h"
#include "cli/terminal.h"
#include "core/json.h"

namespace rounds {

namespace {

constexpr std::size_t kShownProblems = 20;  ///< of a trial; all of them are in the folder

std::string result_text(const Trial& trial) {
  std::vector<std::string> counts, times;
  for (const auto& [name, n] : trial.counts) counts.push_back(fmt::format("{} {}", n, name));
  for (const auto& [name, ms] : trial.times_ms) times.push_back(fmt::format("{} {} ms", name, ms));
  if (counts.empty()) return "could not be done";
  return fmt::format("{}{}{}", fmt::join(counts, ", "), times.empty() ? "" : "; ", fmt::join(times, ", "));
}

Listing table_of(const Outcome& outcome) {
  Listing table{.name = "trials", .columns = {{"trial", "TRIAL"}, {"done", "DONE"}, {"result", "RESULT"}}, .rows = {}};
  for (const Trial& trial : outcome.trials) {
    const Tone tone = trial.problems.empty() ? Tone::good : Tone::bad;
    table.rows.push_back({{trial.name}, {trial.deeds}, {.value = result_text(trial), .tone = tone}});
  }
  return table;
}

void print_problems(const Trial& trial) {
  const std::size_t shown = std::min(kShownProblems, trial.problems.size());
  for (std::size_t i = 0; i < shown; ++i) print_line(escape_controls(trial.name + ": " + trial.problems[i]));
  const std::size_t more = trial.problems.size() - shown;
  if (more > 0) print_line(fmt::format("{}: … and {} more", trial.name, more));
}

std::string summary(const Outcome& outcome) {
  std::vector<std::string> failed;
  for (const Trial& trial : outcome.trials) {
    if (!trial.problems.empty()) failed.push_back(trial.name);
  }
  const std::string where = outcome.kept ? " The evidence is in " + outcome.folder.string() : "";
  if (!failed.empty()) return fmt::format("failed: {} did not hold.{}", fmt::join(failed, ", "), where);
  return outcome.kept ? "ok: everything held." + where : "ok: everything held, nothing is left behind";
}

void print_for_people(const Outcome& outcome, const GlobalOptions& global) {
  print_table(table_of(outcome), global);
  for (const Trial& trial : outcome.trials) print_problems(trial);
  print_line(summary(outcome));
}

/// "left over" as `left_over`.
std::string key_of(std::string name) {
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

void write_trial(JsonWriter& json, const Trial& trial) {
  json.begin_object().field("trial", trial.name).field("ok", trial.problems.empty()).field("done", trial.done);
  for (const auto& [name, n] : trial.details) json.field(key_of(name), n);
  for (const auto& [name, n] : trial.counts) json.field(key_of(name), n);
  for (const auto& [name, ms] : trial.times_ms) json.field(key_of(name) + "_ms", ms);
  json.key("problems").begin_array();
  for (const std::string& problem : trial.problems) json.value(problem);
  json.end_array().end_object();
}

std::string json_of(const Outcome& outcome) {
  JsonWriter json;
  json.begin_object().field("schema", 1).field("version", ROUNDS_VERSION).field("kernel", outcome.machine.kernel);
  json.field("cores", static_cast<std::int64_t>(outcome.machine.cores));
  json.field("file_system", outcome.machine.file_system).field("seed", static_cast<std::int64_t>(outcome.seed));
  json.field("folder", outcome.folder.string()).field("kept", outcome.kept).key("trials").begin_array();
  for (const Trial& trial : outcome.trials) write_trial(json, trial);
  return json.end_array().field("ok", held(outcome)).end_object().text();
}

}  // namespace

std::string heading(const Outcome& outcome) {
  const Machine& machine = outcome.machine;
  return escape_controls(fmt::format("rounds " ROUNDS_VERSION " on {}, {} cores, {}, seed {}, in {}", machine.kernel,
                                     machine.cores, machine.file_system, outcome.seed, outcome.folder.string()));
}

void print_outcome(const Outcome& outcome, const GlobalOptions& global) {
  for_people(global) ? print_for_people(outcome, global) : print_line(json_of(outcome));
}

bool held(const Outcome& outcome) {
  return std::all_of(outcome.trials.begin(), outcome.trials.end(),
                     [](const Trial& trial) { return trial.problems.empty(); });
}

}  // namespace rounds
