#pragma once
#include <string>
#include <string_view>

#include "report/document.h"

namespace rounds {

/// The report as one HTML file that needs nothing else: no script, no request. Everything that came from
/// outside is escaped.
std::string render_html(const Document& document);

/// Text for an element or a quoted attribute; control characters become U+FFFD.
std::string escape_html(std::string_view text);

}  // namespace rounds
