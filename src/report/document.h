#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rounds {

/// A number or text of the document; null is the first.
using DocumentValue = std::variant<std::monostate, std::int64_t, double, std::string>;

/// A finding that somebody accepted for a while.
struct DocumentAcceptance {
  std::string severity{};  ///< that it would have
  std::string reason{}, owner{}, until{};
};

/// One answer to one check. Texts that the document gives as null are empty.
struct DocumentEntry {
  std::string id{}, title{}, category{};
  std::string outcome{};   ///< ok finding skipped error
  std::string severity{};  ///< of a finding: info warning critical
  std::string subject{};
  DocumentValue value{}, threshold{};
  std::vector<std::string> evidence{};
  std::string cause{}, remedy{}, remedy_risk{};
  std::string reason{};
  std::string since{};                           ///< of a finding: when it was first seen
  std::string worsened_from{};                   ///< of a finding that was less severe the last time: that severity
  std::optional<DocumentAcceptance> accepted{};  ///< then the outcome is "skipped"
  std::int64_t duration_ms = 0;
};

struct DocumentCategory {
  std::string category{};
  std::int64_t checks = 0, seen = 0, critical = 0, warning = 0, info = 0, deduction = 0;
};

/// A finding of an earlier inspection.
struct DocumentGone {
  std::string id{}, subject{}, since{}, severity{};
};

/// The part of the window that snapshots cover.
struct DocumentCovered {
  std::string from{}, to{};
};

/// One statement that was sent to the instance; its text stays in the JSON document.
struct DocumentStatement {
  std::string asked_by{};
  std::int64_t duration_ms = 0, rows = 0;
};

struct DocumentTarget {
  std::string name{}, engine{}, business{}, host{}, address{}, version{};
  bool reached = false;
  std::optional<std::int64_t> score{};  ///< absent: too few checks could look
  std::int64_t coverage = 0;            ///< percent
  std::vector<DocumentCategory> categories{};
  std::vector<DocumentEntry> checks{};
  std::vector<DocumentGone> resolved{}, not_rechecked{};
  std::optional<DocumentCovered> covered{};
  std::vector<DocumentStatement> statements{};
};

/// An inspection as its JSON document tells it: all that a report may know. Instants are texts in UTC.
struct Document {
  std::int64_t inspection = 0;
  std::string tier{}, at{}, inspector{}, rules{};
  std::string from{}, to{}, effective_from{}, effective_to{};
  std::optional<std::int64_t> run{};
  std::vector<DocumentTarget> targets{};
};

/// Throws Error `bad_data` when the text is no such document.
Document parse_document(std::string_view json);

/// What has not changed since the inspection before is not new.
bool is_new(const Document& document, const DocumentEntry& entry);
/// How many findings were accepted.
std::int64_t count_accepted(const DocumentTarget& target);
/// The whole days between two instants of a document; nothing where one is none.
std::optional<std::int64_t> days_between(const std::string& from, const std::string& to);
/// How much of the window asked for its snapshots cover, in percent.
std::int64_t window_coverage(const Document& document, const DocumentCovered& covered);
/// How many findings have that severity, in all targets or in one.
std::int64_t count_findings(const Document& document, std::string_view severity);
std::int64_t count_findings(const DocumentTarget& target, std::string_view severity);
/// An instant for people, to the minute: "2026-11-21 08:00"; another text as it is.
std::string brief(const std::string& instant);
/// A value for people; empty for null.
std::string shown(const DocumentValue& value);

}  // namespace rounds
