#include "store/schema.h"

#include "error.h"

namespace rounds {

namespace {

using namespace std::chrono_literals;

/// "rnds": tells a store from other SQLite files. The script below says the same number.
constexpr std::int64_t kApplicationId = 0x726e6473;

// Due moments are seconds; columns that end in `_ms` hold milliseconds. A job's `priority`, `enabled` and tags
// repeat what its definition says, for indexes; so do pool and slots.
constexpr Sql kVersion1 = R"sql(
CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  priority INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  next_due INTEGER,
  watermark INTEGER,
  first_seen INTEGER NOT NULL,
  stale INTEGER NOT NULL DEFAULT 0,
  completed INTEGER NOT NULL DEFAULT 0,
  removed_at_ms INTEGER,
  paused_at_ms INTEGER,
  paused_until INTEGER,
  pause_reason TEXT NOT NULL DEFAULT '',
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  run_count INTEGER NOT NULL DEFAULT 0,
  scheduled_runs INTEGER NOT NULL DEFAULT 0,
  source_file TEXT,
  source_line INTEGER NOT NULL,
  definition TEXT NOT NULL
) STRICT;
CREATE INDEX job_list ON job (name, removed_at_ms);
CREATE INDEX job_due ON job (next_due, priority, id) WHERE next_due IS NOT NULL;
CREATE INDEX job_source ON job (source_file) WHERE source_file IS NOT NULL;

CREATE TABLE job_tag (
  tag TEXT NOT NULL,
  job_id INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  PRIMARY KEY (tag, job_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_tag_job ON job_tag (job_id);

CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  due INTEGER NOT NULL,
  last_due INTEGER NOT NULL,
  count INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  phase TEXT NOT NULL,
  verdict TEXT,
  final INTEGER NOT NULL,
  reason TEXT,
  detail TEXT NOT NULL,
  cause TEXT NOT NULL,
  occurrence INTEGER,
  window_from INTEGER NOT NULL,
  window_to INTEGER NOT NULL,
  not_before_ms INTEGER,
  keeper_id INTEGER,
  spool_key INTEGER NOT NULL,
  claimed_at_ms INTEGER,
  started_at_ms INTEGER,
  finished_at_ms INTEGER,
  exit_code INTEGER,
  signal INTEGER,
  cpu_ms INTEGER,
  max_rss_bytes INTEGER,
  output_bytes INTEGER,
  output_truncated INTEGER NOT NULL,
  waited_for INTEGER,
  stop_requested INTEGER NOT NULL,
  overrides TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX run_occurrence ON run (job_id, epoch, due, attempt)
  WHERE occurrence IS NULL AND cause NOT IN ('manual', 'hook');
CREATE INDEX run_job ON run (job_id);
CREATE INDEX run_last_due ON run (epoch, last_due);
CREATE INDEX run_open ON run (job_id) WHERE verdict IS NULL;
CREATE INDEX run_waiting ON run (not_before_ms) WHERE verdict IS NULL AND phase = 'claimed' AND keeper_id IS NULL;
CREATE INDEX run_stop ON run (id) WHERE verdict IS NULL AND stop_requested;
CREATE INDEX run_failed ON run (job_id, finished_at_ms, verdict)
  WHERE verdict IN ('failed', 'timed_out', 'killed', 'not_started', 'unknown');

CREATE TABLE output (
  run_id INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE keeper (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  boot_id TEXT NOT NULL,
  pid_namespace INTEGER NOT NULL,
  pid INTEGER NOT NULL
) STRICT;

CREATE TABLE fact (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  job TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;

CREATE TABLE file (
  path TEXT NOT NULL PRIMARY KEY,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  hash INTEGER NOT NULL,
  problems TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE target (
  name TEXT NOT NULL PRIMARY KEY,
  engine TEXT NOT NULL,
  path TEXT NOT NULL,
  business TEXT NOT NULL,
  host TEXT NOT NULL,
  labels TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE inspection (
  id INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  tier TEXT NOT NULL,
  targets TEXT NOT NULL,
  critical INTEGER NOT NULL,
  warning INTEGER NOT NULL,
  info INTEGER NOT NULL,
  run_id INTEGER,
  document TEXT NOT NULL
) STRICT;

PRAGMA application_id = 0x726e6473;
PRAGMA user_version = 1;
)sql";

/// Targets declare their backups.
constexpr Sql kVersion2 = R"sql(
ALTER TABLE target ADD COLUMN backups TEXT NOT NULL DEFAULT '[]';
PRAGMA user_version = 2;
)sql";

/// Jobs take slots of pools; hooks are no runs of the job's own.
constexpr Sql kVersion3 = R"sql(
ALTER TABLE job ADD COLUMN pool TEXT NOT NULL DEFAULT 'default';
ALTER TABLE job ADD COLUMN slots INTEGER NOT NULL DEFAULT 1;
PRAGMA user_version = 3;
)sql";

/// Whether a row may go is asked of those that refer to it.
constexpr Sql kVersion4 = R"sql(
CREATE INDEX run_of_occurrence ON run (occurrence) WHERE occurrence IS NOT NULL;
CREATE INDEX run_waited_for ON run (waited_for) WHERE waited_for IS NOT NULL;
CREATE INDEX inspection_run ON inspection (run_id) WHERE run_id IS NOT NULL;
PRAGMA user_version = 4;
)sql";

/// A target is kept as `targets.d` would say it. Snapshots are what inspections and collectors measured.
constexpr Sql kVersion5 = R"sql(
CREATE TABLE target_definition (
  name TEXT NOT NULL PRIMARY KEY,
  definition TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO target_definition (name, definition, created_at_ms, updated_at_ms)
SELECT name,
       '[target.' || json_quote(name) || ']' || char(10) || 'engine = ' || json_quote(engine) || char(10) ||
       'path = ' || json_quote(replace(path, char(127), '?')) || char(10) || 'business = ' || json_quote(business) || char(10) ||
       'host = ' || json_quote(host) || char(10) || 'labels = ' || labels || char(10) || 'backups = ' || backups || char(10),
       created_at_ms, updated_at_ms
FROM target;
DROP TABLE target;
ALTER TABLE target_definition RENAME TO target;
CREATE TABLE snapshot (
  target TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  inspection INTEGER,
  document TEXT NOT NULL,
  PRIMARY KEY (target, at_ms)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 5;
)sql";

constexpr Migration kMigrations[] = {
    [](Sqlite& db) { db.exec(kVersion1); },
    [](Sqlite& db) { db.exec(kVersion2); },
    [](Sqlite& db) { db.exec(kVersion3); },
    [](Sqlite& db) { db.exec(kVersion4); },
    [](Sqlite& db) { db.exec(kVersion5); },
};

std::int64_t pragma_version(Sqlite& db) { return db.value<std::int64_t>("PRAGMA user_version").value_or(0); }

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

int known_schema_version(Sqlite& db, const std::string& file) {
  const bool empty = db.value<std::int64_t>("SELECT COUNT(*) FROM sqlite_schema").value_or(0) == 0;
  const std::int64_t version = pragma_version(db);
  if (empty && version == 0) return 0;
  if (db.value<std::int64_t>("PRAGMA application_id") != kApplicationId) {
    throw Error(Fault::bad_data, file + ": is a SQLite database, but no store of rounds",
                "name another file with --store");
  }
  const auto known = static_cast<std::int64_t>(migrations().size());
  if (version > known) {
    throw Error(Fault::bad_data,
                file + ": is a store of schema " + std::to_string(version) + ", this rounds knows up to " +
                    std::to_string(known),
                "upgrade rounds; the file was not changed");
  }
  return static_cast<int>(version);
}

void migrate(Sqlite& db, const std::string& file, std::span<const Migration> steps) {
  std::optional<Transaction> transaction = db.try_begin(5s);
  if (!transaction) throw Error(Fault::temporary, file + ": another program holds the lock");
  const auto first = static_cast<std::size_t>(pragma_version(db));
  for (std::size_t i = first; i < steps.size(); ++i) steps[i](db);
  transaction->commit();
}

}  // namespace rounds
