#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "inspect/check.h"
#include "inspect/engine.h"

namespace rounds {

/// One answer to one check: a finding about one subject, or why there is none.
struct Entry {
  const Check* check = nullptr;  ///< never null
  Outcome outcome = Outcome::ok;
  std::optional<Severity> severity{};  ///< of a finding
  std::string subject{};
  SqlValue value{}, threshold{};
  std::vector<std::string> evidence{};
  std::string reason{};                  ///< why it was skipped or failed
  std::chrono::milliseconds took{};    ///< of the whole check
  std::string since{};                   ///< of a finding: when it was first seen, as the document writes instants
};

/// What an earlier inspection knew for certain: a check that was ok, or one of its findings.
struct PastResult {
  std::string check{};
  std::string subject{};
  bool finding = false;
  SqlValue value{};
  std::string since{};
};
using Past = std::vector<PastResult>;

/// An earlier finding that this inspection did not find.
struct GoneFinding {
  std::string check{}, subject{}, since{};
};

/// All answers about one instance. One entry for each finding and one for each other check.
struct Examination {
  Instance instance{};
  bool reached = false;
  std::string version{};  ///< of the engine; empty when not reached
  std::vector<Entry> entries{};
  std::vector<GoneFinding> resolved{};       ///< asked again and not found
  std::vector<GoneFinding> not_rechecked{};  ///< the check could not look this time
};

/// Asks every check of that engine, with the thresholds it carries. Never throws for what the instance is or a
/// check does.
Examination examine(const Instance& instance, const std::vector<const Check*>& checks, const Past& past);

/// What an answer to a check means. Findings of one subject become one entry, its evidence capped.
std::vector<Entry> judge(const Check& check, const Answer& answer);

/// Gives each finding its `since` (`now` where it is new) and lists what is gone.
void compare_with_past(Examination& examination, const Past& past, const std::string& now);

}  // namespace rounds
