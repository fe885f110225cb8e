#include "config/templates.h"

#include <fmt/format.h>

namespace rounds {

namespace {

/// Every string below that node.
void check_strings(const Field& field, const Params* params) {
  if (const auto* text = std::get_if<std::string>(&field.node.value)) {
    if (const auto error = template_refusal(*text, params)) field.error_inside(*error, *text);
  } else if (const auto* array = std::get_if<Array>(&field.node.value)) {
    for (const Node& node : *array) check_strings({field.name, node, field.problems}, params);
  } else if (const auto* table = std::get_if<Table>(&field.node.value)) {
    for (const TableMember& member : table->members) check_strings({member.key, member.node, field.problems}, params);
  }
}

bool has_templates(const std::string& text) { return text.find("{{") != std::string::npos && !template_refusal(text, nullptr); }

void check_command(const TableMember& member, Problems& problems) {
  const auto* line = std::get_if<std::string>(&member.node.value);
  if (!line || !has_templates(*line)) return;
  problems.warning(member.node.place, "templates are not filled in in a command: nothing is ever spliced into a shell line",
                   "the environment has them: $ROUNDS_DUE, $ROUNDS_WINDOW_END, $ROUNDS_PARAM_NAME; exec takes templates");
}

void check_hook(const TableMember& hook, const Params* params, bool lint, Problems& problems) {
  const auto* table = std::get_if<Table>(&hook.node.value);
  if (!table) return;
  if (const TableMember* exec = table->find("exec")) check_strings({exec->key, exec->node, problems}, params);
  if (const TableMember* command = table->find("command"); command && lint) check_command(*command, problems);
}

}  // namespace

void check_templates(const Table& table, const Params* params, bool lint, Problems& problems) {
  for (const TableMember& member : table.members) {
    const std::string& key = member.key;
    if (key == "exec" || key == "env" || key == "working_dir") check_strings({key, member.node, problems}, params);
    if (key == "on_failure" || key == "on_success" || key == "on_missed") check_hook(member, params, lint, problems);
    if (key == "command" && lint) check_command(member, problems);
  }
}

std::optional<Params> read_params(const Field& field) {
  const auto table = read_table(field, "a table such as { table = \"orders\" }");
  if (!table) return std::nullopt;
  Params params;
  for (const TableMember& member : table->members) {
    if (const std::string refusal = param_refusal(member.key); !refusal.empty()) {
      field.problems.error(member.key_place, fmt::format("\"{}\" cannot be the name of a parameter: {}", member.key, refusal));
    } else if (auto value = read_text({member.key, member.node, field.problems}, "a string, its default")) {
      params.emplace(member.key, std::move(*value));
    }
  }
  return params;
}

}  // namespace rounds
