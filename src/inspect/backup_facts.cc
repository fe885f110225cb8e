#include "inspect/backup_facts.h"

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "inspect/backup.h"

namespace rounds {

namespace {

struct Seen {
  std::string path;
  BackupContent content;
};

/// The newest backup of each pattern is looked into: patterns may stand for several kinds. One that has problems counts
/// most, then one that could not be looked into, then the newest.
Seen look_into_newest(const std::vector<std::string>& patterns, const Limits& limits) {
  std::vector<BackupFile> newest;
  for (const std::string& pattern : patterns) {
    const std::vector<BackupFile> files = find_backups({pattern}, std::time(nullptr));
    if (!files.empty()) newest.push_back(files.front());
  }
  std::stable_sort(newest.begin(), newest.end(),
                   [](const BackupFile& a, const BackupFile& b) { return a.age_s < b.age_s; });
  Seen worst;
  for (const BackupFile& file : newest) {
    const BackupContent content = look_into_backup(file, limits);
    if (!content.problems.empty()) return {file.path, content};
    const bool whole = worst.content.obstacle.empty();
    if (worst.path.empty() || (whole && !content.obstacle.empty())) worst = {file.path, content};
  }
  return worst;
}

}  // namespace

Answer gather_backup_facts(const std::string& probe, SqlSession& facts, const std::vector<std::string>& patterns,
                           const Limits& limits) {
  if (probe == "backup") {
    fill_backup_facts(facts, patterns, find_backups(patterns, std::time(nullptr)));
  } else {
    const Seen seen = look_into_newest(patterns, limits);
    fill_content_facts(facts, seen.path, seen.content, std::nullopt);
  }
  return {};
}

std::vector<ServerPath> disks_of_backups(const std::vector<std::string>& patterns) {
  const std::vector<BackupFile> files = find_backups(patterns, std::time(nullptr));
  if (files.empty()) return {};
  return {{"backup", std::filesystem::path(files.front().path).parent_path().string()}};
}

}  // namespace rounds
