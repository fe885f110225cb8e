#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>

#include "config/load.h"
#include "config/settings.h"
#include "error.h"
#include "loop/settle.h"
#include "store/files.h"
#include "store/store.h"
#include "sys/event_queue.h"
#include "time/now.h"

namespace rounds {

/// Keeps the store's jobs in step with the files of `jobs.d`. Only changed files are parsed; a broken one
/// keeps its last good jobs, marked stale; a directory that is gone removes nothing.
class JobFiles {
 public:
  JobFiles(Store& store, const Settings& settings);

  /// Changes come here; watch it for reading.
  int fd() const { return watch_.fd(); }
  /// Takes in what the file system reports; the work is done by `sync`.
  void note_changes(Now now);
  /// Jobs may have gone from the store: files that were refused a name may load now.
  void note_holders() { holders_changed_ = true; }
  /// Everything is to be looked at again, and watched: paths may have come and gone where nothing told us.
  void note_all();
  /// Brings the store in step with all that was noted. True when something changed in it.
  bool sync(const Edit& edit);
  /// When what is unsettled is to be looked at: files that vanished are given a moment to come back (editors swap
  /// them), all files of a directory that was made anew a longer one. By the boot clock.
  std::optional<std::chrono::nanoseconds> next_look() const;

 private:
  void watch_directory();
  void note_change(const FileWatch::Change& change, Now now);
  void unsettle(const std::string& name, std::chrono::nanoseconds until);
  void look_again(const std::string& name, Now now);
  void note_directory_anew(Now now);
  void believe_settled(Now now);
  bool sync_noted(const Edit& edit);
  bool sync_all(const Edit& edit);
  bool miss_file(const std::filesystem::path& path, const Edit& edit);
  bool sync_file(const std::string& name, const Edit& edit);
  bool days_changed(const std::string& path, const std::string& text);
  bool load(const std::string& path, const FileText& text, const Edit& edit);
  bool store_jobs(const LoadedFile& file, const JobFile& seen, const Edit& edit);
  bool keep_unread(const std::string& path, const Error& error, Now now);
  bool keep_stale(const JobFile& seen, Now now);
  bool drop_file(const std::string& path, const Edit& edit);
  bool retry_refused(const Edit& edit);
  bool directory_exists() const;

  Store& store_;
  const Settings& settings_;
  FileWatch watch_;
  std::optional<int> directory_watch_;
  std::optional<int> above_watch_;  ///< the nearest folder above it
  std::string awaited_;             ///< the name in that folder on the way to the directory
  bool all_ = true;
  bool holders_changed_ = false;
  bool looked_ = false;            ///< at all files, once; or for them in vain
  bool was_there_ = true;          ///< the directory
  bool anew_ = false;              ///< the directory has come (back) and was not looked at since
  std::set<std::string> changed_;  ///< names in the directory
  /// Names that vanished, or of which only the beginning may be there: believed when none had news for a moment, so
  /// that a directory being cleared counts as one event.
  std::set<std::string> unsettled_;
  std::chrono::nanoseconds settled_at_{};  ///< boot clock
  std::map<std::string, std::chrono::nanoseconds> open_for_writing_;  ///< when last seen, and how long until another look
};

/// Whether the job keeps its name from a file that defines one of that name. A job whose own file is no longer there
/// moves to the file that names it now: what vanished was renamed.
bool holds_name(const StoredJob& holder, const std::string& file);
/// The problem that such a file then has.
Diagnostic taken(const std::string& shown_path, const LoadedJob& loaded, const StoredJob& holder);

}  // namespace rounds
