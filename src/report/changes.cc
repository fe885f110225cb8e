#include "report/changes.h"

#include <algorithm>

#include "core/words.h"

namespace rounds {

namespace {

constexpr Words<6> kKinds{"new", "worsened", "persisting", "resolved", "not_rechecked", "accepted"};
static_assert(complete(kKinds, ChangeKind::accepted));

int rank_of(std::string_view severity) {
  if (severity == "critical") return 3;
  if (severity == "warning") return 2;
  return severity == "info" ? 1 : 0;
}

bool is_finding(const DocumentEntry& entry) { return entry.outcome == "finding" || entry.accepted; }
std::string severity_of(const DocumentEntry& entry) {
  return entry.accepted ? entry.accepted->severity : entry.severity;
}

FindingChange change_of(ChangeKind kind, const DocumentTarget& target, const DocumentEntry& entry,
                        const std::string& now) {
  return {kind,
          target.name,
          entry.id,
          entry.title,
          entry.subject,
          severity_of(entry),
          {},
          entry.since,
          days_between(entry.since, now),
          entry.accepted};
}

/// The title that the target's checks give that one; empty when it is not among them.
std::string title_in(const DocumentTarget& target, const std::string& id) {
  const auto found = std::find_if(target.checks.begin(), target.checks.end(),
                                  [&](const DocumentEntry& entry) { return entry.id == id; });
  return found == target.checks.end() ? std::string() : found->title;
}

void add_gone(std::vector<FindingChange>& changes, ChangeKind kind, const DocumentTarget& target,
              const std::vector<DocumentGone>& gone, const std::string& now) {
  for (const DocumentGone& one : gone) {
    changes.push_back({kind,
                       target.name,
                       one.id,
                       title_in(target, one.id),
                       one.subject,
                       one.severity,
                       {},
                       one.since,
                       days_between(one.since, now),
                       {}});
  }
}

/// The kind of a finding by what its own document says.
ChangeKind kind_of(const Document& document, const DocumentEntry& entry) {
  if (entry.accepted) return ChangeKind::accepted;
  if (is_new(document, entry)) return ChangeKind::fresh;
  return entry.worsened_from.empty() ? ChangeKind::persisting : ChangeKind::worsened;
}

void sort_changes(std::vector<FindingChange>& changes) {
  std::stable_sort(changes.begin(), changes.end(), [](const FindingChange& a, const FindingChange& b) {
    return a.kind != b.kind ? a.kind < b.kind : rank_of(a.severity) > rank_of(b.severity);
  });
}

const DocumentTarget* find_target(const Document& document, const std::string& name) {
  const auto found = std::find_if(document.targets.begin(), document.targets.end(),
                                  [&](const DocumentTarget& target) { return target.name == name; });
  return found == document.targets.end() ? nullptr : &*found;
}

const DocumentEntry* find_finding(const DocumentTarget* target, const DocumentEntry& like) {
  if (target == nullptr) return nullptr;
  const auto found = std::find_if(target->checks.begin(), target->checks.end(), [&](const DocumentEntry& entry) {
    return is_finding(entry) && entry.id == like.id && entry.subject == like.subject;
  });
  return found == target->checks.end() ? nullptr : &*found;
}

bool could_look(const DocumentTarget* target, const std::string& id) {
  return target != nullptr &&
         std::any_of(target->checks.begin(), target->checks.end(), [&](const DocumentEntry& entry) {
           return entry.id == id && (is_finding(entry) || entry.outcome == "ok");
         });
}

/// A finding of the later inspection.
FindingChange change_since(const Document& before, const Document& after, const DocumentTarget& target,
                           const DocumentEntry& entry) {
  const DocumentEntry* old = find_finding(find_target(before, target.name), entry);
  const bool known = old != nullptr || (!entry.since.empty() && entry.since <= before.at);
  FindingChange change = change_of(known ? ChangeKind::persisting : ChangeKind::fresh, target, entry, after.at);
  if (old != nullptr && severity_of(*old) != change.severity) change.was = severity_of(*old);
  if (rank_of(change.severity) > rank_of(change.was) && !change.was.empty()) change.kind = ChangeKind::worsened;
  if (entry.accepted) change.kind = ChangeKind::accepted;
  return change;
}

}  // namespace

std::string_view to_text(ChangeKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

std::vector<FindingChange> changes_of(const Document& document) {
  std::vector<FindingChange> changes;
  for (const DocumentTarget& target : document.targets) {
    for (const DocumentEntry& entry : target.checks) {
      if (!is_finding(entry)) continue;
      changes.push_back(change_of(kind_of(document, entry), target, entry, document.at));
      changes.back().was = entry.worsened_from;
    }
    add_gone(changes, ChangeKind::resolved, target, target.resolved, document.at);
    add_gone(changes, ChangeKind::not_rechecked, target, target.not_rechecked, document.at);
  }
  sort_changes(changes);
  return changes;
}

std::vector<FindingChange> changes_between(const Document& before, const Document& after) {
  std::vector<FindingChange> changes;
  for (const DocumentTarget& target : after.targets) {
    for (const DocumentEntry& entry : target.checks) {
      if (is_finding(entry)) changes.push_back(change_since(before, after, target, entry));
    }
  }
  for (const DocumentTarget& target : before.targets) {
    const DocumentTarget* later = find_target(after, target.name);
    for (const DocumentEntry& entry : target.checks) {
      if (!is_finding(entry) || find_finding(later, entry) != nullptr) continue;
      const ChangeKind kind = could_look(later, entry.id) ? ChangeKind::resolved : ChangeKind::not_rechecked;
      changes.push_back(change_of(kind, target, entry, after.at));
    }
  }
  sort_changes(changes);
  return changes;
}

std::int64_t count_changes(const std::vector<FindingChange>& changes, ChangeKind kind) {
  return std::count_if(changes.begin(), changes.end(),
                       [&](const FindingChange& change) { return change.kind == kind; });
}

}  // namespace rounds
