#include "cli/inspect_plan.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "cli/choice.h"
#include "config/load.h"
#include "config/suggest.h"
#include "error.h"
#include "time/stamp.h"
#include "time/trigger.h"

namespace rounds {

namespace {

/// An empty variable is none.
std::optional<std::string> variable(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr || *text == '\0') return std::nullopt;
  return text;
}

Span default_length(Tier tier) {
  using std::chrono::days;
  switch (tier) {
    case Tier::daily: return {days(1), {}};
    case Tier::weekly: return {days(7), {}};
    case Tier::monthly: return {days(31), {}};
    case Tier::yearly: return {days(183), {}};
  }
  return {};
}

Due instant_of(const char* name, const std::string& text) {
  if (const auto due = parse_utc(text)) return *due;
  throw Error(Fault::usage, std::string(name) + " is no instant: \"" + text + "\"");
}

std::optional<Window> window_of_run() {
  const auto from = variable("ROUNDS_WINDOW_START");
  const auto to = variable("ROUNDS_WINDOW_END");
  if (!from || !to) return std::nullopt;
  return Window{instant_of("ROUNDS_WINDOW_START", *from), instant_of("ROUNDS_WINDOW_END", *to)};
}

/// The end of a window that lasts until now: half open as it is, it holds the second that goes on.
Due end_of_now(const Context& context) { return context.now.due() + std::chrono::seconds(1); }

/// A length before now, or FROM..TO in UTC.
Window read_window(const std::string& text, const Context& context) {
  const Due now = context.now.due();
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) {
    const Due end = end_of_now(context);
    return {step_back(end, read_length("--window", text), context.settings.zone), end};
  }
  const Due from = read_moment("--window", text.substr(0, dots), now, Zone::utc(), true);
  return {from, read_moment("--window", text.substr(dots + 2), now, Zone::utc(), true)};
}

Window window_of(const InspectOptions& options, Tier tier, const Context& context) {
  if (options.window) {
    const Window window = read_window(*options.window, context);
    if (window.from < window.to) return window;
    throw Error(Fault::usage, "--window \"" + *options.window + "\" ends before it begins");
  }
  if (const auto window = window_of_run()) return *window;
  const Due end = end_of_now(context);
  return {step_back(end, default_length(tier), context.settings.zone), end};
}

std::vector<const Check*> checks_of(const InspectOptions& options, Tier tier, const Rules& rules) {
  const auto checks = select_checks(rules.checks, {tier, options.checks});
  if (!checks.empty()) return checks;
  throw Error(Fault::usage, "no check of the tier " + to_text(tier) + " fits --check", "rounds inspect --dry-run");
}

/// A user's own checks: checks.d/ENGINE/*.toml beside the jobs folder.
void add_own_rules(Rules& rules, const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  for (const char* engine : {"sqlite", "postgresql", "mariadb", "host"}) {
    std::error_code missing;
    if (!fs::is_directory(folder / engine, missing)) continue;
    for (const std::string& file : list_job_files((folder / engine).string()))
      add_rule(rules, read_job_file(file).text, file, engine);
  }
  std::sort(rules.checks.begin(), rules.checks.end(), [](const Check& a, const Check& b) { return a.id < b.id; });
  const auto twice = std::adjacent_find(rules.checks.begin(), rules.checks.end(),
                                        [](const Check& a, const Check& b) { return a.id == b.id; });
  if (twice != rules.checks.end())
    throw Error(Fault::bad_data, "check " + twice->id + " is defined twice", "give the one in checks.d another id");
}

/// Those of the tier, and those that a check reads which is asked by name.
std::vector<const Reading*> readings_of(const InspectionPlan& plan) {
  std::vector<const Reading*> readings;
  for (const Reading& reading : plan.rules.readings) {
    const bool read = std::any_of(plan.checks.begin(), plan.checks.end(), [&](const Check* check) {
      return check->engine == reading.engine &&
             std::find(check->readings.begin(), check->readings.end(), reading.name) != check->readings.end();
    });
    if (read || reading.tier <= plan.tier) readings.push_back(&reading);
  }
  return readings;
}

Tier highest_tier(const std::vector<const Check*>& checks) {
  Tier highest = Tier::daily;
  for (const Check* check : checks) highest = std::max(highest, check->tier);
  return highest;
}

std::optional<std::int64_t> run_of_environment() {
  const auto text = variable("ROUNDS_RUN_ID");
  std::int64_t run = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), run).ec != std::errc()) return std::nullopt;
  return run;
}

}  // namespace

void plan_inspection(const InspectOptions& options, const Context& context, InspectionPlan& plan) {
  plan.rules = builtin_rules();
  add_own_rules(plan.rules, context.settings.jobs_dir.parent_path() / "checks.d");
  apply_thresholds(plan.rules.checks, context.settings.thresholds, context.settings.config_file.string());
  // Checks asked for by name are asked whatever their tier.
  const Tier unsaid = options.checks.empty() ? Tier::daily : Tier::yearly;
  plan.tier = options.tier ? tier_from_text(*options.tier).value_or(unsaid) : unsaid;
  plan.checks = checks_of(options, plan.tier, plan.rules);
  if (!options.tier) plan.tier = highest_tier(plan.checks);
  plan.readings = readings_of(plan);
  if (options.fail_on) plan.fail_on = severity_from_text(*options.fail_on).value_or(plan.fail_on);
  plan.window = window_of(options, plan.tier, context);
  plan.run = run_of_environment();
}

void apply_thresholds(std::vector<Check>& checks, const std::map<std::string, double>& thresholds,
                      const std::string& whose) {
  for (const auto& [name, value] : thresholds) {
    const std::size_t dot = name.rfind('.');
    const std::string id = name.substr(0, dot);
    std::vector<std::string> known;
    bool found = false;
    for (Check& check : checks) {
      for (auto& [threshold, default_value] : check.thresholds) {
        known.push_back(check.id + "." + threshold);
        if (check.id != id || dot == std::string::npos || threshold != name.substr(dot + 1)) continue;
        const auto whole = static_cast<std::int64_t>(value);
        if (static_cast<double>(whole) == value) {
          default_value = whole;
        } else {
          default_value = value;
        }
        found = true;
      }
    }
    if (found) continue;
    const auto near = nearest(name, known);
    throw Error(Fault::config, whose + ": no check has a threshold \"" + name + "\"",
                near ? "did you mean \"" + *near + "\"?" : "rounds help check " + id);
  }
}

}  // namespace rounds
