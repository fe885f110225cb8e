#include "report/html.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "report/html_sections.h"

namespace rounds {

namespace {

constexpr std::array<std::string_view, 3> kWorstFirst{"critical", "warning", "info"};

/// The targets by business, then host, then name.
std::vector<const DocumentTarget*> in_order(const Document& document) {
  std::vector<const DocumentTarget*> targets;
  for (const DocumentTarget& target : document.targets) targets.push_back(&target);
  std::stable_sort(targets.begin(), targets.end(), [](const DocumentTarget* a, const DocumentTarget* b) {
    return std::tie(a->business, a->host, a->name) < std::tie(b->business, b->host, b->name);
  });
  return targets;
}

void write_subjects(Html& page, const Document& document) {
  page.open_table(page.say("cover"), {"business", "host", "instance", "engine", "address", "score"});
  for (const DocumentTarget* target : in_order(document)) {
    page.put("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td></tr>\n",
             or_dash(target->business), or_dash(target->host), escape_html(target->name), escape_html(target->engine),
             or_dash(target->address), target->score ? std::to_string(*target->score) : std::string(page.say("na")));
  }
  page.close_table();
}

void write_cover(Html& page, const Document& document) {
  const auto window = [&](const std::string& from, const std::string& to) {
    return page.fill("from_to", brief(from), brief(to));
  };
  page.put("<header>\n<p>{}</p>\n<h1>{}</h1>\n<dl>\n", page.say("report"),
           page.fill("inspection", document.inspection));
  page.term("tier", word(page.language(), "tier", document.tier));
  page.term("at", brief(document.at));
  page.term("asked_window", window(document.from, document.to));
  page.term("effective_window", window(document.effective_from, document.effective_to));
  page.term("inspector", document.inspector.empty() ? std::string() : "rounds " + document.inspector);
  page.term("rules", document.rules);
  if (document.run) page.term("run", std::to_string(*document.run));
  page.put("</dl>\n<p>{} {}</p>\n", page.say("moment"), page.say("utc"));
  write_subjects(page, document);
  page.raw("</header>\n");
}

void write_contents(Html& page) {
  page.put("<nav aria-label=\"{}\"><ul>\n", page.say("contents"));
  const auto entry = [&](const char* id, MessageId name) {
    page.put("<li><a href=\"#{}\">{}</a></li>\n", id, page.say(name));
  };
  entry("scorecard", "scorecard");
  entry("changes", "changes");
  entry("findings", "findings");
  entry("details", "details");
  entry("trends", "trends");
  entry("everything", "everything");
  entry("statements", "statements");
  entry("signatures", "signatures");
  page.raw("</ul></nav>\n");
}

/// The score as a bar; the number stands beside it.
void draw_score(Html& page, const DocumentTarget& target) {
  if (!target.score) return page.put("<td>{}</td>", page.say("na"));
  const auto score = std::clamp<std::int64_t>(*target.score, 0, 100);
  const char* tone = score < 60 ? "critical" : score < 90 ? "warning" : "good";
  page.put(
      "<td class=\"score\">{} <svg viewBox=\"0 0 100 10\" aria-hidden=\"true\"><rect class=\"rail\" width=\"100\" "
      "height=\"10\"/>"
      "<rect class=\"{}\" width=\"{}\" height=\"10\"/></svg></td>",
      score, tone, score);
}

void write_scores(Html& page, const Document& document) {
  page.open_table(page.say("scores"), {"instance", "score", "coverage", "severity.critical", "severity.warning",
                                       "severity.info", "accepted"});
  for (const DocumentTarget& target : document.targets) {
    page.put("<tr><th scope=\"row\">{}</th>", escape_html(target.name));
    draw_score(page, target);
    page.put("<td class=\"n\">{}%</td>", target.coverage);
    for (const auto severity : kWorstFirst) page.put("<td class=\"n\">{}</td>", count_findings(target, severity));
    page.put("<td class=\"n\">{}</td></tr>\n", count_accepted(target));
  }
  page.close_table();
}

const DocumentCategory* find_category(const DocumentTarget& target, const std::string& name) {
  const auto found = std::find_if(target.categories.begin(), target.categories.end(),
                                  [&](const DocumentCategory& one) { return one.category == name; });
  return found == target.categories.end() ? nullptr : &*found;
}

/// The categories that any target has, in the order in which they first come.
std::vector<std::string> categories_of(const Document& document) {
  std::vector<std::string> names;
  for (const DocumentTarget& target : document.targets) {
    for (const DocumentCategory& category : target.categories) {
      if (std::find(names.begin(), names.end(), category.category) == names.end()) names.push_back(category.category);
    }
  }
  return names;
}

void write_category(Html& page, const DocumentCategory* category) {
  if (category == nullptr) return page.raw("<td>–</td>");
  const char* tone = category->critical > 0 ? " class=\"critical\"" : category->warning > 0 ? " class=\"warning\"" : "";
  page.put("<td{}><strong>{}{}</strong>", tone, category->deduction > 0 ? "−" : "", category->deduction);
  const auto count = [&](std::int64_t number, const char* severity) {
    if (number > 0) page.put("<br>{}", page.fill("count_and_word", number, page.word("severity", severity)));
  };
  count(category->critical, "critical");
  count(category->warning, "warning");
  count(category->info, "info");
  page.put("<br>{}</td>", page.fill("looked", category->seen, category->checks));
}

void write_deductions(Html& page, const Document& document) {
  const std::vector<std::string> names = categories_of(document);
  if (names.empty()) return;
  page.put("<table>\n<caption>{}</caption>\n<thead><tr>", page.say("categories"));
  page.heading(page.say("instance"));
  for (const std::string& name : names) page.heading(page.word("category", name));
  page.raw("</tr></thead>\n<tbody>\n");
  for (const DocumentTarget& target : document.targets) {
    page.put("<tr><th scope=\"row\">{}</th>", escape_html(target.name));
    for (const std::string& name : names) write_category(page, find_category(target, name));
    page.raw("</tr>\n");
  }
  page.close_table();
}

void write_scorecard(Html& page, const Document& document) {
  page.open_section("scorecard", "scorecard");
  write_scores(page, document);
  write_deductions(page, document);
  page.put("<p>{}</p>\n", page.say("score_rule"));
  page.close_section();
}

std::string measured(const Html& page, const Document& document, const DocumentTarget& target) {
  if (!target.covered) return std::string(page.say("not_measured"));
  return page.fill("from_to", escape_html(brief(target.covered->from)), escape_html(brief(target.covered->to))) +
         fmt::format(" ({}%)", window_coverage(document, *target.covered));
}

void write_details(Html& page, const Document& document) {
  page.open_section("details", "details");
  page.open_table(page.say("details"),
                  {"instance", "engine", "version", "business", "host", "address", "reached", "measured_window"});
  for (const DocumentTarget& target : document.targets) {
    page.put("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td>", escape_html(target.name),
             escape_html(target.engine), or_dash(target.version), or_dash(target.business), or_dash(target.host));
    page.put("<td>{}</td><td>{}</td><td>{}</td></tr>\n", or_dash(target.address),
             page.say(target.reached ? MessageId("yes") : MessageId("no")), measured(page, document, target));
  }
  page.close_table();
  page.close_section();
}

void write_signatures(Html& page) {
  page.raw("<section id=\"signatures\" class=\"signatures\">\n");
  page.put("<h2>{}</h2>\n<dl>\n", page.say("signatures"));
  for (const MessageId who :
       {MessageId("inspected_by"), MessageId("date"), MessageId("reviewed_by"), MessageId("date")}) {
    page.put("<div><dt>{}</dt><dd></dd></div>\n", page.say(who));
  }
  page.raw("</dl>\n");
  page.close_section();
}

}  // namespace

std::string render_html(const Document& document, const ReportView& view) {
  Html page(view.language);
  open_page(page, page.fill("inspection", document.inspection) + " " + escape_html(document.at));
  write_cover(page, document);
  write_contents(page);
  page.raw("<main>\n");
  write_scorecard(page, document);
  write_changes(page, changes_of(document));
  write_findings(page, document);
  write_details(page, document);
  write_trends(page, document, view.history);
  write_everything(page, document);
  write_statements(page, document);
  write_signatures(page);
  page.raw("</main>\n");
  close_page(page);
  return page.text();
}

}  // namespace rounds
