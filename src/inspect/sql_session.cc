#include "inspect/sql_session.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cctype>
#include <utility>

#include "error.h"

namespace rounds {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kBusyMilliseconds = 1000;
constexpr int kStepsBetweenDeadlineChecks = 1000;

struct CloseDatabase {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

sqlite3_vfs* system_vfs() { return sqlite3_vfs_find(nullptr); }

/// Opens the database file read-only and reports it as writable: every attempt to write or to lock for
/// writing then fails in the kernel, while SQLite parses CHECK constraints, which it leaves out otherwise.
int open_main_read_only(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  const bool main = (flags & SQLITE_OPEN_MAIN_DB) != 0;
  if (main) flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
  const int code = system_vfs()->xOpen(system_vfs(), name, file, flags, out_flags);
  if (main && out_flags != nullptr) *out_flags = (*out_flags & ~SQLITE_OPEN_READONLY) | SQLITE_OPEN_READWRITE;
  return code;
}

const char* never_writing_vfs() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs copy = *system_vfs();
    copy.zName = "rounds-never-writing";
    copy.pNext = nullptr;
    copy.xOpen = open_main_read_only;
    return copy;
  }();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  return registered == SQLITE_OK ? vfs.zName : nullptr;
}

/// `path` may be a URI.
Database open(const std::string& path, const char* vfs) {
  sqlite3* db = nullptr;
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
  const int code = sqlite3_open_v2(path.c_str(), &db, kFlags, vfs);
  Database owned(db);
  if (code != SQLITE_OK) throw Error(Fault::unreachable, path + ": " + sqlite3_errmsg(db));
  sqlite3_extended_result_codes(db, 1);
  sqlite3_busy_timeout(db, kBusyMilliseconds);
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return owned;
}

/// Every byte that could mean something in a URI as %XX.
std::string uri_of(const std::string& path) {
  std::string uri = "file://";
  for (const char c : path) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '.' || c == '-' || c == '_';
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

void bind(sqlite3_stmt* statement, int index, const SqlValue& cell) {
  struct Binder {
    sqlite3_stmt* statement;
    int index;
    void operator()(std::monostate) const { sqlite3_bind_null(statement, index); }
    void operator()(std::int64_t n) const { sqlite3_bind_int64(statement, index, n); }
    void operator()(double d) const { sqlite3_bind_double(statement, index, d); }
    void operator()(const std::string& text) const {
      sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    }
  };
  std::visit(Binder{statement, index}, cell);
}

void bind_all(sqlite3_stmt* statement, const Parameters& parameters) {
  for (int i = 1; i <= sqlite3_bind_parameter_count(statement); ++i) {
    const auto found = parameters.find(sqlite3_bind_parameter_name(statement, i) + 1);
    if (found != parameters.end()) bind(statement, i, found->second);
  }
}

SqlValue read_value(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT: return sqlite3_column_double(statement, column);
    case SQLITE_NULL: return std::monostate{};
    default: break;
  }
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  return std::string(bytes == nullptr ? "" : bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
}

SqlRow read_row(sqlite3_stmt* statement) {
  SqlRow row;
  for (int i = 0; i < sqlite3_column_count(statement); ++i) row.push_back(read_value(statement, i));
  return row;
}

Answer::Status status_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_INTERRUPT: return Answer::Status::timed_out;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Answer::Status::corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM: return Answer::Status::unavailable;
    default: return Answer::Status::failed;
  }
}

/// While it lives, statements of the connection stop at the deadline.
class Deadline {
 public:
  Deadline(sqlite3* db, std::chrono::milliseconds time) : db_(db), end_(Clock::now() + time) {
    sqlite3_progress_handler(db, kStepsBetweenDeadlineChecks, passed, this);
  }
  ~Deadline() { sqlite3_progress_handler(db_, 0, nullptr, nullptr); }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  static int passed(void* self) { return Clock::now() >= static_cast<Deadline*>(self)->end_ ? 1 : 0; }
  sqlite3* db_;
  Clock::time_point end_;
};

}  // namespace

struct SqlSession::Data {
  Database db;
  bool busy = false;

  Answer failure(int code) {
    busy = (code & 0xFF) == SQLITE_BUSY;
    return {.status = status_of(code), .message = sqlite3_errmsg(db.get())};
  }
};

SqlSession::SqlSession(std::unique_ptr<Data> data) : data_(std::move(data)) {}
SqlSession::SqlSession(SqlSession&&) noexcept = default;
SqlSession& SqlSession::operator=(SqlSession&&) noexcept = default;
SqlSession::~SqlSession() = default;

SqlSession SqlSession::in_memory() { return SqlSession(std::make_unique<Data>(Data{open(":memory:", nullptr)})); }

SqlSession SqlSession::on_file(const std::string& path) {
  SqlSession session(std::make_unique<Data>(Data{open(path, never_writing_vfs())}));
  session.query("PRAGMA query_only = ON", {}, {});
  return session;
}

SqlSession SqlSession::on_file_at_rest(const std::string& path) {
  SqlSession session(std::make_unique<Data>(Data{open(uri_of(path) + "?immutable=1", never_writing_vfs())}));
  session.query("PRAGMA query_only = ON", {}, {});
  return session;
}

void SqlSession::fill(const std::string& sql, const Parameters& parameters) {
  sqlite3_stmt* prepared = nullptr;
  int code = sqlite3_prepare_v2(data_->db.get(), sql.c_str(), -1, &prepared, nullptr);
  const Statement statement(prepared);
  if (code == SQLITE_OK) {
    bind_all(prepared, parameters);
    code = sqlite3_step(prepared);
  }
  if (code != SQLITE_DONE) throw Error(Fault::internal, std::string("facts: ") + sqlite3_errmsg(data_->db.get()));
}

Answer SqlSession::query(const std::string& sql, const Parameters& parameters, const Limits& limits) {
  data_->busy = false;
  const Deadline deadline(data_->db.get(), limits.time);
  sqlite3_stmt* prepared = nullptr;
  int code = sqlite3_prepare_v2(data_->db.get(), sql.c_str(), -1, &prepared, nullptr);
  const Statement statement(prepared);
  if (code != SQLITE_OK) return data_->failure(code);
  if (sqlite3_stmt_readonly(prepared) == 0) {
    return {.status = Answer::Status::failed, .message = "the statement would write"};
  }
  bind_all(prepared, parameters);
  Answer answer;
  for (int i = 0; i < sqlite3_column_count(prepared); ++i)
    answer.columns.emplace_back(sqlite3_column_name(prepared, i));
  while ((code = sqlite3_step(prepared)) == SQLITE_ROW) {
    answer.truncated = answer.rows.size() >= limits.rows;
    if (answer.truncated) return answer;
    answer.rows.push_back(read_row(prepared));
  }
  return code == SQLITE_DONE ? answer : data_->failure(code);
}

bool SqlSession::was_busy() const { return data_->busy; }

std::string SqlSession::library_version() { return sqlite3_libversion(); }

}  // namespace rounds
