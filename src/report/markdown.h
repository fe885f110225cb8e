#pragma once
#include <string>
#include <vector>

#include "report/changes.h"
#include "report/history.h"

namespace rounds {

/// The report as GitHub's Markdown. Everything that came from outside is escaped.
std::string render_markdown(const Document& document, const ReportView& view = {});

/// What changed, as a table; for reports and comparisons.
std::string markdown_changes(const std::vector<FindingChange>& changes, Language language);

}  // namespace rounds
