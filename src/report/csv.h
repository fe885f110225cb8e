#pragma once
#include <string>

#include "report/document.h"
#include "report/messages.h"

namespace rounds {

/// One row for each answer and for each finding that is gone, as spreadsheets read it: RFC 4180 with a byte order mark,
/// and nothing that they would compute.
std::string render_csv(const Document& document, Language language = Language::en);

}  // namespace rounds
