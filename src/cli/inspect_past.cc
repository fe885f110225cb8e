#include "cli/inspect_past.h"

#include <algorithm>
#include <set>

#include "report/document.h"

namespace rounds {

namespace {

/// How many inspections back the memory of findings reaches.
constexpr int kRemembered = 200;

struct Memory {
  Past past;
  std::set<std::string> known;  ///< checks that a newer inspection decided
};

void remember(const DocumentTarget& target, Memory& memory) {
  std::set<std::string> here;
  for (const DocumentEntry& entry : target.checks) {
    const bool finding = entry.outcome == "finding" || entry.accepted;
    const auto severity = severity_from_text(entry.accepted ? entry.accepted->severity : entry.severity);
    if ((!finding && entry.outcome != "ok") || memory.known.count(entry.id) > 0) continue;
    memory.past.push_back({entry.id, entry.subject, finding, entry.value, entry.since, severity});
    here.insert(entry.id);
  }
  memory.known.merge(here);
}

bool concerns(const Inspection& inspection, const std::map<std::string, Memory>& memories) {
  return std::any_of(inspection.targets.begin(), inspection.targets.end(),
                     [&](const std::string& name) { return memories.count(name) > 0; });
}

}  // namespace

std::map<std::string, Past> read_past(Store& store, const std::vector<std::string>& targets) {
  std::map<std::string, Memory> memories;
  for (const std::string& target : targets) memories[target];
  for (const Inspection& listed : all_inspections(store, kRemembered)) {
    if (!concerns(listed, memories)) continue;
    const auto inspection = find_inspection(store, listed.id);
    if (!inspection) continue;
    for (const DocumentTarget& target : parse_document(inspection->document).targets) {
      const auto memory = memories.find(target.name);
      if (memory != memories.end()) remember(target, memory->second);
    }
  }
  std::map<std::string, Past> pasts;
  for (auto& [name, memory] : memories) pasts[name] = std::move(memory.past);
  return pasts;
}

}  // namespace rounds
