#include <fmt/format.h>

#include <algorithm>

#include "core/words.h"
#include "inspect/examine.h"

namespace rounds {

namespace {

constexpr std::size_t kMaxEvidence = 20;
constexpr std::size_t kColumns = 5;

std::string text_of(const SqlValue& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return std::to_string(*number);
  if (const auto* real = std::get_if<double>(&cell)) return fmt::format("{}", *real);
  return {};
}

Entry failed(const Check& check, const std::string& message) {
  Entry entry{.check = &check, .outcome = Outcome::error};
  entry.reason = message;
  return entry;
}

Entry skipped(const Check& check, const std::string& reason) {
  Entry entry = failed(check, reason);
  entry.outcome = Outcome::skipped;
  return entry;
}

Entry damaged(const Check& check, const std::string& message) {
  if (!check.damage_is_finding) return failed(check, message);
  Entry entry{.check = &check, .outcome = Outcome::finding, .severity = Severity::critical};
  entry.subject = "database";
  entry.evidence = {message};
  return entry;
}

/// The entry of one row; a severity that no check may use is the check's error.
Entry entry_of(const Check& check, const SqlRow& row) {
  if (row.size() != kColumns) return failed(check, fmt::format("the check returned {} columns, not 5", row.size()));
  const std::string severity = text_of(row[1]);
  const std::string evidence = text_of(row[4]);
  if (severity == "skipped") return skipped(check, evidence);
  if (severity == "error") return failed(check, evidence);
  if (severity == "corrupt") {
    Entry entry = damaged(check, evidence);
    if (entry.outcome == Outcome::finding) entry.subject = text_of(row[0]);
    return entry;
  }
  Entry entry{.check = &check, .outcome = Outcome::ok, .severity = severity_from_text(severity)};
  entry.subject = text_of(row[0]);
  entry.value = row[2];
  entry.threshold = row[3];
  if (entry.severity) {
    entry.outcome = Outcome::finding;
    if (!evidence.empty()) entry.evidence = {evidence};
  } else if (severity != "ok") {
    return failed(check, "the check returned the severity \"" + severity + "\"");
  }
  return entry;
}

void merge(Entry& into, const Entry& entry) {
  into.severity = std::max(into.severity, entry.severity);
  into.evidence.insert(into.evidence.end(), entry.evidence.begin(), entry.evidence.end());
}

std::vector<Entry> merge_subjects(const std::vector<Entry>& findings) {
  std::vector<Entry> merged;
  for (const Entry& finding : findings) {
    const auto same = std::find_if(merged.begin(), merged.end(),
                                   [&](const Entry& entry) { return entry.subject == finding.subject; });
    if (same == merged.end()) {
      merged.push_back(finding);
    } else {
      merge(*same, finding);
    }
  }
  return merged;
}

void cap_evidence(Entry& entry, bool truncated) {
  const std::size_t count = entry.evidence.size();
  if (count > kMaxEvidence) {
    entry.evidence.resize(kMaxEvidence);
    entry.evidence.push_back(fmt::format("{}{} more", count - kMaxEvidence, truncated ? " or " : ""));
  }
}

/// The entries with that outcome.
std::vector<Entry> only(const std::vector<Entry>& entries, Outcome outcome) {
  std::vector<Entry> kept;
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(kept),
               [&](const Entry& entry) { return entry.outcome == outcome; });
  return kept;
}

/// Findings are told, and beside them that a part could not be seen; an error outweighs what was skipped, and that ok.
std::vector<Entry> judge_rows(const Check& check, const Answer& answer) {
  std::vector<Entry> all;
  for (const SqlRow& row : answer.rows) all.push_back(entry_of(check, row));
  std::vector<Entry> told = merge_subjects(only(all, Outcome::finding));
  for (Entry& finding : told) {
    cap_evidence(finding, answer.truncated);
    finding.partial = answer.truncated;
  }
  const auto errors = only(all, Outcome::error), unseen = only(all, Outcome::skipped);
  if (!errors.empty()) {
    told.push_back(errors.front());
  } else if (!unseen.empty()) {
    told.push_back(unseen.front());
  }
  if (!told.empty()) return told;
  if (!all.empty()) return {all.front()};
  return {Entry{.check = &check}};
}

}  // namespace

std::vector<Entry> judge(const Check& check, const Answer& answer) {
  switch (answer.status) {
    case Answer::Status::rows: return judge_rows(check, answer);
    case Answer::Status::unavailable: return {skipped(check, answer.message)};
    case Answer::Status::timed_out: {
      const auto limit = std::chrono::duration_cast<std::chrono::seconds>(limits_of(check.cost).time);
      return {skipped(check, fmt::format("stopped at its limit of {} s", limit.count()))};
    }
    case Answer::Status::corrupt: return {damaged(check, answer.message)};
    case Answer::Status::failed: return {failed(check, answer.message)};
  }
  return {};
}

}  // namespace rounds
