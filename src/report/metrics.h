#pragma once
#include <string>

#include "report/document.h"
#include "time/now.h"

namespace rounds {

/// The inspection's figures as an OpenMetrics file: gauges by target, the time of the inspection, `# EOF`.
std::string openmetrics(const Document& document, Instant at);

}  // namespace rounds
