#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "sys/sqlite.h"

namespace rounds {

/// The store: one SQLite file (WAL) with everything rounds knows, its writer queue and its spool.
/// One thread. Every write goes through `write` or `try_write`: they queue on `FILE.queue` (fair),
/// then BEGIN IMMEDIATE with synchronous=FULL.
class Store {
 public:
  /// Opens or makes the store: directories 0700, file 0600, migrations. Throws Error: `config` for a
  /// network file system, `bad_data` for a newer schema (untouched) or corruption, `permission`.
  static Store open(const std::filesystem::path& file);
  /// Opens for reading alone; `not_found` with a hint where there is no store yet.
  static Store open_read_only(const std::filesystem::path& file);

  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  /// The real path, symbolic links resolved.
  const std::filesystem::path& file() const;
  /// `FILE.spool`: sockets, markers, outputs; 0700.
  std::filesystem::path spool() const;
  Sqlite& db();

  /// Runs `body` in one transaction; rolls back and rethrows when it throws. Waits its turn.
  void write(const std::function<void()>& body);
  /// The same, but gives up after `patience` without having changed anything; false then.
  bool try_write(std::chrono::milliseconds patience, const std::function<void()>& body);

  /// A file whose times change (IN_ATTRIB) after each commit of any process, once the commit can be read. The log
  /// itself is written before that.
  std::filesystem::path changes_file() const;

  /// Bytes in the write-ahead log now.
  std::int64_t wal_bytes() const;
  /// Moves the log into the file (TRUNCATE mode) when the maintenance lock is free and nobody reads;
  /// false when it could not. SQLite before 3.51.3 can lose commits when two connections meet here,
  /// so nobody checkpoints elsewhere.
  bool checkpoint();

  /// True while the path still names the file that was opened.
  bool still_in_place() const;

 private:
  struct Data;
  explicit Store(std::unique_ptr<Data> data);
  bool write_now(std::chrono::milliseconds patience, const std::function<void()>& body);
  std::unique_ptr<Data> data_;
};

}  // namespace rounds
