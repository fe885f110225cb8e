#include "store/store.h"

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "error.h"
#include "store/backup.h"
#include "store/schema.h"
#include "store/store_file.h"
#include "sys/file_lock.h"

namespace rounds {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kBusyTimeout{5000};
/// A checkpoint that has to wait longer than this keeps writers waiting for nothing.
constexpr milliseconds kCheckpointPatience{20};

fs::path beside(const fs::path& file, const char* suffix) { return file.string() + suffix; }

/// Lets go of the lock at the end of the scope.
class Release {
 public:
  explicit Release(FileLock& lock) : lock_(lock) {}
  Release(const Release&) = delete;
  Release& operator=(const Release&) = delete;
  ~Release() { lock_.unlock(); }

 private:
  FileLock& lock_;
};

/// A small page cache and no mapping keep a scheduler of 100,000 jobs small.
void configure(Sqlite& db) {
  db.set_busy_timeout(kBusyTimeout);
  db.exec("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -1024; PRAGMA mmap_size = 0");
}

/// Sets the connection up and tells its schema's version. Throws with a hint when the file is damaged: this is the
/// first look into it.
int prepare(Sqlite& db, const fs::path& file) {
  try {
    configure(db);
    return known_schema_version(db, file);
  } catch (const Error& error) {
    if (error.fault() != Fault::bad_data || !error.hint().empty()) throw;
    throw Error(Fault::bad_data, error.what(), damage_hint(file));
  }
}

void bring_up_to_date(Sqlite& db, const fs::path& file, FileLock& queue) {
  queue.lock();
  const Release release(queue);
  if (db.value<std::string>("PRAGMA journal_mode = WAL") != "wal") {
    throw Error(Fault::config, file.string() + ": its file system cannot hold a write-ahead log");
  }
  migrate(db, file, migrations());
}

/// A store that nobody has open and whose log is empty is complete in its file. Reading it without locks
/// makes no files beside it, and works in a folder that may not be written.
Sqlite::Mode reading_mode(const fs::path& file) {
  std::error_code missing;
  const bool has_log = fs::file_size(beside(file, "-wal"), missing) > 0 && !missing;
  const bool in_use = fs::exists(beside(file, "-shm"), missing);
  return has_log || in_use ? Sqlite::Mode::read_only : Sqlite::Mode::immutable;
}

}  // namespace

struct Store::Data {
  fs::path file;
  FileId identity;
  Sqlite db;
  std::optional<FileLock> queue;        ///< absent: opened for reading alone
  std::optional<FileLock> maintenance;  ///< absent: the same

  FileLock& writer_queue() {
    if (!queue) throw Error(Fault::internal, file.string() + ": was opened for reading alone");
    return *queue;
  }
};

Store Store::open(const fs::path& file) {
  make_private_folders(fs::absolute(file).parent_path());
  const fs::path real = real_path(file);
  require_local(real.parent_path());
  require_trust(real.parent_path());
  make_private_file(real);
  const FileId identity = identify(real);
  require_trust(real);
  auto data = std::make_unique<Data>(Data{real, identity, Sqlite::open(real, Sqlite::Mode::write), {}, {}});
  const bool outdated = prepare(data->db, real) < static_cast<int>(migrations().size());
  data->queue.emplace(beside(real, ".queue"));
  data->maintenance.emplace(beside(real, ".maintenance"));
  if (outdated) bring_up_to_date(data->db, real, *data->queue);
  make_private_folders(beside(real, ".spool"));
  return Store(std::move(data));
}

Store Store::open_read_only(const fs::path& file) {
  std::error_code unknown;
  if (!fs::exists(file, unknown) && !unknown) {
    throw Error(Fault::not_found, file.string() + ": there is no store yet",
                "begin one with: rounds add, or: rounds run");
  }
  const fs::path real = real_path(file);
  require_local(real.parent_path());
  auto data = std::make_unique<Data>(Data{real, identify(real), Sqlite::open(real, reading_mode(real)), {}, {}});
  if (prepare(data->db, real) < static_cast<int>(migrations().size())) {
    throw Error(Fault::temporary, real.string() + ": is a store of an older rounds",
                "start rounds run once, or make any change, to bring it up to date");
  }
  return Store(std::move(data));
}

Store::Store(std::unique_ptr<Data> data) : data_(std::move(data)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

const fs::path& Store::file() const { return data_->file; }
fs::path Store::spool() const { return beside(data_->file, ".spool"); }
Sqlite& Store::db() { return data_->db; }

void Store::write(const std::function<void()>& body) {
  FileLock& queue = data_->writer_queue();
  queue.lock();
  const Release release(queue);
  if (!write_now(kBusyTimeout, body)) {
    throw Error(Fault::temporary, data_->file.string() + ": another program holds its lock");
  }
}

bool Store::try_write(milliseconds patience, const std::function<void()>& body) {
  const auto deadline = Clock::now() + patience;
  FileLock& queue = data_->writer_queue();
  if (!queue.try_lock_for(patience)) return false;
  const Release release(queue);
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
  return write_now(std::max(left, milliseconds(0)), body);
}

bool Store::write_now(milliseconds patience, const std::function<void()>& body) {
  std::optional<Transaction> transaction = data_->db.try_begin(patience);
  if (!transaction) return false;
  if (!still_in_place()) {
    throw Error(Fault::temporary, data_->file.string() + ": was moved away or replaced while in use");
  }
  body();
  transaction->commit();
  data_->writer_queue().touch();
  return true;
}

std::filesystem::path Store::changes_file() const { return beside(data_->file, ".queue"); }

std::int64_t Store::wal_bytes() const {
  std::error_code missing;
  const std::uintmax_t size = fs::file_size(beside(data_->file, "-wal"), missing);
  return missing ? 0 : static_cast<std::int64_t>(size);
}

bool Store::checkpoint() {
  if (wal_bytes() == 0) return true;
  FileLock& queue = data_->writer_queue();
  if (!data_->maintenance->try_lock_for(milliseconds(0))) return false;
  const Release maintained(*data_->maintenance);
  if (!queue.try_lock_for(kCheckpointPatience)) return false;
  const Release queued(queue);
  data_->db.set_busy_timeout(kCheckpointPatience);
  const auto busy = data_->db.value<bool>("PRAGMA wal_checkpoint(TRUNCATE)");
  data_->db.set_busy_timeout(kBusyTimeout);
  return busy == false;
}

bool Store::still_in_place() const {
  struct stat info {};
  if (lstat(data_->file.c_str(), &info) != 0) return false;
  return FileId{info.st_dev, info.st_ino} == data_->identity;
}

}  // namespace rounds
