#pragma once
#include <string>

#include "report/document.h"
#include "report/export.h"

namespace rounds {

/// What is different in the later of two inspections. Not as CSV: throws Error `usage`.
std::string render_diff(ReportFormat format, const Document& before, const Document& after, Language language);

}  // namespace rounds
