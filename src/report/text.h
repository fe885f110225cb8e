#pragma once
#include <string>
#include <vector>

#include "report/changes.h"
#include "report/document.h"
#include "report/messages.h"

namespace rounds {

/// The report as plain text. What came from outside is escaped: no control reaches a terminal, and no text begins a
/// line.
std::string render_text(const Document& document, Language language = Language::en);

/// What changed, one line each; for reports and comparisons.
std::string text_changes(const std::vector<FindingChange>& changes, Language language);

}  // namespace rounds
