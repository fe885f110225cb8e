#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/run.h"
#include "inspect/examine.h"
#include "time/now.h"

namespace rounds {

/// A whole inspection, ready to be written down.
struct InspectionResult {
  std::int64_t id = 0;
  Instant at{};  ///< when it began
  Tier tier = Tier::daily;
  Window window{};  ///< as asked for
  std::optional<std::int64_t> run{};
  std::optional<Due>
      covered_from{};  ///< where the snapshots of a target begin, the latest of all; absent: none has any
  std::vector<std::string> targets{};  ///< as write_target wrote each
};

/// What became of one target, as an object of the document.
std::string write_target(const Examination& examination);

/// The JSON document (INSPECTION, "Shapes"), the source of every report.
std::string write_document(const InspectionResult& result);

}  // namespace rounds
