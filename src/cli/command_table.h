#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace rounds {

/// What help knows of a command beside its options.
struct CommandEntry {
  std::string_view name;      ///< as typed: "list", "target add"
  std::string_view group;     ///< heading in the overview
  std::string_view summary;   ///< half a line
  std::string_view usage;     ///< operands and the main options
  std::string_view examples;  ///< one a line
  std::string_view notes;     ///< a paragraph, or empty
};

/// Every command, in the order of the overview.
const std::vector<CommandEntry>& command_table();
/// The command that the first one or two words name, or null.
const CommandEntry* find_command(const std::vector<std::string>& words);
/// True for "target" and "report": a second word belongs to them.
bool is_command_family(std::string_view word);

/// What people type out of habit from other tools, and the command of ours; empty when there is none.
std::string_view command_of_habit(std::string_view word);

}  // namespace rounds
