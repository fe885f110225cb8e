#pragma once
#include <string>

#include "report/document.h"
#include "report/history.h"

namespace rounds {

/// The report as one HTML file that needs nothing else: no script, no request. Everything that came from
/// outside is escaped.
std::string render_html(const Document& document, const ReportView& view = {});

}  // namespace rounds
