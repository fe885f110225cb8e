#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/document.h"

namespace rounds {

/// What became of a finding since an inspection before. In the order in which they are told.
enum class ChangeKind { fresh, worsened, persisting, resolved, not_rechecked, accepted };

/// The word for programs, and in the catalogue under `change`: "new" for fresh.
std::string_view to_text(ChangeKind kind);

struct FindingChange {
  ChangeKind kind = ChangeKind::fresh;
  std::string target{}, id{}, title{}, subject{};
  std::string severity{};  ///< now, or the last one known; empty: unknown
  std::string was{};       ///< the severity before, where it is another
  std::string since{};     ///< when it was first seen
  std::optional<std::int64_t> days_open{};
  std::optional<DocumentAcceptance> accepted{};
};

/// How the document's findings stand beside what was known before it; by kind, then severity.
std::vector<FindingChange> changes_of(const Document& document);
/// What is different in a later inspection. A finding that the later one did not ask about is not re-checked.
std::vector<FindingChange> changes_between(const Document& before, const Document& after);
std::int64_t count_changes(const std::vector<FindingChange>& changes, ChangeKind kind);

}  // namespace rounds
