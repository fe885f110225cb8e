#include "report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "report/escape.h"

namespace rounds {

namespace {

constexpr std::array<std::string_view, 3> kWorstFirst{"critical", "warning", "info"};

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return result;
}

std::string esc(std::string_view text) { return escape_line(text); }

/// Text as it grows. What is put in must be numbers, messages or escaped.
struct Page {
  Language language;
  std::string text{};

  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text), format, std::forward<Args>(args)...);
    while (text.ends_with(' ')) text.pop_back();
    text += '\n';
  }
  std::string_view say(MessageId id) const { return rounds::say(language, id); }
  template <typename... Args>
  std::string fill(MessageId id, const Args&... args) const {
    return fmt::format(fmt::runtime(say(id)), args...);
  }
  std::string word(std::string_view kind, std::string_view text_of) const {
    return esc(rounds::word(language, kind, text_of));
  }
  std::string title(const std::string& check, const std::string& text_of) const {
    return esc(title_of(language, check, text_of));
  }

  void labelled(MessageId label, std::string_view said) {
    if (!said.empty()) line("    {:<9} {}", label_of(label), esc(said));
  }
  /// Lower case: it stands in the middle of things.
  std::string label_of(MessageId id) const {
    std::string label(say(id));
    if (label[0] >= 'A' && label[0] <= 'Z') label[0] = static_cast<char>(label[0] - 'A' + 'a');
    return label;
  }
};

/// "1 critical, 2 warning", or "no findings".
std::string summary(const Page& page, const DocumentTarget& target) {
  std::string text;
  const auto add = [&](std::int64_t count, const std::string& what) {
    if (count > 0)
      text += (text.empty() ? "" : std::string(page.say("list"))) + page.fill("count_and_word", count, what);
  };
  for (const auto severity : kWorstFirst) add(count_findings(target, severity), page.word("severity", severity));
  if (text.empty()) text = page.say("no_findings");
  add(count_accepted(target), page.word("outcome", "accepted"));
  return text;
}

std::string age(const Page& page, const Document& document, const DocumentEntry& entry) {
  if (is_new(document, entry)) return page.word("change", "new");
  std::string text = page.fill("since", esc(entry.since));
  if (!entry.worsened_from.empty())
    text += std::string(page.say("list")) + page.fill("was", page.word("severity", entry.worsened_from));
  return text;
}

void write_finding(Page& page, const Document& document, const DocumentEntry& entry) {
  page.line("  {}  {}: {}  ({}, {})", upper(page.word("severity", entry.severity)), page.title(entry.id, entry.title),
            esc(entry.subject), esc(entry.id), age(page, document, entry));
  if (const std::string value = shown(entry.value); !value.empty()) {
    const std::string threshold = shown(entry.threshold);
    page.labelled("found", threshold.empty() ? value : page.fill("found_beside", value, threshold));
  }
  for (const std::string& row : entry.evidence) page.labelled("evidence", row);
  page.labelled("cause", entry.cause);
  page.labelled("remedy", entry.remedy);
  page.labelled("risk",
                entry.remedy_risk.empty() ? std::string() : word(page.language, "remedy_risk", entry.remedy_risk));
}

void write_findings(Page& page, const Document& document, const DocumentTarget& target) {
  for (const auto severity : kWorstFirst) {
    for (const DocumentEntry& entry : target.checks) {
      if (entry.severity == severity) write_finding(page, document, entry);
    }
  }
}

void write_gone(Page& page, std::string_view kind, const std::vector<DocumentGone>& gone) {
  for (const DocumentGone& finding : gone) {
    page.line("  {}  {}: {} ({})", page.word("change", kind), esc(finding.id), esc(finding.subject),
              page.fill("since", esc(finding.since)));
  }
}

void write_others(Page& page, const DocumentTarget& target) {
  for (const DocumentEntry& entry : target.checks) {
    if (entry.outcome == "finding") continue;
    page.line("  {:<8} {:<20} {}", page.word("outcome", entry.accepted ? "accepted" : entry.outcome), esc(entry.id),
              esc(entry.accepted ? entry.subject + "  " + entry.reason : entry.reason));
  }
}

std::string place(const Page& page, const DocumentTarget& target) {
  std::string text = target.engine;
  const auto add = [&](const std::string& label, const std::string& what) {
    if (!what.empty()) text += label + what;
  };
  add(" ", target.version);
  add("  ", target.address);
  add("  " + page.label_of("business") + " ", target.business);
  add("  " + page.label_of("host") + " ", target.host);
  return esc(text);
}

void write_target(Page& page, const Document& document, const DocumentTarget& target) {
  page.line("\n{}  {}", esc(target.name), place(page, target));
  page.line("  {}", page.fill("score_line", target.score ? std::to_string(*target.score) : std::string(page.say("na")),
                              target.coverage, summary(page, target)));
  if (target.covered) {
    const std::string span = page.fill("from_to", esc(target.covered->from), esc(target.covered->to));
    page.line("  {}{}{} ({}%)", page.label_of("measured_window"), page.say("colon"), span,
              window_coverage(document, *target.covered));
  }
  write_findings(page, document, target);
  write_gone(page, "resolved", target.resolved);
  write_gone(page, "not_rechecked", target.not_rechecked);
  write_others(page, target);
}

}  // namespace

std::string render_text(const Document& document, Language language) {
  Page page{language};
  page.line("{}  {}  {}", page.fill("inspection", document.inspection), page.word("tier", document.tier),
            esc(document.at));
  const auto window = [&](const std::string& from, const std::string& to) {
    return page.fill("from_to", esc(from), esc(to));
  };
  page.line("{}", page.fill("window_line", window(document.from, document.to),
                            window(document.effective_from, document.effective_to)));
  page.line("{}", page.say("moment"));
  for (const DocumentTarget& target : document.targets) write_target(page, document, target);
  return page.text;
}

std::string text_changes(const std::vector<FindingChange>& changes, Language language) {
  Page page{language};
  if (changes.empty()) page.line("{}", page.say("no_changes"));
  for (const FindingChange& change : changes) {
    std::string notes = page.fill("since", esc(change.since));
    if (change.days_open) notes += std::string(page.say("list")) + page.fill("days", *change.days_open);
    if (!change.was.empty())
      notes += std::string(page.say("list")) + page.fill("was", page.word("severity", change.was));
    page.line("{:<14} {:<9} {}  {} {}: {}  ({})", page.word("change", to_text(change.kind)),
              page.word("severity", change.severity), esc(change.target), esc(change.id),
              page.title(change.id, change.title), esc(change.subject), notes);
  }
  return page.text;
}

}  // namespace rounds
