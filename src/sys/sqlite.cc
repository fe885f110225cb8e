#include "sys/sqlite.h"

#include <sqlite3.h>

#include <cstring>
#include <unordered_map>
#include <utility>

#include "error.h"

namespace rounds {

/// What a connection's statements share with it; stays in place when the Sqlite moves.
struct SqliteState {
  std::string file;
  sqlite3* db = nullptr;
  std::unordered_map<const char*, sqlite3_stmt*> idle;  ///< by the address of their literal
  std::chrono::milliseconds busy_timeout{0};

  ~SqliteState() {
    for (const auto& [key, statement] : idle) sqlite3_finalize(statement);
    sqlite3_close_v2(db);
  }
};

namespace {

Fault fault_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
    case SQLITE_PROTOCOL: return Fault::temporary;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH: return Fault::permission;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT: return Fault::bad_data;
  }
  return Fault::internal;
}

Error error_of(const SqliteState& state) {
  const int code = sqlite3_extended_errcode(state.db);
  std::string message = state.file + ": " + sqlite3_errmsg(state.db);
  const int err = sqlite3_system_errno(state.db);
  const bool system = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
  if (system && err != 0) message += std::string(" (") + std::strerror(err) + ")";
  return Error(fault_of(code), message);
}

void require_ok(const SqliteState& state, int code) {
  if (code != SQLITE_OK) throw error_of(state);
}

/// The URI of that file: `?`, `#` and `%` in its name are escaped.
std::string uri_of(const std::string& file, std::string_view parameters) {
  std::string uri = "file:";
  for (const char c : file) {
    switch (c) {
      case '?': uri += "%3f"; break;
      case '#': uri += "%23"; break;
      case '%': uri += "%25"; break;
      default: uri += c;
    }
  }
  return uri.append(parameters);
}

std::string uri_of(const std::string& file, Sqlite::Mode mode) {
  switch (mode) {
    case Sqlite::Mode::create: return uri_of(file, "?mode=rwc");
    case Sqlite::Mode::write: return uri_of(file, "?mode=rw");
    case Sqlite::Mode::read_only: return uri_of(file, "?mode=ro");
    case Sqlite::Mode::immutable: return uri_of(file, "?mode=ro&immutable=1");
  }
  return {};
}

}  // namespace

Statement::Statement(SqliteState& state, sqlite3_stmt* handle, const char* key)
    : state_(&state), handle_(handle), key_(key) {}

Statement::Statement(Statement&& other) noexcept
    : state_(other.state_), handle_(std::exchange(other.handle_, nullptr)), key_(other.key_) {}

Statement::~Statement() {
  if (!handle_) return;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
  // The same literal may be in use twice at once; one statement of it is enough to keep.
  const bool kept = state_->idle.try_emplace(key_, handle_).second;
  if (!kept) sqlite3_finalize(handle_);
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  throw error_of(*state_);
}

bool Statement::is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }
std::int64_t Statement::integer_at(int column) const { return sqlite3_column_int64(handle_, column); }

std::string_view Statement::bytes_at(int column) const {
  // Numbers become text here; the size has to be asked for after that.
  const void* data = sqlite3_column_type(handle_, column) == SQLITE_BLOB ? sqlite3_column_blob(handle_, column)
                                                                         : sqlite3_column_text(handle_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
  return {static_cast<const char*>(data), data ? size : 0};
}

void Statement::bind_null(int place) { require_ok(*state_, sqlite3_bind_null(handle_, place)); }
void Statement::bind_integer(int place, std::int64_t value) {
  require_ok(*state_, sqlite3_bind_int64(handle_, place, value));
}

void Statement::bind_text(int place, std::string_view value) {
  const char* text = value.data() ? value.data() : "";
  require_ok(*state_, sqlite3_bind_text64(handle_, place, text, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind_blob(int place, std::string_view value) {
  const char* bytes = value.data() ? value.data() : "";
  require_ok(*state_, sqlite3_bind_blob64(handle_, place, bytes, value.size(), SQLITE_TRANSIENT));
}

Transaction::Transaction(SqliteState& state) : state_(&state) {}
Transaction::Transaction(Transaction&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}

Transaction::~Transaction() {
  // After some errors SQLite has rolled back by itself, and there is nothing left to undo.
  const bool open = state_ && sqlite3_get_autocommit(state_->db) == 0;
  if (open) sqlite3_exec(state_->db, "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() { require_ok(*state_, sqlite3_exec(state_->db, "COMMIT", nullptr, nullptr, nullptr)); }

Sqlite Sqlite::open(const std::string& file, Mode mode) {
  auto state = std::make_unique<SqliteState>();
  state->file = file;
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(uri_of(file, mode).c_str(), &state->db, kFlags, nullptr);
  if (!state->db) throw Error(Fault::temporary, file + ": out of memory");
  sqlite3_extended_result_codes(state->db, 1);
  require_ok(*state, code);
  sqlite3_db_config(state->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_wal_autocheckpoint(state->db, 0);
  return Sqlite(std::move(state));
}

Sqlite::Sqlite(std::unique_ptr<SqliteState> state) : state_(std::move(state)) {}
Sqlite::Sqlite(Sqlite&&) noexcept = default;
Sqlite& Sqlite::operator=(Sqlite&&) noexcept = default;
Sqlite::~Sqlite() = default;

Statement Sqlite::prepare(Sql sql) {
  if (const auto node = state_->idle.extract(sql.text())) return Statement(*state_, node.mapped(), sql.text());
  sqlite3_stmt* statement = nullptr;
  require_ok(*state_, sqlite3_prepare_v3(state_->db, sql.text(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
  return Statement(*state_, statement, sql.text());
}

void Sqlite::exec(Sql script) {
  require_ok(*state_, sqlite3_exec(state_->db, script.text(), nullptr, nullptr, nullptr));
}

std::optional<Transaction> Sqlite::try_begin(std::chrono::milliseconds patience) {
  const auto before = state_->busy_timeout;
  set_busy_timeout(patience);
  const int code = sqlite3_exec(state_->db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
  set_busy_timeout(before);
  if ((code & 0xff) == SQLITE_BUSY) return std::nullopt;
  require_ok(*state_, code);
  return Transaction(*state_);
}

void Sqlite::copy_to(const std::string& file) {
  Sqlite copy = open(file, Mode::write);
  // One that is not finished is thrown away, so it needs no journal; the caller syncs it.
  copy.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
  sqlite3_backup* backup = sqlite3_backup_init(copy.state_->db, "main", state_->db, "main");
  if (!backup) throw error_of(*copy.state_);
  sqlite3_backup_step(backup, -1);
  require_ok(*copy.state_, sqlite3_backup_finish(backup));
}

std::int64_t Sqlite::changes() const { return sqlite3_changes64(state_->db); }
std::int64_t Sqlite::last_insert_id() const { return sqlite3_last_insert_rowid(state_->db); }

void Sqlite::set_busy_timeout(std::chrono::milliseconds timeout) {
  state_->busy_timeout = timeout;
  sqlite3_busy_timeout(state_->db, static_cast<int>(timeout.count()));
}

}  // namespace rounds
