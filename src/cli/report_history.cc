#include "cli/report_history.h"

#include <algorithm>

#include "cli/choice.h"

namespace rounds {

namespace {

/// How many inspections back is looked, and how many of a target are drawn.
constexpr int kLookedAt = 2000;
constexpr std::size_t kDrawn = 12;

bool wants_more(const Document& document, const History& history, const Inspection& inspection) {
  return std::any_of(document.targets.begin(), document.targets.end(), [&](const DocumentTarget& target) {
    const bool there =
        std::find(inspection.targets.begin(), inspection.targets.end(), target.name) != inspection.targets.end();
    const auto known = history.find(target.name);
    return there && (known == history.end() || known->second.size() < kDrawn);
  });
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

History read_history(Store& store, const Document& document) {
  History history;
  add_to_history(history, document);
  for (const Inspection& listed : all_inspections(store, kLookedAt)) {
    const bool earlier = listed.id < document.inspection && listed.tier == document.tier;
    if (!earlier || !wants_more(document, history, listed)) continue;
    if (const auto inspection = find_inspection(store, listed.id))
      add_to_history(history, parse_document(inspection->document));
  }
  for (auto& [target, points] : history) {
    if (points.size() > kDrawn) points.resize(kDrawn);
    std::reverse(points.begin(), points.end());
  }
  return history;
}

std::optional<Inspection> find_inspection_before(Store& store, const Inspection& inspection) {
  std::optional<std::int64_t> found;
  for (const Inspection& listed : all_inspections(store, kLookedAt)) {
    if (listed.id >= inspection.id || sorted(listed.targets) != sorted(inspection.targets)) continue;
    if (listed.tier == inspection.tier) return find_inspection(store, listed.id);
    if (!found) found = listed.id;
  }
  return found ? find_inspection(store, *found) : std::nullopt;
}

Language read_language(const std::string& text) {
  if (text.empty()) return Language::en;
  if (const auto language = language_from_text(text)) return *language;
  refuse_choice("language", text, {"en", "zh"});
}

}  // namespace rounds
