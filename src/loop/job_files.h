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
  /// Everything is to be looked at again.
  void note_all();
  /// Brings the store in step with all that was noted. True when something changed in it.
  bool sync(const Edit& edit);
  /// A vanished file is given this long to come back (editors swap files); the boot clock's next moment to look.
  std::optional<std::chrono::nanoseconds> next_look() const;

 private:
  void watch_directory();
  void believe_vanished(Now now);
  bool sync_noted(const Edit& edit);
  bool sync_all(const Edit& edit);
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
  std::optional<int> parent_watch_;
  bool all_ = true;
  bool holders_changed_ = false;
  bool was_there_ = true;
  std::set<std::string> changed_;                                ///< names in the directory
  std::map<std::string, std::chrono::nanoseconds> vanished_;     ///< names, and when to believe it
};

}  // namespace rounds
