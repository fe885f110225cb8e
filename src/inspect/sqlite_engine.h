#pragma once
#include <optional>

#include "inspect/backup.h"
#include "inspect/engine.h"
#include "inspect/sql_session.h"
#include "inspect/sqlite_file.h"

namespace rounds {

/// A SQLite database file. The probe `file` is what the file shows from outside, taken before SQLite opens it;
/// `backup` are its declared backups, `backup_content` is a look into the newest.
class SqliteEngine : public Engine {
 public:
  explicit SqliteEngine(Instance instance) : instance_(std::move(instance)) {}

  Connection connect() override;
  Capabilities capabilities() const override;
  Answer query(const std::string& sql, const Parameters& parameters, const Limits& limits) override;
  Answer gather(const std::string& probe, SqlSession& facts, const Limits& limits) override;
  LogRequest log_request() override;

 private:
  Connection reach();
  const std::vector<BackupFile>& backups();
  void look_into_newest_backup(SqlSession& facts, const Limits& limits);
  void watch_writer(SqlSession& facts);
  void compare_copy(SqlSession& facts);

  Instance instance_;
  std::optional<SqliteFile> file_;                  ///< absent: could not be looked at
  std::optional<std::vector<BackupFile>> backups_;  ///< absent: not looked for yet
  std::optional<SqlSession> session_;               ///< absent: not to be queried, for the reason in `connection_`
  Connection connection_;
};

}  // namespace rounds
