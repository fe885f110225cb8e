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
  bool count_valid = false;  ///< the last writer kept `page_count`
  bool wal_mode = false;
  std::int64_t wal_bytes = 0;
  bool shm_exists = false;
  std::int64_t journal_bytes = 0;
  bool journal_live = false;  ///< the rollback journal holds a transaction, a finished one has a blank header
  bool writer = false;        ///< another process holds a lock for writing
  std::int64_t free_bytes = 0, disk_bytes = 0;  ///< of the file system, as unprivileged users see it
  std::int64_t mode = 0, owner = 0, links = 0;
  std::int64_t directory_mode = 0, directory_owner = 0;
  std::int64_t change_counter = 0;  ///< of the header; in WAL mode it stands still between checkpoints
  std::int64_t schema_format = 0, encoding = 0, user_version = 0;  ///< encoding: 1 UTF-8, 2 and 3 UTF-16
  std::int64_t largest_root = 0;  ///< not 0: the database shrinks by itself, or on demand
  bool incremental_vacuum = false;
  std::int64_t writer_version = 0;  ///< 3040001 for 3.40.1: the library that wrote last
  std::int64_t written_s = 0;       ///< when the file or its log was last written, seconds since 1970
  std::string file_system{};        ///< kind of the file system; empty: not known by name
  bool network = false;             ///< locks may not work there

  bool hot_journal() const { return journal_live && !writer; }
};

/// Looks at the file. This process must not have it open in SQLite: closing any descriptor of a file drops
/// all record locks of the process on it. Throws Error when there is no such regular file or it cannot be read.
SqliteFile look_at_sqlite_file(const std::string& path);

/// Whether somebody holds the lock for writing all the time.
struct SqliteWriter {
  std::int64_t pid = 0;      ///< of the one that held it at every look; 0: nobody
  std::int64_t held_ms = 0;  ///< for at least so long
};

/// Looks again and again, for two seconds, as long as the same process holds the lock; at once when nobody does.
/// Another process looks, so that no lock of this one is dropped.
SqliteWriter watch_sqlite_writer(const std::string& path);

/// Makes the facts table `file` with one row, which the checks of the probe `file` read.
void fill_file_facts(SqlSession& facts, const SqliteFile& file);

}  // namespace rounds
