#pragma once
#include <string>
#include <vector>

#include "cli/command_table.h"
#include "cli/option_parser.h"
#include "cli/options.h"

namespace rounds {

/// Reads what follows a command's name, global options included.
CommandLine read_command(const CommandEntry& entry, const std::vector<std::string>& args);
/// Reads a line without a command: global options, -h, --help and --version.
CommandLine read_globals(const std::vector<std::string>& args);
/// The options of a command, without the global ones.
std::vector<OptionHelp> options_of(const CommandEntry& entry);
std::vector<OptionHelp> global_options();

}  // namespace rounds
