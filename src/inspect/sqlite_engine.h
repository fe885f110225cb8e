#pragma once
#include <optional>

#include "inspect/engine.h"
#include "inspect/sql_session.h"
#include "inspect/backup.h"

namespace rounds {

/// A SQLite database file. The probe `file` is what the file shows from outside, taken before SQLite opens it;
/// the probe `connection` is how opening went, `backup` its declared backups, `backup_content` a look into the newest;
/// `writer(path, pid, held_ms)` who holds the lock for writing for two seconds, `backup_copy` with `copy(path, verdict,
/// pages, obstacle)` whether the newest backup lacks what stood in the log, `objects` see `sqlite_objects.h`.
class SqliteEngine : public Engine {
 public:
  explicit SqliteEngine(Instance instance) : instance_(std::move(instance)), facts_(SqlSession::in_memory()) {}

  Connection connect() override;
  Capabilities capabilities() const override;
  Answer query(const std::string& probe, const std::string& sql, const Parameters& parameters,
               const Limits& limits) override;

 private:
  Connection reach();
  void look_for_backups();
  void look_into_newest_backup(const Limits& limits);
  void watch_writer();
  void compare_copy();

  Instance instance_;
  SqlSession facts_;
  bool file_seen_ = false;
  std::optional<std::vector<BackupFile>> backups_;  ///< absent: not looked for yet
  bool backup_seen_ = false, writer_seen_ = false, copy_seen_ = false, objects_seen_ = false;
  std::optional<SqlSession> session_;  ///< absent: not to be queried, for the reason in `connection_`
  Connection connection_;
};

}  // namespace rounds
