#include "report/metrics.h"

#include <fmt/format.h>

#include <map>

namespace rounds {

namespace {

/// A label's value: backslash, quote and line end are escaped.
std::string label(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out;
}

void begin(std::string& out, const char* name, const char* help) {
  out += fmt::format("# TYPE {} gauge\n# HELP {} {}\n", name, name, help);
}

std::string labels_of(const DocumentTarget& target) {
  return fmt::format("target=\"{}\",engine=\"{}\",business=\"{}\",host=\"{}\"", label(target.name),
                     label(target.engine), label(target.business), label(target.host));
}

}  // namespace

std::string openmetrics(const Document& document, Instant at) {
  std::string out;
  begin(out, "rounds_inspection_findings", "Findings of the last inspection by severity.");
  for (const DocumentTarget& target : document.targets) {
    for (const char* severity : {"critical", "warning", "info"}) {
      out += fmt::format("rounds_inspection_findings{{{},severity=\"{}\"}} {}\n", labels_of(target), severity,
                         count_findings(target, severity));
    }
  }
  begin(out, "rounds_inspection_score", "100 less the deductions; absent when too few checks could look.");
  for (const DocumentTarget& target : document.targets) {
    if (target.score) out += fmt::format("rounds_inspection_score{{{}}} {}\n", labels_of(target), *target.score);
  }
  begin(out, "rounds_inspection_coverage_ratio", "The share of the checks that could look.");
  for (const DocumentTarget& target : document.targets) {
    out += fmt::format("rounds_inspection_coverage_ratio{{{}}} {:.2f}\n", labels_of(target),
                       static_cast<double>(target.coverage) / 100);
  }
  begin(out, "rounds_inspection_reached", "1 when the target was reached.");
  for (const DocumentTarget& target : document.targets) {
    out += fmt::format("rounds_inspection_reached{{{}}} {}\n", labels_of(target), target.reached ? 1 : 0);
  }
  begin(out, "rounds_inspection_duration_seconds", "How long the checks took.");
  for (const DocumentTarget& target : document.targets) {
    std::map<std::string, std::int64_t> took_ms_of;  // several findings of a check share its time
    for (const DocumentEntry& entry : target.checks) took_ms_of[entry.id] = entry.duration_ms;
    std::int64_t took_ms = 0;
    for (const auto& [id, ms] : took_ms_of) took_ms += ms;
    out += fmt::format("rounds_inspection_duration_seconds{{{}}} {:.3f}\n", labels_of(target),
                       static_cast<double>(took_ms) / 1000);
  }
  begin(out, "rounds_inspection_timestamp_seconds", "When the inspection began.");
  for (const DocumentTarget& target : document.targets) {
    out += fmt::format("rounds_inspection_timestamp_seconds{{{}}} {}\n", labels_of(target),
                       at.time_since_epoch().count() / 1000);
  }
  return out + "# EOF\n";
}

}  // namespace rounds
