#pragma once
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "inspect/sql_session.h"

namespace rounds {

/// A file or a folder that a target declares as a backup of it.
struct BackupFile {
  std::string path{};
  std::int64_t bytes = 0;  ///< of a folder: of all files in it
  std::int64_t age_s = 0;  ///< since it was last written; negative: in the future
  bool folder = false;
};

/// What fits the patterns, the newest first: regular files, and folders that a backup program made. A pattern that
/// names any other folder stands for the files in it.
std::vector<BackupFile> find_backups(const std::vector<std::string>& patterns, std::time_t now);

/// What a look into a backup brought.
struct BackupContent {
  enum class Kind {
    none,
    empty,     ///< no bytes, or a compressed file of nothing
    database,  ///< a copy of the files of a database
    dump,      ///< what pg_dump, mariadb-dump and the like write
    archive,   ///< tar and the like
    unreadable,
    other,
  } kind = Kind::none;
  std::string format{};                 ///< "pg_dump custom", for people; empty when not known
  std::vector<std::string> problems{};  ///< plain sentences; none: nothing wrong was seen
  std::optional<std::int64_t> rows{};   ///< of all tables of a SQLite copy; absent: not counted
  std::string obstacle{};               ///< why not all of it could be looked at; empty: it could
};
std::string to_text(BackupContent::Kind kind);

/// Looks into it without a trace: a backup is at rest, so nobody else's locks or journals count. What the limits cut
/// off is an obstacle, never a problem.
BackupContent look_into_backup(const BackupFile& file, const Limits& limits);

/// How many rows all tables of the database have; nothing when that cannot be told within the limits.
std::optional<std::int64_t> count_rows(SqlSession& session, const Limits& limits);

// Tables of facts.

/// For the probe `backup`: `declared(pattern)`, `backup(path, bytes, age_s)`.
void fill_backup_facts(SqlSession& facts, const std::vector<std::string>& patterns,
                       const std::vector<BackupFile>& files);
/// For the probe `backup_content`: one row of `content(path, kind, obstacle, rows, live_rows, format, problem,
/// verifiable)`, where `problem` is NULL when nothing wrong was seen and `verifiable` 0 when not all of it could be
/// looked at; and all problems in `problem(text)`.
void fill_content_facts(SqlSession& facts, const std::string& path, const BackupContent& content,
                        std::optional<std::int64_t> live_rows);

}  // namespace rounds
