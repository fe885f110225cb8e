#include "inspect/backup_facts.h"

#include <ctime>
#include <filesystem>

#include "inspect/backup.h"

namespace rounds {

Answer gather_backup_facts(const std::string& probe, SqlSession& facts, const std::vector<std::string>& patterns,
                           const Limits& limits) {
  const std::vector<BackupFile> files = find_backups(patterns, std::time(nullptr));
  if (probe == "backup") {
    fill_backup_facts(facts, patterns, files);
  } else if (files.empty()) {
    fill_content_facts(facts, "", {}, std::nullopt);
  } else {
    fill_content_facts(facts, files.front().path, look_into_backup(files.front(), limits), std::nullopt);
  }
  return {};
}

std::vector<ServerPath> disks_of_backups(const std::vector<std::string>& patterns) {
  const std::vector<BackupFile> files = find_backups(patterns, std::time(nullptr));
  if (files.empty()) return {};
  return {{"backup", std::filesystem::path(files.front().path).parent_path().string()}};
}

}  // namespace rounds
