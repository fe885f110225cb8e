#include <algorithm>

#include <fmt/format.h>

#include "cli/choice.h"
#include "cli/command_options.h"
#include "cli/command_table.h"
#include "cli/commands.h"
#include "cli/exec_private.h"
#include "cli/help_topics.h"
#include "cli/table.h"
#include "core/json.h"

namespace rounds {

namespace {

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// The text in lines of at most 96 cells.
std::string wrapped(std::string_view text) {
  constexpr std::size_t kWidth = 96;
  std::string out;
  while (text.size() > kWidth) {
    const std::size_t space = text.rfind(' ', kWidth);
    if (space == std::string_view::npos) break;
    out.append(text.substr(0, space)).append("\n");
    text.remove_prefix(space + 1);
  }
  return out.append(text).append("\n");
}

std::string overview() {
  std::string text =
      "rounds runs jobs when they are due and accounts for every run.\n\n"
      "  rounds add backup --cron '30 2 * * 1-5' -- pg_dump -Fc shop\n"
      "  rounds next backup -n 3\n"
      "  rounds logs backup --last-failed\n";
  std::string_view group;
  for (const CommandEntry& entry : command_table()) {
    if (entry.group != group) text += fmt::format("\n{}\n", entry.group);
    group = entry.group;
    text += fmt::format("  {:<17}{}\n", entry.name, entry.summary);
  }
  text += "\nTopics\n";
  for (const HelpTopic& topic : help_topics()) text += fmt::format("  {:<17}{}\n", topic.name, topic.summary);
  return text + "\nrounds help COMMAND explains one of them; --json works with all.\n";
}

std::string options_text(const std::string& heading, const std::vector<OptionHelp>& options) {
  if (options.empty()) return "";
  std::string text = "\n" + heading + "\n";
  for (const OptionHelp& option : options) {
    std::string left = option.names;
    std::replace(left.begin(), left.end(), ',', ' ');
    if (!option.value.empty()) left += " " + option.value;
    text += left.size() > 26 ? fmt::format("  {}\n  {:<28}{}\n", left, "", option.text)
                             : fmt::format("  {:<28}{}\n", left, option.text);
  }
  return text;
}

std::string usage_of(const CommandEntry& entry) {
  std::string text;
  const auto add_form = [&](const std::string& operands) {
    text += fmt::format("rounds {}{}{}\n", entry.name, operands.empty() ? "" : " ", operands);
  };
  for (const std::string& line : split_lines(entry.usage)) add_form(line);
  if (text.empty()) add_form("");
  return text;
}

/// Short: usage and options. Full: examples first, then all there is.
std::string command_help(const CommandEntry& entry, bool full) {
  std::string text;
  if (full) {
    for (const std::string& example : split_lines(entry.examples)) text += "  " + example + "\n";
    text += "\n";
  }
  text += usage_of(entry) + "\n" + std::string(entry.summary) + "\n";
  if (full && !entry.notes.empty()) text += "\n" + wrapped(entry.notes);
  text += options_text("Options", options_of(entry));
  return full ? text + options_text("Everywhere", global_options())
              : text + fmt::format("\nrounds help {} tells more.\n", entry.name);
}

/// The members of a family: `rounds help target`.
std::string family_help(std::string_view family) {
  std::string text;
  for (const CommandEntry& entry : command_table()) {
    if (entry.name.substr(0, entry.name.find(' ')) != family) continue;
    text += fmt::format("  {:<17}{}\n", entry.name, entry.summary);
  }
  return text;
}

[[noreturn]] void refuse_topic(const std::string& topic) {
  std::vector<std::string> names;
  for (const CommandEntry& entry : command_table()) names.emplace_back(entry.name);
  for (const HelpTopic& known : help_topics()) names.emplace_back(known.name);
  refuse_choice("help on", topic, names);
}

std::string help_text(const HelpOptions& options) {
  if (options.topic.empty()) return overview();
  if (is_command_family(options.topic)) return family_help(options.topic);
  const std::size_t space = options.topic.find(' ');
  std::vector<std::string> words{options.topic.substr(0, space)};
  if (space != std::string::npos) words.push_back(options.topic.substr(space + 1));
  if (const CommandEntry* entry = find_command(words)) return command_help(*entry, options.full);
  const auto& topics = help_topics();
  const auto topic = std::find_if(topics.begin(), topics.end(), [&](const auto& t) { return t.name == options.topic; });
  if (topic == topics.end()) refuse_topic(options.topic);
  return std::string(topic->text);
}

std::string help_json(const HelpOptions& options) {
  JsonWriter json;
  json.begin_object().field("schema", 1).field("topic", options.topic).field("text", help_text(options));
  json.key("commands").begin_array();
  for (const CommandEntry& entry : command_table()) {
    json.begin_object()
        .field("name", entry.name)
        .field("group", entry.group)
        .field("summary", entry.summary)
        .end_object();
  }
  return json.end_array().end_object().text();
}

/// The checks are known to the private executable of inspections: `checks`, `check pg.run.disk`, `pg.run.disk`.
bool is_about_checks(const std::string& topic) {
  if (topic == "checks" || topic.starts_with("check ")) return true;
  return std::count(topic.begin(), topic.end(), '.') == 2 && topic.find(' ') == std::string::npos;
}

}  // namespace

int help(const HelpOptions& options, const GlobalOptions& global) {
  if (is_about_checks(options.topic)) exec_private("inspect", {"help", options.topic}, {global, {}, {}});
  for_people(global) ? print(help_text(options)) : print_line(help_json(options));
  return 0;
}

}  // namespace rounds
