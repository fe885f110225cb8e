#include "report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace rounds {

namespace {

constexpr std::array<std::string_view, 3> kWorstFirst{"critical", "warning", "info"};

template <typename... Args>
void line(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
  out += '\n';
}

void labelled(std::string& out, std::string_view label, const std::string& text) {
  if (!text.empty()) line(out, "    {:<9} {}", label, text);
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return result;
}

/// "1 critical, 2 warning", or "no findings".
std::string summary(const DocumentTarget& target) {
  std::string text;
  for (const auto severity : kWorstFirst) {
    const auto count = count_findings(target, severity);
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, severity);
  }
  return text.empty() ? "no findings" : text;
}

std::string age(const Document& document, const DocumentEntry& entry) {
  return is_new(document, entry) ? "new" : "since " + entry.since;
}

void write_finding(std::string& out, const Document& document, const DocumentEntry& entry) {
  line(out, "  {}  {}: {}  ({}, {})", upper(entry.severity), entry.title, entry.subject, entry.id,
       age(document, entry));
  if (const std::string value = shown(entry.value); !value.empty()) {
    const std::string threshold = shown(entry.threshold);
    labelled(out, "found", threshold.empty() ? value : value + ", threshold " + threshold);
  }
  for (const std::string& row : entry.evidence) labelled(out, "evidence", row);
  labelled(out, "cause", entry.cause);
  labelled(out, "remedy", entry.remedy);
  labelled(out, "risk", entry.remedy_risk);
}

void write_findings(std::string& out, const Document& document, const DocumentTarget& target) {
  for (const auto severity : kWorstFirst) {
    for (const DocumentEntry& entry : target.checks) {
      if (entry.severity == severity) write_finding(out, document, entry);
    }
  }
}

void write_gone(std::string& out, std::string_view what, const std::vector<DocumentGone>& gone) {
  for (const DocumentGone& finding : gone) {
    line(out, "  {}  {}: {} (since {})", what, finding.id, finding.subject, finding.since);
  }
}

void write_others(std::string& out, const DocumentTarget& target) {
  for (const DocumentEntry& entry : target.checks) {
    if (entry.outcome == "finding") continue;
    line(out, "  {:<8} {:<20} {}", entry.outcome, entry.id, entry.reason);
    while (out.size() > 1 && out[out.size() - 2] == ' ') out.erase(out.size() - 2, 1);
  }
}

std::string place(const DocumentTarget& target) {
  std::string text = target.engine;
  if (!target.version.empty()) text += " " + target.version;
  if (!target.address.empty()) text += "  " + target.address;
  if (!target.business.empty()) text += "  business " + target.business;
  if (!target.host.empty()) text += "  host " + target.host;
  return text;
}

void write_target(std::string& out, const Document& document, const DocumentTarget& target) {
  line(out, "\n{}  {}", target.name, place(target));
  line(out, "  score {}, coverage {}%, {}", target.score ? std::to_string(*target.score) : "n/a", target.coverage,
       summary(target));
  write_findings(out, document, target);
  write_gone(out, "resolved", target.resolved);
  write_gone(out, "not re-checked", target.not_rechecked);
  write_others(out, target);
}

}  // namespace

std::string render_text(const Document& document) {
  std::string out;
  line(out, "Inspection {}  {}  {}", document.inspection, document.tier, document.at);
  line(out, "Window {} to {}, effective {} to {}", document.from, document.to, document.effective_from,
       document.effective_to);
  line(out, "Readings describe the moment of the inspection.");
  for (const DocumentTarget& target : document.targets) write_target(out, document, target);
  return out;
}

}  // namespace rounds
