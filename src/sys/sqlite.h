#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "time/now.h"

struct sqlite3_stmt;

namespace rounds {

/// A statement the compiler has seen: only a literal converts, so SQL is never pieced together. Its
/// address is its key in the cache of prepared statements.
class Sql {
 public:
  consteval Sql(const char* text) : text_(text) {}
  const char* text() const { return text_; }

 private:
  const char* text_;
};

/// Bytes bound as a BLOB; plain strings are bound as TEXT.
struct Blob {
  std::string_view bytes;
};

struct SqliteState;

/// A prepared statement in use. Its end resets it, so that no read lock outlives the scope, not even
/// when an exception passes. Must not outlive its Sqlite.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  /// Goes to the next row; false when there is none left.
  bool step();
  /// Reads the columns of this row in order. NULL reads as nothing, 0 or "".
  template <typename... Values>
  void read(Values&... values) const {
    int column = 0;
    (read_at(*this, column++, values), ...);
  }

  bool is_null(int column) const;
  std::int64_t integer_at(int column) const;
  std::string_view bytes_at(int column) const;  ///< TEXT or BLOB; valid until the next step

  // Places of parameters count from 1.
  void bind_null(int place);
  void bind_integer(int place, std::int64_t value);
  void bind_text(int place, std::string_view value);
  void bind_blob(int place, std::string_view value);

 private:
  friend class Sqlite;
  Statement(SqliteState& state, sqlite3_stmt* handle, const char* key);

  SqliteState* state_;
  sqlite3_stmt* handle_;
  const char* key_;  ///< under which the cache gets it back
};

// How C++ values travel: `bind_at` and `read_at`, found by argument-dependent lookup, so a type brings
// its own pair. Due moments are seconds, instants milliseconds; unsigned numbers keep their 64 bits.

inline void bind_at(Statement& s, int place, std::int64_t v) { s.bind_integer(place, v); }
inline void bind_at(Statement& s, int place, int v) { s.bind_integer(place, v); }
inline void bind_at(Statement& s, int place, bool v) { s.bind_integer(place, v); }
inline void bind_at(Statement& s, int place, std::uint64_t v) { s.bind_integer(place, static_cast<std::int64_t>(v)); }
inline void bind_at(Statement& s, int place, std::string_view v) { s.bind_text(place, v); }
inline void bind_at(Statement& s, int place, const std::string& v) { s.bind_text(place, v); }
inline void bind_at(Statement& s, int place, const char* v) { s.bind_text(place, v); }
inline void bind_at(Statement& s, int place, Blob v) { s.bind_blob(place, v.bytes); }
inline void bind_at(Statement& s, int place, Due v) { s.bind_integer(place, v.time_since_epoch().count()); }
inline void bind_at(Statement& s, int place, Instant v) { s.bind_integer(place, v.time_since_epoch().count()); }
inline void bind_at(Statement& s, int place, std::chrono::milliseconds v) { s.bind_integer(place, v.count()); }
inline void bind_at(Statement& s, int place, std::nullopt_t) { s.bind_null(place); }
template <typename T>
void bind_at(Statement& s, int place, const std::optional<T>& v) {
  v ? bind_at(s, place, *v) : s.bind_null(place);
}

inline void read_at(const Statement& s, int column, std::int64_t& v) { v = s.integer_at(column); }
inline void read_at(const Statement& s, int column, int& v) { v = static_cast<int>(s.integer_at(column)); }
inline void read_at(const Statement& s, int column, bool& v) { v = s.integer_at(column) != 0; }
inline void read_at(const Statement& s, int column, std::uint64_t& v) {
  v = static_cast<std::uint64_t>(s.integer_at(column));
}
inline void read_at(const Statement& s, int column, std::string& v) { v = s.bytes_at(column); }
inline void read_at(const Statement& s, int column, Due& v) { v = Due(std::chrono::seconds(s.integer_at(column))); }
inline void read_at(const Statement& s, int column, Instant& v) {
  v = Instant(std::chrono::milliseconds(s.integer_at(column)));
}
inline void read_at(const Statement& s, int column, std::chrono::milliseconds& v) {
  v = std::chrono::milliseconds(s.integer_at(column));
}
template <typename T>
void read_at(const Statement& s, int column, std::optional<T>& v) {
  if (s.is_null(column)) {
    v.reset();
  } else {
    read_at(s, column, v.emplace());
  }
}

/// A writing transaction: rolled back at its end unless it was committed. Must not outlive its Sqlite.
class Transaction {
 public:
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  void commit();

 private:
  friend class Sqlite;
  explicit Transaction(SqliteState& state);

  SqliteState* state_;  ///< null: moved from
};

/// A connection to one database file. It never checkpoints by itself, neither on commit nor on close.
/// Every failure is an Error that begins with the file's name: `temporary` when the disk is full or
/// somebody else holds a lock, `permission`, `bad_data` when it is damaged or no database.
class Sqlite {
 public:
  enum class Mode {
    create,     ///< for writing; made when missing
    write,      ///< for writing; must exist
    read_only,  ///< must exist
    immutable,  ///< read-only without any lock: only for a file that nobody can be writing to
  };
  static Sqlite open(const std::string& file, Mode mode);

  Sqlite(Sqlite&&) noexcept;
  Sqlite& operator=(Sqlite&&) noexcept;
  ~Sqlite();

  /// Takes the prepared statement from the cache and binds its parameters.
  template <typename... Values>
  Statement query(Sql sql, const Values&... values) {
    Statement statement = prepare(sql);
    int place = 1;
    (bind_at(statement, place++, values), ...);
    return statement;
  }
  /// Runs a statement to its end; how many rows it inserted, updated or deleted.
  template <typename... Values>
  std::int64_t run(Sql sql, const Values&... values) {
    Statement statement = query(sql, values...);
    while (statement.step()) {
    }
    return changes();
  }
  /// The first column of the first row; nothing when there is no row or it is NULL.
  template <typename T, typename... Values>
  std::optional<T> value(Sql sql, const Values&... values) {
    Statement statement = query(sql, values...);
    std::optional<T> result;
    if (statement.step()) statement.read(result);
    return result;
  }
  /// Statements without parameters, any number of them; their rows are dropped.
  void exec(Sql script);

  /// BEGIN IMMEDIATE; nothing when somebody else still holds the writer lock after `patience`.
  std::optional<Transaction> try_begin(std::chrono::milliseconds patience);

  /// Copies the whole content, as of one moment, into an empty database file; others may write meanwhile.
  void copy_to(const std::string& file);

  std::int64_t last_insert_id() const;
  /// How long a statement waits for a lock before it fails with `temporary`; 0 at first.
  void set_busy_timeout(std::chrono::milliseconds timeout);

 private:
  explicit Sqlite(std::unique_ptr<SqliteState> state);
  Statement prepare(Sql sql);
  std::int64_t changes() const;

  std::unique_ptr<SqliteState> state_;
};

}  // namespace rounds
