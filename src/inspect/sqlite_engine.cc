#include "inspect/sqlite_engine.h"

#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <utility>

#include "error.h"
#include "inspect/host/table.h"
#include "inspect/sqlite_file.h"
#include "inspect/sqlite_naive_copy.h"
#include "inspect/sqlite_objects.h"

namespace rounds {

namespace {

constexpr const char* kMakeConnection = "CREATE TABLE connection(target, state, reason, took_ms)";
constexpr const char* kFillConnection = "INSERT INTO connection VALUES(:target, :state, :reason, :took_ms)";
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
    const SqliteFile file = look_at_sqlite_file(instance_.path);
    fill_file_facts(facts_, file);
    file_seen_ = true;
    danger = danger_of(file);
    if (danger.empty()) session_ = SqlSession::on_file(file.path);
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

Connection SqliteEngine::connect() {
  const auto start = std::chrono::steady_clock::now();
  connection_ = reach();
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  facts_.fill(kMakeConnection, {});
  facts_.fill(kFillConnection, {{"target", instance_.path},
                                {"state", to_text(connection_.state)},
                                {"reason", connection_.reason},
                                {"took_ms", std::int64_t{took.count()}}});
  return connection_;
}

Capabilities SqliteEngine::capabilities() const {
  Capabilities can{.version = SqlSession::library_version(), .privileges = {}};
  if (file_seen_) can.privileges.insert("file");
  if (!instance_.backups.empty()) can.privileges.insert("backups");
  return can;
}

void SqliteEngine::look_for_backups() {
  if (backups_) return;
  backups_ = find_backups(instance_.backups, std::time(nullptr));
  // A pattern may fit the database itself, which is no backup; and opening it here would drop its locks.
  std::erase_if(*backups_, [&](const BackupFile& file) {
    std::error_code error;
    return std::filesystem::equivalent(file.path, instance_.path, error) && !error;
  });
  fill_backup_facts(facts_, instance_.backups, *backups_);
}

void SqliteEngine::look_into_newest_backup(const Limits& limits) {
  look_for_backups();
  if (std::exchange(backup_seen_, true)) return;
  if (backups_->empty()) return fill_content_facts(facts_, "", {}, std::nullopt);
  const BackupContent content = look_into_backup(backups_->front(), limits);
  const auto live_rows = content.rows && session_ ? count_rows(*session_, limits) : std::nullopt;
  fill_content_facts(facts_, backups_->front().path, content, live_rows);
}

void SqliteEngine::watch_writer() {
  if (std::exchange(writer_seen_, true)) return;
  const SqliteWriter writer = watch_sqlite_writer(instance_.path);
  FactTable table(facts_, "writer", "path, pid, held_ms");
  table.add({instance_.path, writer.pid, writer.held_ms});
}

void SqliteEngine::compare_copy() {
  look_for_backups();
  if (std::exchange(copy_seen_, true)) return;
  FactTable table(facts_, "copy", "path, verdict, pages, obstacle");
  if (backups_->empty()) return;
  const BackupFile& newest = backups_->front();
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

Answer SqliteEngine::query(const std::string& probe, const std::string& sql, const Parameters& parameters,
                           const Limits& limits) {
  if (probe == "backup") look_for_backups();
  if (probe == "backup_content") look_into_newest_backup(limits);
  if (probe == "writer" && file_seen_) {
    watch_writer();
    return facts_.query(sql, parameters, limits);
  }
  if (probe == "backup_copy" && file_seen_) {
    compare_copy();
    return facts_.query(sql, parameters, limits);
  }
  if (probe == "objects" && session_) {
    if (!std::exchange(objects_seen_, true)) fill_object_facts(facts_, *session_, limits);
    return facts_.query(sql, parameters, limits);
  }
  const bool backup = probe == "backup" || probe == "backup_content";
  if (probe == "connection" || backup || (probe == "file" && file_seen_)) return facts_.query(sql, parameters, limits);
  if (probe.empty() && session_) return session_->query(sql, parameters, limits);
  const std::string reason = connection_.reason.empty() ? "no probe \"" + probe + "\" here" : connection_.reason;
  return {.status = Answer::Status::unavailable, .message = reason};
}

}  // namespace rounds
