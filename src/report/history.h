#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "report/document.h"
#include "report/messages.h"

namespace rounds {

/// How one target did in one inspection.
struct HistoryPoint {
  std::int64_t inspection = 0;
  std::string at{};
  std::optional<std::int64_t> score{};
  std::int64_t critical = 0, warning = 0, info = 0;
};

/// The inspections of each target, by its name, the oldest first.
using History = std::map<std::string, std::vector<HistoryPoint>>;

/// What a report is made of beside the document.
struct ReportView {
  Language language = Language::en;
  History history{};  ///< up to the document's inspection
};

/// Adds the document's inspection behind those of its targets that are there.
void add_to_history(History& history, const Document& document);

}  // namespace rounds
