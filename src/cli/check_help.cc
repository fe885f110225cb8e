#include "cli/check_help.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/choice.h"
#include "cli/exit_code.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "core/json.h"
#include "inspect/catalogue.h"
#include "report/document.h"

namespace rounds {

namespace {

Listing table_of(const std::vector<Check>& checks) {
  Listing table{.name = "checks",
                .columns = {{"id", "CHECK"},
                            {"engine", "ENGINE"},
                            {"tier", "TIER"},
                            {"category", "CATEGORY"},
                            {"title", "TITLE"}},
                .rows = {}};
  for (const Check& check : checks) {
    table.rows.push_back({Cell{check.id}, Cell{check.engine}, Cell{to_text(check.tier)}, Cell{to_text(check.category)},
                          Cell{check.title}});
  }
  return table;
}

const Check& require_check(const std::string& id) {
  const auto& checks = builtin_checks();
  const auto found = std::find_if(checks.begin(), checks.end(), [&](const Check& check) { return check.id == id; });
  if (found != checks.end()) return *found;
  std::vector<std::string> ids;
  for (const Check& check : checks) ids.push_back(check.id);
  refuse_choice("check", id, ids);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string explained(const Check& check) {
  const Question& question = check.question;
  std::string text = fmt::format("{}  {}\n\n", check.id, check.title);
  text += fmt::format("{}, {}, {}, {}; at most {} s\n", check.engine, to_text(check.tier), to_text(check.category),
                      to_text(check.kind), limits_of(check.cost).time.count() / 1000);
  if (question.scope == Scope::database) text += "asked in each database\n";
  if (!question.min_version.empty()) text += "from version " + question.min_version + "\n";
  if (!question.privileges.empty()) text += "needs: " + joined(question.privileges) + "\n";
  if (!check.readings.empty()) text += "compares the readings: " + joined(check.readings) + "\n";
  text += "\ncause   " + check.cause + "\nremedy  " + check.remedy + "\nrisk    " + to_text(check.remedy_risk) + "\n";
  if (!check.thresholds.empty()) text += "\nthresholds, for config.toml or a target:\n";
  for (const auto& [name, value] : check.thresholds)
    text += fmt::format("  {}.{} = {}\n", check.id, name, shown(value));
  return text + "\nwhat is asked" + (question.probes.empty() ? "" : " of " + joined(question.probes)) + ":\n" +
         question.sql;
}

}  // namespace

int help_on_checks(const std::string& topic, const GlobalOptions& global) {
  if (topic == "checks") {
    print_table(table_of(builtin_checks()), global);
    return exit_code::ok;
  }
  const Check& check = require_check(topic.starts_with("check ") ? topic.substr(6) : topic);
  if (for_people(global)) {
    print(explained(check));
  } else {
    JsonWriter json;
    print_line(json.begin_object()
                   .field("schema", 1)
                   .field("topic", check.id)
                   .field("text", explained(check))
                   .end_object()
                   .text());
  }
  return exit_code::ok;
}

}  // namespace rounds
