#pragma once
#include <cstdint>
#include <string>

#include "inspect/sql_session.h"

namespace rounds {

/// What a SQLite database file and its neighbours show from outside. Byte counts and permission bits as the
/// system gives them.
struct SqliteFile {
  std::string path;  ///< symbolic links resolved: where SQLite looks for the journals
  std::int64_t size = 0;
  bool magic = false;          ///< begins like a database
  std::int64_t page_size = 0;  ///< 0: not a size SQLite uses
  std::int64_t page_count = 0;
  bool count_valid = false;    ///< the last writer kept `page_count`
  bool wal_mode = false;
  std::int64_t wal_bytes = 0;
  bool shm_exists = false;
  std::int64_t journal_bytes = 0;
  bool journal_live = false;   ///< the rollback journal holds a transaction, a finished one has a blank header
  bool writer = false;         ///< another process holds a lock for writing
  std::int64_t free_bytes = 0, disk_bytes = 0;  ///< of the file system, as unprivileged users see it
  std::int64_t mode = 0, owner = 0, links = 0;
  std::int64_t directory_mode = 0, directory_owner = 0;

  bool hot_journal() const { return journal_live && !writer; }
};

/// Looks at the file. This process must not have it open in SQLite: closing any descriptor of a file drops
/// all record locks of the process on it. Throws Error when there is no such regular file or it cannot be read.
SqliteFile look_at_sqlite_file(const std::string& path);

/// Makes the facts table `file` with one row, which the checks of the probe `file` read.
void fill_file_facts(SqlSession& facts, const SqliteFile& file);

}  // namespace rounds
