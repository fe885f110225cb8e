#include "report/markdown.h"

#include <fmt/format.h>

#include <array>
#include <initializer_list>
#include <iterator>
#include <map>

#include "report/escape.h"

namespace rounds {

namespace {

constexpr std::array<std::string_view, 3> kWorstFirst{"critical", "warning", "info"};

using Row = std::vector<std::string>;

/// Markdown as it grows. What is put in must be numbers, messages or escaped.
struct Page {
  Language language;
  std::string text{};

  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text), format, std::forward<Args>(args)...);
    text += '\n';
  }
  std::string_view say(MessageId id) const { return rounds::say(language, id); }
  template <typename... Args>
  std::string fill(MessageId id, const Args&... args) const {
    return fmt::format(fmt::runtime(say(id)), args...);
  }
  std::string word(std::string_view kind, std::string_view text_of) const {
    return escape_markdown(rounds::word(language, kind, text_of));
  }

  void heading(MessageId id) { line("\n## {}\n", say(id)); }
  void row(const Row& cells) {
    for (const std::string& cell : cells) text += "| " + cell + " ";
    text += "|\n";
  }
  void table(std::initializer_list<MessageId> headings) {
    for (const MessageId id : headings) text += "| " + std::string(say(id)) + " ";
    text += "|\n";
    for (std::size_t i = 0; i < headings.size(); ++i) text += "| --- ";
    text += "|\n";
  }
  void item(MessageId name, const std::string& said) {
    if (!said.empty()) line("- **{}**{}{}", say(name), say("colon"), said);
  }
};

std::string esc(std::string_view text) { return escape_markdown(text); }
std::string or_dash(std::string_view text) { return text.empty() ? "–" : esc(text); }
std::string score_of(const Page& page, const std::optional<std::int64_t>& score) {
  return score ? std::to_string(*score) : std::string(page.say("na"));
}

void write_cover(Page& page, const Document& document) {
  page.line("# {}{}{}\n", page.say("report"), page.say("colon"), page.fill("inspection", document.inspection));
  page.item("tier", page.word("tier", document.tier));
  page.item("at", esc(document.at));
  page.item("asked_window", page.fill("from_to", esc(document.from), esc(document.to)));
  page.item("effective_window", page.fill("from_to", esc(document.effective_from), esc(document.effective_to)));
  page.item("inspector", "rounds " + esc(document.inspector));
  page.item("rules", esc(document.rules));
  if (document.run) page.item("run", std::to_string(*document.run));
  page.line("\n{} {}", page.say("moment"), page.say("utc"));
}

void write_scorecard(Page& page, const Document& document) {
  page.heading("scorecard");
  page.table({"business", "host", "instance", "score", "coverage", "severity.critical", "severity.warning",
              "severity.info", "accepted"});
  for (const DocumentTarget& target : document.targets) {
    Row row{or_dash(target.business), or_dash(target.host), esc(target.name), score_of(page, target.score),
            fmt::format("{}%", target.coverage)};
    for (const auto severity : kWorstFirst) row.push_back(std::to_string(count_findings(target, severity)));
    row.push_back(std::to_string(count_accepted(target)));
    page.row(row);
  }
  page.line("");
  page.table(
      {"instance", "category", "coverage", "severity.critical", "severity.warning", "severity.info", "deduction"});
  for (const DocumentTarget& target : document.targets) {
    for (const DocumentCategory& one : target.categories) {
      page.row({esc(target.name), page.word("category", one.category), page.fill("looked", one.seen, one.checks),
                std::to_string(one.critical), std::to_string(one.warning), std::to_string(one.info),
                std::to_string(one.deduction)});
    }
  }
  page.line("\n{}", page.say("score_rule"));
}

std::string note_of(const Page& page, const FindingChange& change) {
  std::string note;
  const auto add = [&](const std::string& text) { note += (note.empty() ? "" : std::string(page.say("list"))) + text; };
  if (!change.was.empty()) add(page.fill("was", page.word("severity", change.was)));
  if (!change.accepted) return note;
  if (!change.accepted->owner.empty()) add(page.fill("accepted_by", esc(change.accepted->owner)));
  add(change.accepted->until.empty() ? std::string(page.say("accepted_for_good"))
                                     : page.fill("accepted_until", esc(change.accepted->until)));
  if (!change.accepted->reason.empty()) add(esc(change.accepted->reason));
  return note;
}

void write_changes(Page& page, const std::vector<FindingChange>& changes) {
  page.heading("changes");
  if (changes.empty()) return page.line("{}", page.say("no_changes"));
  page.table({"change", "instance", "check", "severity", "subject", "first_seen", "days_open", "note"});
  for (const FindingChange& change : changes) {
    page.row({page.word("change", to_text(change.kind)), esc(change.target),
              esc(title_of(page.language, change.id, change.title)) + " " + esc(change.id),
              change.severity.empty() ? "–" : page.word("severity", change.severity), or_dash(change.subject),
              or_dash(brief(change.since)), change.days_open ? std::to_string(*change.days_open) : "–",
              note_of(page, change)});
  }
}

void write_finding(Page& page, const DocumentTarget& target, const DocumentEntry& entry) {
  page.line("\n### {}{}{} ({})\n", page.word("severity", entry.severity), page.say("colon"),
            esc(title_of(page.language, entry.id, entry.title)), esc(entry.id));
  page.item("instance", esc(target.name));
  page.item("subject", esc(entry.subject));
  page.item("found", esc(shown(entry.value)));
  page.item("threshold", esc(shown(entry.threshold)));
  page.item("first_seen", esc(entry.since));
  for (const std::string& row : entry.evidence) page.item("evidence", esc(row));
  page.item("cause", esc(entry.cause));
  page.item("remedy", esc(entry.remedy));
  page.item("remedy_risk", page.word("remedy_risk", entry.remedy_risk));
}

void write_findings(Page& page, const Document& document) {
  page.heading("findings");
  bool any = false;
  for (const auto severity : kWorstFirst) {
    for (const DocumentTarget& target : document.targets) {
      for (const DocumentEntry& entry : target.checks) {
        if (entry.severity != severity) continue;
        write_finding(page, target, entry);
        any = true;
      }
    }
  }
  if (!any) page.line("{}", page.say("none"));
}

void write_details(Page& page, const Document& document) {
  page.heading("details");
  page.table({"instance", "engine", "version", "address", "reached", "measured_window"});
  for (const DocumentTarget& target : document.targets) {
    std::string measured(page.say("not_measured"));
    if (target.covered) {
      measured = page.fill("from_to", esc(target.covered->from), esc(target.covered->to)) +
                 fmt::format(" ({}%)", window_coverage(document, *target.covered));
    }
    page.row({esc(target.name), esc(target.engine), or_dash(target.version), or_dash(target.address),
              std::string(page.say(target.reached ? MessageId("yes") : MessageId("no"))), measured});
  }
}

void write_trends(Page& page, const Document& document, const History& history) {
  page.heading("trends");
  page.table({"instance", "at", "score", "severity.critical", "severity.warning", "severity.info"});
  for (const DocumentTarget& target : document.targets) {
    const auto points = history.find(target.name);
    if (points == history.end()) continue;
    for (const HistoryPoint& point : points->second) {
      page.row({esc(target.name), esc(brief(point.at)), score_of(page, point.score), std::to_string(point.critical),
                std::to_string(point.warning), std::to_string(point.info)});
    }
  }
}

void write_everything(Page& page, const Document& document) {
  page.heading("everything");
  page.table({"instance", "check", "title", "outcome", "subject", "reason"});
  for (const DocumentTarget& target : document.targets) {
    for (const DocumentEntry& entry : target.checks) {
      std::string outcome = page.word("outcome", entry.accepted ? "accepted" : entry.outcome);
      if (!entry.severity.empty()) outcome += std::string(page.say("colon")) + page.word("severity", entry.severity);
      page.row({esc(target.name), esc(entry.id), esc(title_of(page.language, entry.id, entry.title)), outcome,
                or_dash(entry.subject), or_dash(entry.reason)});
    }
  }
}

void write_statements(Page& page, const Document& document) {
  page.heading("statements");
  page.table({"instance", "asked_by", "count", "took", "rows"});
  for (const DocumentTarget& target : document.targets) {
    std::map<std::string, std::array<std::int64_t, 3>> by_id;
    for (const DocumentStatement& statement : target.statements) {
      auto& sums = by_id[statement.asked_by];
      sums[0] += 1;
      sums[1] += statement.duration_ms;
      sums[2] += statement.rows;
    }
    for (const auto& [id, sums] : by_id)
      page.row({esc(target.name), esc(id), std::to_string(sums[0]), std::to_string(sums[1]), std::to_string(sums[2])});
  }
}

void write_signatures(Page& page) {
  page.heading("signatures");
  page.table({"inspected_by", "date", "reviewed_by", "date"});
  page.row({"", "", "", ""});
}

}  // namespace

std::string render_markdown(const Document& document, const ReportView& view) {
  Page page{view.language};
  write_cover(page, document);
  write_scorecard(page, document);
  write_changes(page, changes_of(document));
  write_findings(page, document);
  write_details(page, document);
  write_trends(page, document, view.history);
  write_everything(page, document);
  write_statements(page, document);
  write_signatures(page);
  return page.text;
}

std::string markdown_changes(const std::vector<FindingChange>& changes, Language language) {
  Page page{language};
  write_changes(page, changes);
  return page.text;
}

}  // namespace rounds
