#include "inspect/sqlite_engine.h"

#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <utility>

#include "error.h"
#include "inspect/host/table.h"
#include "inspect/logs/log_facts.h"
#include "inspect/sqlite_file.h"
#include "inspect/sqlite_naive_copy.h"
#include "inspect/sqlite_objects.h"

namespace rounds {

namespace {

constexpr const char* kTouch = "SELECT count(*) FROM sqlite_schema";

/// Why opening this file would change something beside it; empty when it would not.
std::string danger_of(const SqliteFile& file) {
  if (file.hot_journal()) return "a hot journal must be rolled back first";
  const bool foreign = ::geteuid() != 0 && static_cast<std::int64_t>(::geteuid()) != file.owner;
  if (file.wal_mode && !file.shm_exists && foreign) {
    return "the database is in WAL mode and nobody has it open: opening it would leave files that its owner cannot "
           "write";
  }
  return {};
}

/// A copy that has its own log beside it is complete.
bool is_sqlite_in_wal_mode(const BackupFile& file) {
  std::error_code error;
  const auto log_bytes = std::filesystem::file_size(file.path + "-wal", error);
  if (file.folder || (!error && log_bytes > 0)) return false;
  std::ifstream in(file.path, std::ios::binary);
  char header[20] = {};
  return in.read(header, sizeof header) && std::string(header, 15) == "SQLite format 3" && header[18] == 2;
}

}  // namespace

Connection SqliteEngine::reach() {
  std::string danger;
  try {
    file_ = look_at_sqlite_file(instance_.path);
    danger = danger_of(*file_);
    if (danger.empty()) session_ = SqlSession::on_file(file_->path);
  } catch (const Error& error) {
    return {Connection::State::unreachable, error.what()};
  }
  if (!danger.empty()) return {Connection::State::closed, danger};
  const Answer touched = session_->query(kTouch, {}, {});
  const bool usable = touched.status == Answer::Status::rows || touched.status == Answer::Status::corrupt;
  if (usable) return {Connection::State::open, {}};
  const bool locked = session_->was_busy();
  session_.reset();
  if (locked) return {Connection::State::locked, "another process keeps the database locked"};
  return {Connection::State::closed, "SQLite cannot read the database here: " + touched.message};
}

Connection SqliteEngine::connect() { return connection_ = reach(); }

Capabilities SqliteEngine::capabilities() const {
  Capabilities can{.version = SqlSession::library_version(), .missing = {{"backups", "no backups are declared"}}};
  if (file_) can.privileges.insert("file");
  if (!instance_.backups.empty()) can.privileges.insert("backups");
  return can;
}

const std::vector<BackupFile>& SqliteEngine::backups() {
  if (backups_) return *backups_;
  backups_ = find_backups(instance_.backups, std::time(nullptr));
  // A pattern may fit the database itself, which is no backup; and opening it here would drop its locks.
  std::erase_if(*backups_, [&](const BackupFile& file) {
    std::error_code error;
    return std::filesystem::equivalent(file.path, instance_.path, error) && !error;
  });
  return *backups_;
}

void SqliteEngine::look_into_newest_backup(SqlSession& facts, const Limits& limits) {
  if (backups().empty()) return fill_content_facts(facts, "", {}, std::nullopt);
  const BackupContent content = look_into_backup(backups().front(), limits);
  const auto live_rows = content.rows && session_ ? count_rows(*session_, limits) : std::nullopt;
  fill_content_facts(facts, backups().front().path, content, live_rows);
}

void SqliteEngine::watch_writer(SqlSession& facts) {
  const SqliteWriter writer = watch_sqlite_writer(instance_.path);
  FactTable table(facts, "writer", "path, pid, held_ms");
  table.add({instance_.path, writer.pid, writer.held_ms});
}

void SqliteEngine::compare_copy(SqlSession& facts) {
  FactTable table(facts, "copy", "path, verdict, pages, obstacle");
  if (backups().empty()) return;
  const BackupFile& newest = backups().front();
  try {
    if (!is_sqlite_in_wal_mode(newest)) return;
    const std::string real = std::filesystem::canonical(instance_.path);
    const NaiveCopy copy = compare_with_log(real, newest.path);
    const char* verdict = copy.verdict == NaiveCopy::Verdict::yes ? "yes" : "unknown";
    table.add({newest.path, copy.verdict == NaiveCopy::Verdict::no ? "no" : verdict, std::int64_t{copy.pages}, {}});
  } catch (const std::exception& error) {
    table.add({newest.path, "unknown", {}, error.what()});
  }
}

Answer SqliteEngine::query(const std::string& sql, const Parameters& parameters, const Limits& limits) {
  if (session_) return session_->query(sql, parameters, limits);
  return {.status = Answer::Status::unavailable, .message = connection_.reason};
}

LogRequest SqliteEngine::log_request() { return {.engine = "sqlite", .paths = instance_.logs}; }

Answer SqliteEngine::gather(const std::string& probe, SqlSession& facts, const Limits& limits) {
  if (probe == "file" && file_) {
    fill_file_facts(facts, *file_);
  } else if (probe == "backup") {
    fill_backup_facts(facts, instance_.backups, backups());
  } else if (probe == "backup_content") {
    look_into_newest_backup(facts, limits);
  } else if (probe == "writer" && file_) {
    watch_writer(facts);
  } else if (probe == "backup_copy" && file_) {
    compare_copy(facts);
  } else if (probe == "objects" && session_) {
    fill_object_facts(facts, *session_, limits);
  } else if (!connection_.reason.empty()) {
    return {.status = Answer::Status::unavailable, .message = connection_.reason};
  } else {
    return {.status = Answer::Status::unavailable, .message = "no probe \"" + probe + "\" here"};
  }
  return {};
}

}  // namespace rounds
