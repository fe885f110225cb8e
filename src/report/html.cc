#include "report/html.h"

#include <fmt/format.h>

#include <array>
#include <initializer_list>
#include <iterator>

#include "report/style.h"

namespace rounds {

namespace {

constexpr std::array<std::string_view, 3> kWorstFirst{"critical", "warning", "info"};

/// Appends; arguments must be numbers, constants or escaped.
template <typename... Args>
void put(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
}

std::string esc(std::string_view text) { return escape_html(text); }
std::string or_dash(const std::string& text) { return text.empty() ? "–" : esc(text); }
std::string score_of(const DocumentTarget& target) { return target.score ? std::to_string(*target.score) : "n/a"; }

void open_table(std::string& out, std::string_view caption, std::initializer_list<std::string_view> headings) {
  put(out, "<table>\n<caption>{}</caption>\n<thead><tr>", caption);
  for (const auto heading : headings) put(out, "<th scope=\"col\">{}</th>", heading);
  out += "</tr></thead>\n<tbody>\n";
}

void close_table(std::string& out) { out += "</tbody>\n</table>\n"; }

void term(std::string& out, std::string_view name, const std::string& text) {
  if (!text.empty()) put(out, "<dt>{}</dt><dd>{}</dd>\n", name, esc(text));
}

void write_cover(std::string& out, const Document& document) {
  put(out, "<header>\n<h1>Inspection {}</h1>\n<dl class=\"facts\">\n", document.inspection);
  term(out, "Tier", document.tier);
  term(out, "Inspected at", document.at);
  term(out, "Window asked for", document.from + " to " + document.to);
  term(out, "Effective window", document.effective_from + " to " + document.effective_to);
  term(out, "Inspector", "rounds " + document.inspector + ", rules " + document.rules);
  if (document.run) term(out, "Run", std::to_string(*document.run));
  out += "</dl>\n<p>Readings describe the moment of the inspection.</p>\n</header>\n";
}

void write_instances(std::string& out, const Document& document) {
  open_table(out, "Instances", {"Business", "Host", "Instance", "Engine", "Address", "Score", "Coverage", "Critical",
                                "Warning", "Info"});
  for (const DocumentTarget& target : document.targets) {
    put(out, "<tr><td>{}</td><td>{}</td><th scope=\"row\">{}</th><td>{} {}</td><td>{}</td>", or_dash(target.business),
        or_dash(target.host), esc(target.name), esc(target.engine), esc(target.version), or_dash(target.address));
    put(out, "<td class=\"number\">{}</td><td class=\"number\">{}%</td>", score_of(target), target.coverage);
    for (const auto severity : kWorstFirst) {
      put(out, "<td class=\"number\">{}</td>", count_findings(target, severity));
    }
    out += "</tr>\n";
  }
  close_table(out);
}

void write_deductions(std::string& out, const Document& document) {
  open_table(out, "Categories and what they cost", {"Instance", "Category", "Checks", "Could look", "Critical",
                                                    "Warning", "Info", "Points off"});
  for (const DocumentTarget& target : document.targets) {
    for (const DocumentCategory& category : target.categories) {
      put(out, "<tr><th scope=\"row\">{}</th><td>{}</td>", esc(target.name), esc(category.category));
      for (const auto number : {category.checks, category.seen, category.critical, category.warning, category.info,
                                category.deduction}) {
        put(out, "<td class=\"number\">{}</td>", number);
      }
      out += "</tr>\n";
    }
  }
  close_table(out);
}

void write_scorecard(std::string& out, const Document& document) {
  out += "<section>\n<h2>Scorecard</h2>\n";
  write_instances(out, document);
  write_deductions(out, document);
  out += "<p>The score is 100 less the points off; a critical finding caps it at 59. It is n/a where fewer than "
         "80% of the checks could look.</p>\n</section>\n";
}

void write_change(std::string& out, std::string_view what, const DocumentTarget& target, const std::string& id,
                  const std::string& subject, const std::string& since) {
  put(out, "<tr><td>{}</td><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n", what, esc(target.name),
      esc(id), or_dash(subject), or_dash(since));
}

void write_changes_of(std::string& out, const Document& document, const DocumentTarget& target) {
  for (const DocumentEntry& entry : target.checks) {
    if (entry.outcome != "finding") continue;
    const std::string_view what = is_new(document, entry) ? "new" : "persisting";
    write_change(out, what, target, entry.id, entry.subject, entry.since);
  }
  for (const DocumentGone& gone : target.resolved) {
    write_change(out, "resolved", target, gone.id, gone.subject, gone.since);
  }
  for (const DocumentGone& gone : target.not_rechecked) {
    write_change(out, "not re-checked", target, gone.id, gone.subject, gone.since);
  }
}

void write_changes(std::string& out, const Document& document) {
  std::string rows;
  for (const DocumentTarget& target : document.targets) write_changes_of(rows, document, target);
  out += "<section>\n<h2>What changed</h2>\n";
  if (rows.empty()) {
    out += "<p>No findings, now or before.</p>\n";
  } else {
    open_table(out, "Findings beside those of earlier inspections",
               {"Change", "Instance", "Check", "Subject", "First seen"});
    out += rows;
    close_table(out);
  }
  out += "</section>\n";
}

void write_evidence(std::string& out, const DocumentEntry& entry) {
  if (entry.evidence.empty()) return;
  out += "<dt>Evidence</dt><dd><ul>";
  for (const std::string& row : entry.evidence) put(out, "<li><code>{}</code></li>", esc(row));
  out += "</ul></dd>\n";
}

void write_finding(std::string& out, const DocumentTarget& target, const DocumentEntry& entry) {
  const std::string severity = esc(entry.severity);
  put(out, "<article class=\"{}\">\n<h3><span class=\"severity\">{}</span> {}: {}</h3>\n<dl>\n", severity, severity,
      esc(target.name), esc(entry.title));
  term(out, "Check", entry.id);
  term(out, "Subject", entry.subject);
  term(out, "Found", shown(entry.value));
  term(out, "Threshold", shown(entry.threshold));
  term(out, "First seen", entry.since);
  write_evidence(out, entry);
  term(out, "Cause", entry.cause);
  term(out, "Remedy", entry.remedy);
  term(out, "Risk of the remedy", entry.remedy_risk);
  out += "</dl>\n</article>\n";
}

void write_findings(std::string& out, const Document& document) {
  out += "<section>\n<h2>Findings</h2>\n";
  const std::size_t before = out.size();
  for (const auto severity : kWorstFirst) {
    for (const DocumentTarget& target : document.targets) {
      for (const DocumentEntry& entry : target.checks) {
        if (entry.severity == severity) write_finding(out, target, entry);
      }
    }
  }
  if (out.size() == before) out += "<p>None.</p>\n";
  out += "</section>\n";
}

void write_everything(std::string& out, const Document& document) {
  out += "<section>\n<h2>Everything checked</h2>\n";
  open_table(out, "Every check with its outcome",
             {"Instance", "Check", "Question", "Outcome", "Subject", "Found", "Reason", "Took"});
  for (const DocumentTarget& target : document.targets) {
    for (const DocumentEntry& entry : target.checks) {
      const std::string outcome = entry.severity.empty() ? entry.outcome : entry.outcome + ": " + entry.severity;
      put(out, "<tr><td>{}</td><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td>", esc(target.name),
          esc(entry.id), esc(entry.title), esc(outcome), or_dash(entry.subject));
      put(out, "<td>{}</td><td>{}</td><td class=\"number\">{} ms</td></tr>\n", or_dash(shown(entry.value)),
          or_dash(entry.reason), entry.duration_ms);
    }
  }
  close_table(out);
  out += "</section>\n";
}

void write_signatures(std::string& out) {
  out += "<section class=\"signatures\">\n<h2>Signatures</h2>\n<dl>\n";
  for (const auto* who : {"Inspected by", "Reviewed by", "Date"}) put(out, "<dt>{}</dt><dd></dd>\n", who);
  out += "</dl>\n</section>\n";
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      case '\n':
      case '\t': out += c; break;
      default: {
        const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
        if (control) {
          out += "\xEF\xBF\xBD";
        } else {
          out += c;
        }
      }
    }
  }
  return out;
}

std::string render_html(const Document& document) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  out += "<meta name=\"color-scheme\" content=\"light dark\">\n";
  put(out, "<title>Inspection {}, {}</title>\n<style>\n{}</style>\n</head>\n<body>\n", document.inspection,
      esc(document.at), kStyle);
  write_cover(out, document);
  out += "<main>\n";
  write_scorecard(out, document);
  write_changes(out, document);
  write_findings(out, document);
  write_everything(out, document);
  write_signatures(out);
  out += "</main>\n</body>\n</html>\n";
  return out;
}

}  // namespace rounds
