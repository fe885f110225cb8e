#include "report/nagios.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace rounds {

namespace {

constexpr std::array<const char*, 4> kStates{"OK", "WARNING", "CRITICAL", "UNKNOWN"};

bool has_no_score(const Document& document) {
  return document.targets.empty() || std::any_of(document.targets.begin(), document.targets.end(),
                                                 [](const DocumentTarget& target) { return !target.score; });
}

/// The first finding of that severity, as "shop sq.run.wal"; empty when there is none.
std::string first_finding(const Document& document, std::string_view severity) {
  for (const DocumentTarget& target : document.targets) {
    for (const DocumentEntry& entry : target.checks) {
      if (entry.severity == severity) return target.name + " " + entry.id;
    }
  }
  return {};
}

}  // namespace

int nagios_status(const Document& document) {
  if (count_findings(document, "critical") > 0) return 2;
  if (count_findings(document, "warning") > 0) return 1;
  return has_no_score(document) ? 3 : 0;
}

std::string nagios_line(const Document& document) {
  const auto critical = count_findings(document, "critical");
  const auto warning = count_findings(document, "warning");
  std::string line = fmt::format("ROUNDS {} - {} critical, {} warning in {} {}",
                                 kStates.at(static_cast<std::size_t>(nagios_status(document))), critical, warning,
                                 document.targets.size(), document.targets.size() == 1 ? "target" : "targets");
  const std::string worst = first_finding(document, critical > 0 ? "critical" : "warning");
  if (!worst.empty()) line += ": " + worst;
  line += fmt::format(" | 'critical'={};;1;0 'warning'={};1;;0", critical, warning);
  for (const DocumentTarget& target : document.targets) {
    if (target.score) line += fmt::format(" '{}_score'={};;59:;0;100", target.name, *target.score);
    line += fmt::format(" '{}_coverage'={}%;80:;;0;100", target.name, target.coverage);
  }
  return line + "\n";
}

}  // namespace rounds
