#pragma once
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "inspect/sql_session.h"

namespace rounds {

/// A file that a target declares as a backup of it.
struct BackupFile {
  std::string path{};
  std::int64_t bytes = 0;
  std::int64_t age_s = 0;  ///< since it was last written; negative: in the future
};

/// The regular files that fit the patterns, the newest first.
std::vector<BackupFile> find_backups(const std::vector<std::string>& patterns, std::time_t now);

/// What a look into a backup brought.
struct BackupContent {
  enum class Kind { none, empty, database, unreadable, other } kind = Kind::none;
  std::vector<std::string> problems{};     ///< of a database
  std::optional<std::int64_t> rows{};      ///< of all its tables; absent: not counted
  std::string obstacle{};                  ///< why it could not be looked into
};
std::string to_text(BackupContent::Kind kind);

/// Looks into the file without a trace: a backup is at rest, so nobody else's locks or journals count.
BackupContent look_into_backup(const BackupFile& file, const Limits& limits);

/// How many rows all tables of the database have; nothing when that cannot be told within the limits.
std::optional<std::int64_t> count_rows(SqlSession& session, const Limits& limits);

// Tables of facts: `declared` and `backup` for the probe `backup`, `content` with one row for `backup_content`.

void fill_backup_facts(SqlSession& facts, const std::vector<std::string>& patterns,
                       const std::vector<BackupFile>& files);
void fill_content_facts(SqlSession& facts, const std::string& path, const BackupContent& content,
                        std::optional<std::int64_t> live_rows);

}  // namespace rounds
