#pragma once
#include <string>

namespace rounds {

enum class LogFormat { text, json };

/// Chooses how the loop's log looks; it goes to standard error. Before this it is text.
void open_log(LogFormat format);

/// Only errors from here on: for commands that borrow the loop's code.
void quiet_log();

// One line each; only the loop and `rounds run` log, lower ranks return what is worth saying.
void log_info(const std::string& text);
void log_warning(const std::string& text);
void log_error(const std::string& text);

}  // namespace rounds
