#pragma once
#include <string>

#include "report/document.h"
#include "report/history.h"
#include "store/inspections.h"

namespace rounds {

/// The last inspections of the document's targets in its tier, up to and with the document itself.
History read_history(Store& store, const Document& document);

/// The newest inspection before that one with the same targets: of the same tier where there is one.
std::optional<Inspection> find_inspection_before(Store& store, const Inspection& inspection);

/// `en` or `zh`; empty is `en`. Throws Error `usage`.
Language read_language(const std::string& text);

}  // namespace rounds
