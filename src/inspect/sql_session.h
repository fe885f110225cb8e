#pragma once
#include <memory>
#include <string>

#include "inspect/engine.h"

namespace rounds {

/// A SQLite connection that answers questions within limits and cannot write. The library's checks of
/// CHECK constraints need a connection that believes it may write, so the belief is granted and the file
/// opened read-only underneath.
class SqlSession {
 public:
  /// An empty database in memory, for tables of facts.
  static SqlSession in_memory();
  /// Opens lazily: the first query tells whether the file can be used. Throws Error when it cannot be opened.
  static SqlSession on_file(const std::string& path);
  /// The same for a file that nobody has in use: its locks and journals are left alone, and none are made.
  static SqlSession on_file_at_rest(const std::string& path);

  SqlSession(SqlSession&&) noexcept;
  SqlSession& operator=(SqlSession&&) noexcept;
  ~SqlSession();

  /// Runs one statement that fills a table of facts; in memory only. Throws Error.
  void fill(const std::string& sql, const Parameters& parameters);
  /// Runs one statement that reads; others are refused. Names that `parameters` lacks are NULL.
  Answer query(const std::string& sql, const Parameters& parameters, const Limits& limits);
  /// Waiting for a lock held elsewhere ended the last query.
  bool was_busy() const;

  static std::string library_version();

 private:
  struct Data;
  explicit SqlSession(std::unique_ptr<Data> data);
  std::unique_ptr<Data> data_;
};

}  // namespace rounds
