#pragma once
#include <string>
#include <string_view>

#include "inspect/logs/entry.h"

namespace rounds {

LogFormat postgres_jsonlog();
LogFormat postgres_csvlog();
/// Lines with that prefix; where one does not fit, with the usual ones: the setting may have been changed since.
LogFormat postgres_stderr(const std::string& prefix);

/// The format whose lines these are: `name` and the first lines of the file tell.
LogFormat postgres_format(const std::string& name, std::string_view head, const std::string& prefix);

}  // namespace rounds
