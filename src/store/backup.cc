#include "store/backup.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>

#include "error.h"
#include "store/schema.h"
#include "store/store_file.h"
#include "sys/fd.h"
#include "sys/file_lock.h"
#include "time/stamp.h"

namespace rounds {

namespace {

namespace fs = std::filesystem;

fs::path beside(const fs::path& file, const char* suffix) { return file.string() + suffix; }

/// Deletes the file at the end of the scope, whatever happened.
class Scratch {
 public:
  explicit Scratch(fs::path file) : file_(std::move(file)) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { unlink(file_.c_str()); }

 private:
  fs::path file_;
};

void make_empty(const fs::path& file) {
  const Fd made(open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!made && errno == EEXIST) throw Error(Fault::exists, file.string() + ": is there already", "name another file");
  if (!made) throw sys_error(file, "make the file");
}

void sync_file(const fs::path& file) {
  const Fd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd || fsync(fd.get()) != 0) throw sys_error(file, "sync");
}

void require_sound(const fs::path& file, const fs::path& origin) {
  Sqlite db = Sqlite::open(file, Sqlite::Mode::immutable);
  if (known_schema_version(db, origin) == 0) {
    throw Error(Fault::bad_data, origin.string() + ": is empty, no store of rounds");
  }
  const std::string said = db.value<std::string>("PRAGMA integrity_check(1)").value_or("no answer");
  if (said != "ok") throw Error(Fault::bad_data, origin.string() + ": is damaged: " + said);
}

void copy_checked(Sqlite& source, const fs::path& origin, const fs::path& to) {
  make_empty(to);
  try {
    source.copy_to(to);
    sync_file(to);
    require_sound(to, origin);
  } catch (const Error& error) {
    const std::string text = error.what();
    const std::string copy = to.string();
    // Damage that shows itself in the copy is the original's.
    if (error.fault() != Fault::bad_data || !text.starts_with(copy)) throw;
    throw Error(Fault::bad_data, origin.string() + text.substr(copy.size()), error.hint());
  }
}

/// Files beside the store whose names begin with its name and `.backup`; the newest one, or an empty path.
fs::path newest_backup(const fs::path& file) {
  const std::string prefix = file.filename().string() + ".backup";
  fs::path newest;
  fs::file_time_type newest_time = fs::file_time_type::min();
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(file.parent_path(), failed)) {
    if (entry.path().filename().string().rfind(prefix, 0) != 0) continue;
    const fs::file_time_type time = entry.last_write_time(failed);
    if (failed || time < newest_time) continue;
    newest = entry.path();
    newest_time = time;
  }
  return newest;
}

void link_if_there(const fs::path& from, const fs::path& to) {
  if (link(from.c_str(), to.c_str()) != 0 && errno != ENOENT) throw sys_error(from, "keep under a second name");
}

/// Outputs too large for a store, under second names beside the store that goes aside. Where they are they stay: those
/// that the other store knows are its own, and the next scheduler sweeps the rest.
void share_outputs(const fs::path& spool, const fs::path& aside) {
  if (!fs::is_directory(spool)) return;
  make_private_folders(aside);
  for (const fs::directory_entry& entry : fs::directory_iterator(spool)) {
    if (entry.is_regular_file()) link_if_there(entry.path(), aside / entry.path().filename());
  }
}

/// Its keepers would wait for a scheduler that finds them by their sockets.
void drop_sockets(const fs::path& spool) {
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(spool, failed)) {
    if (entry.is_socket(failed)) unlink(entry.path().c_str());
  }
}

}  // namespace

fs::path backup_place(const fs::path& store, Due now) {
  std::string time = utc_text(now);
  time.erase(std::remove_if(time.begin(), time.end(), [](char c) { return c == '-' || c == ':'; }), time.end());
  return store.string() + ".backup-" + time;
}

void write_backup(Store& store, const fs::path& to) {
  if (fs::exists(fs::symlink_status(to))) throw Error(Fault::exists, to.string() + ": is there already", "name another file");
  const fs::path folder = fs::absolute(to).parent_path();
  const fs::path draft = folder / ("." + to.filename().string() + "." + std::to_string(getpid()));
  const Scratch gone(draft);
  copy_checked(store.db(), store.file(), draft);
  if (renameat2(AT_FDCWD, draft.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == EEXIST) throw Error(Fault::exists, to.string() + ": is there already", "name another file");
    throw sys_error(to, "rename");
  }
  sync_folder(folder);
}

void copy_sound_store(const fs::path& from, const fs::path& to) {
  if (!fs::is_regular_file(from)) throw Error(Fault::not_found, from.string() + ": no such file");
  require_trust(from);
  std::error_code missing;
  const bool has_log = fs::file_size(beside(from, "-wal"), missing) > 0 && !missing;
  Sqlite source = Sqlite::open(from, has_log ? Sqlite::Mode::read_only : Sqlite::Mode::immutable);
  copy_checked(source, from, to);
}

std::string damage_hint(const fs::path& file) {
  const fs::path backup = newest_backup(file);
  // What the damaged store's log holds must not be played back into what takes its place.
  if (backup.empty()) {
    return "no backup lies beside it; move it away together with its -wal and -shm to begin with an empty store";
  }
  return "the newest backup beside it: rounds backup restore " + backup.string();
}

void drop_siblings(const fs::path& file) {
  for (const char* suffix : {"-wal", "-shm", ".queue", ".maintenance"}) unlink(beside(file, suffix).c_str());
}

void exchange_store(const fs::path& fresh, const fs::path& file, const fs::path& aside) {
  FileLock queue(beside(file, ".queue"));
  FileLock maintenance(beside(file, ".maintenance"));
  queue.lock();
  maintenance.lock();
  const fs::path folder = file.parent_path();
  link_if_there(file, aside);
  link_if_there(beside(file, "-wal"), beside(aside, "-wal"));
  sync_folder(folder);
  for (const char* suffix : {"-wal", "-shm"}) unlink(beside(file, suffix).c_str());
  share_outputs(beside(file, ".spool"), beside(aside, ".spool"));
  drop_sockets(beside(file, ".spool"));
  if (rename(fresh.c_str(), file.c_str()) != 0) throw sys_error(fresh, "rename");
  sync_folder(folder);
  queue.touch();
  maintenance.unlock();
  queue.unlock();
}

}  // namespace rounds
