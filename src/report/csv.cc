#include "report/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <variant>
#include <vector>

#include "report/changes.h"
#include "report/escape.h"

namespace rounds {

namespace {

constexpr std::string_view kByteOrderMark = "\uFEFF";

constexpr std::initializer_list<MessageId> kColumns{
    "business", "host",  "instance", "engine",      "version",    "at",        "tier",   "category",
    "check",    "title", "outcome",  "severity",    "change",     "subject",   "found",  "threshold",
    "evidence", "cause", "remedy",   "remedy_risk", "first_seen", "days_open", "reason", "took"};

using Cells = std::vector<std::string>;  // each as it stands in the file

void append(std::string& out, const Cells& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) out += (i == 0 ? "" : ",") + cells[i];
  out += "\r\n";
}

/// A number is one, also below zero; a text is escaped.
std::string cell_of(const DocumentValue& value) {
  return std::holds_alternative<std::string>(value) ? escape_csv(shown(value)) : shown(value);
}

std::string joined(const std::vector<std::string>& rows) {
  std::string text;
  for (const std::string& row : rows) text += (text.empty() ? "" : "\n") + row;
  return text;
}

Cells begin_row(const Document& document, const DocumentTarget& target, Language language) {
  return {escape_csv(target.business),
          escape_csv(target.host),
          escape_csv(target.name),
          escape_csv(target.engine),
          escape_csv(target.version),
          escape_csv(document.at),
          escape_csv(word(language, "tier", document.tier))};
}

std::string days(const std::string& since, const Document& document) {
  const auto open = days_between(since, document.at);
  return open ? std::to_string(*open) : std::string();
}

/// What the change of that finding is; empty where it is none.
std::string change_of(const std::vector<FindingChange>& changes, const DocumentTarget& target,
                      const DocumentEntry& entry, Language language) {
  if (entry.outcome != "finding" && !entry.accepted) return {};
  const auto change = std::find_if(changes.begin(), changes.end(), [&](const FindingChange& one) {
    return one.kind != ChangeKind::resolved && one.kind != ChangeKind::not_rechecked && one.target == target.name &&
           one.id == entry.id && one.subject == entry.subject;
  });
  return change == changes.end() ? std::string() : word(language, "change", to_text(change->kind));
}

Cells row_of(const Document& document, const DocumentTarget& target, const DocumentEntry& entry,
             const std::vector<FindingChange>& changes, Language language) {
  const auto say_word = [&](const char* kind, const std::string& text) {
    return text.empty() ? std::string() : escape_csv(word(language, kind, text));
  };
  Cells cells = begin_row(document, target, language);
  const Cells rest{say_word("category", entry.category),
                   escape_csv(entry.id),
                   escape_csv(title_of(language, entry.id, entry.title)),
                   say_word("outcome", entry.accepted ? "accepted" : entry.outcome),
                   say_word("severity", entry.accepted ? entry.accepted->severity : entry.severity),
                   escape_csv(change_of(changes, target, entry, language)),
                   escape_csv(entry.subject),
                   cell_of(entry.value),
                   cell_of(entry.threshold),
                   escape_csv(joined(entry.evidence)),
                   escape_csv(entry.cause),
                   escape_csv(entry.remedy),
                   say_word("remedy_risk", entry.remedy_risk),
                   escape_csv(entry.since),
                   days(entry.since, document),
                   escape_csv(entry.reason),
                   std::to_string(entry.duration_ms)};
  cells.insert(cells.end(), rest.begin(), rest.end());
  return cells;
}

/// A finding that is gone has no outcome: nobody knows more than that.
Cells gone_row(const Document& document, const DocumentTarget& target, const FindingChange& change, Language language) {
  Cells cells = begin_row(document, target, language);
  const std::string severity = change.severity.empty() ? std::string() : word(language, "severity", change.severity);
  const Cells rest{"",
                   escape_csv(change.id),
                   escape_csv(title_of(language, change.id, change.title)),
                   "",
                   escape_csv(severity),
                   escape_csv(word(language, "change", to_text(change.kind))),
                   escape_csv(change.subject),
                   "",
                   "",
                   "",
                   "",
                   "",
                   "",
                   escape_csv(change.since),
                   days(change.since, document),
                   "",
                   ""};
  cells.insert(cells.end(), rest.begin(), rest.end());
  return cells;
}

}  // namespace

std::string render_csv(const Document& document, Language language) {
  std::string out(kByteOrderMark);
  Cells headings;
  for (const MessageId id : kColumns) headings.push_back(escape_csv(say(language, id)));
  append(out, headings);
  const std::vector<FindingChange> changes = changes_of(document);
  for (const DocumentTarget& target : document.targets) {
    for (const DocumentEntry& entry : target.checks) append(out, row_of(document, target, entry, changes, language));
    for (const FindingChange& change : changes) {
      const bool gone = change.kind == ChangeKind::resolved || change.kind == ChangeKind::not_rechecked;
      if (gone && change.target == target.name) append(out, gone_row(document, target, change, language));
    }
  }
  return out;
}

}  // namespace rounds
