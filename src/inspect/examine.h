#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "inspect/check.h"
#include "inspect/engine.h"
#include "inspect/reading.h"

namespace rounds {

/// A finding that somebody accepted for a while.
struct Acceptance {
  Severity severity = Severity::warning;  ///< that it would have
  std::string reason{}, owner{}, until{};
};

/// One answer to one check: a finding about one subject, or why there is none.
struct Entry {
  const Check* check = nullptr;  ///< never null
  Outcome outcome = Outcome::ok;
  std::optional<Severity> severity{};  ///< of a finding
  std::string subject{};
  SqlValue value{}, threshold{};
  std::vector<std::string> evidence{};
  std::string reason{};                     ///< why it was skipped or failed
  std::chrono::milliseconds took{};         ///< of the whole check
  std::string since{};                      ///< of a finding: when it was first seen, as the document writes instants
  std::optional<Severity> worsened_from{};  ///< of a finding that was less severe the last time: that severity
  bool partial = false;                     ///< there were more findings than an answer may have
  std::optional<Acceptance> accepted{};     ///< then the outcome is `skipped`
};

/// What an earlier inspection knew for certain: a check that was ok, or one of its findings.
struct PastResult {
  std::string check{};
  std::string subject{};
  bool finding = false;
  SqlValue value{};
  std::string since{};
  std::optional<Severity> severity{};  ///< of a finding
};
using Past = std::vector<PastResult>;

/// An earlier finding that this inspection did not find.
struct GoneFinding {
  std::string check{}, subject{}, since{};
  std::optional<Severity> severity{};
};

/// One statement that was sent to the instance.
struct SentStatement {
  std::string asked_by{};  ///< a check or a reading
  std::string database{};
  std::string sql{};  ///< with its parameters filled in
  std::chrono::milliseconds took{};
  std::size_t rows = 0;
};

/// All answers about one instance. One entry for each finding and one for each other check.
struct Examination {
  Instance instance{};
  bool reached = false;
  std::string version{};  ///< of the engine; empty when not reached
  std::vector<Entry> entries{};
  std::vector<GoneFinding> resolved{};       ///< asked again and not found
  std::vector<GoneFinding> not_rechecked{};  ///< the check could not look this time
  std::vector<SentStatement> statements{};
  Readings readings{};               ///< as they were taken now
  std::optional<Covered> covered{};  ///< by the readings; absent: none was asked for or none has a beginning
};

/// What to ask of an instance, and what is known from before.
struct Inquiry {
  Instance instance{};
  std::vector<const Check*> checks{};      ///< those of other engines are passed over
  std::vector<const Reading*> readings{};  ///< the same
  Past past{};
  std::vector<Snapshot> snapshots{};  ///< sorted by time
  Window window{};
  std::int64_t now_s = 0;
};

/// Asks every check of that engine, with the thresholds it carries. Never throws for what the instance is or a
/// check does.
Examination examine(const Inquiry& inquiry);

/// What an answer to a check means. Findings of one subject become one entry, its evidence capped.
std::vector<Entry> judge(const Check& check, const Answer& answer);

/// Gives each finding its `since` (`now` where it is new), says which were less severe, and lists what is gone.
void compare_with_past(Examination& examination, const Past& past, const std::string& now);

}  // namespace rounds
