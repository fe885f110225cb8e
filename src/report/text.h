#pragma once
#include <string>

#include "report/document.h"

namespace rounds {

/// The report as plain text. Texts of the inspected databases stand in it as they are: escape it for a terminal.
std::string render_text(const Document& document);

}  // namespace rounds
