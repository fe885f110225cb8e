#pragma once
#include <exception>
#include <string>
#include <vector>

namespace rounds {

/// Reads the arguments (without the program's name) and runs the command; returns its exit status.
int run_command_line(const std::vector<std::string>& args);

/// `error: …` and `hint: …` on standard error, as one JSON object where the line asks for --json; returns the exit
/// status that belongs to the error.
int report_error(const std::exception& error, const std::vector<std::string>& args);

}  // namespace rounds
