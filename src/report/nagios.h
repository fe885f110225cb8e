#pragma once
#include <string>

#include "report/document.h"

namespace rounds {

/// Exit status of a monitoring plugin: 0 ok, 1 warning, 2 critical, 3 unknown, that is no finding, but checks
/// that could not look.
int nagios_status(const Document& document);
/// One line: the state, counts, the worst finding, and performance data. Ends with a line feed.
std::string nagios_line(const Document& document);

}  // namespace rounds
