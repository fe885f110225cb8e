#include "loop/job_files.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/inotify.h>

#include <algorithm>
#include <filesystem>

#include "core/utf8.h"
#include "error.h"
#include "loop/define.h"
#include "loop/log.h"
#include "store/events.h"
#include "store/jobs.h"
#include "sys/fd.h"

namespace rounds {

namespace {

constexpr std::chrono::milliseconds kBelieveFile{30};
constexpr std::chrono::milliseconds kBelieveDirectory{1000};
constexpr std::uint32_t kFileChanges = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE;
constexpr std::uint32_t kOwnChanges = IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
constexpr std::uint32_t kArrivals = IN_CREATE | IN_MOVED_TO;

bool is_there(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

bool is_folder(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

/// Whether somebody has the file open for writing. A read lease (fcntl(2)) is given only where nobody has; where none
/// can be had at all, as on a file of somebody else, this is not known.
bool is_being_written(const std::string& path) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  fcntl(fd.get(), F_SETSIG, SIGURG);  // sent to us when somebody waits; without effect by default
  return fd && fcntl(fd.get(), F_SETLEASE, F_RDLCK) != 0 && errno == EAGAIN;
}

bool is_job_file(const std::string& name) { return !name.starts_with('.') && name.ends_with(".toml"); }

std::optional<JobFile> find_file(Store& store, const std::string& path) {
  for (JobFile& file : all_files(store)) {
    if (file.path == path) return std::move(file);
  }
  return std::nullopt;
}

}  // namespace

Diagnostic taken(const std::string& shown_path, const LoadedJob& loaded, const StoredJob& holder) {
  return about(loaded, shown_path, "the name \"" + loaded.job.name.text() + "\" is taken by " + to_text(holder.source),
               "rename one of them; this one loads when the other is gone");
}

bool holds_name(const StoredJob& holder, const std::string& file) {
  if (holder.removed_at || holder.source.file == file) return false;
  return !holder.source.file || is_there(*holder.source.file);
}

JobFiles::JobFiles(Store& store, const Settings& settings) : store_(store), settings_(settings) { watch_directory(); }

bool JobFiles::directory_exists() const { return is_folder(settings_.jobs_dir); }

/// The directory, and the nearest folder above it that is there: in which it, or the way to it, may come.
void JobFiles::watch_directory() {
  std::filesystem::path wanted = settings_.jobs_dir;
  const auto before = above_watch_;
  for (;;) {
    const std::filesystem::path above = wanted.parent_path();
    above_watch_ = watch_.add(above, kArrivals | kOwnChanges);
    awaited_ = wanted.filename();
    if (!above_watch_ && above != above.parent_path()) {
      wanted = above;
    } else if (wanted != settings_.jobs_dir && is_folder(wanted)) {
      wanted = settings_.jobs_dir;  // it came while we climbed
    } else {
      break;
    }
  }
  if (before && before != above_watch_) watch_.remove(*before);
  directory_watch_ = watch_.add(settings_.jobs_dir, kFileChanges | kOwnChanges);
}

void JobFiles::note_changes(Now now) {
  for (const auto& change : watch_.read()) note_change(change, now);
}

void JobFiles::note_change(const FileWatch::Change& change, Now now) {
  if ((change.mask & IN_Q_OVERFLOW) != 0) {
    all_ = true;
  } else if (change.watch == above_watch_) {
    if (change.name.empty() || change.name == awaited_) note_directory_anew(now);  // or the folder itself went
  } else if (change.watch != directory_watch_) {
    return;  // of one that was left behind
  } else if ((change.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED)) != 0) {
    all_ = true;
  } else if (!is_job_file(change.name)) {
    const bool written = (change.mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0;
    if (written && !change.name.starts_with('.')) all_ = true;  // perhaps the days of some exception
  } else if ((change.mask & (IN_DELETE | IN_MOVED_FROM | IN_CREATE)) != 0) {
    // A file that was only created is still being written; one that was linked is complete.
    unsettle(change.name, now.boot + kBelieveFile);
  } else {
    changed_.insert(change.name);
    unsettled_.erase(change.name);
    open_for_writing_.erase(change.name);
  }
}

void JobFiles::note_all() {
  watch_directory();
  all_ = true;
}

/// What fills it again may take its time; until then its jobs stay.
void JobFiles::note_directory_anew(Now now) {
  note_all();
  anew_ = true;
  if (!unsettled_.empty()) settled_at_ = now.boot + kBelieveDirectory;
}

void JobFiles::unsettle(const std::string& name, std::chrono::nanoseconds until) {
  settled_at_ = unsettled_.empty() ? until : std::max(settled_at_, until);
  unsettled_.insert(name);
}

/// The close of a file is an event, but one that the kernel tells a moment before the file counts as closed. Who keeps
/// it open for longer than these looks last is waited for by the event alone.
void JobFiles::look_again(const std::string& name, Now now) {
  auto& wait = open_for_writing_.try_emplace(name, kBelieveFile / 2).first->second;
  wait *= 2;
  if (wait <= kBelieveDirectory) unsettle(name, now.boot + wait);
}

std::optional<std::chrono::nanoseconds> JobFiles::next_look() const {
  return unsettled_.empty() ? std::nullopt : std::optional(settled_at_);
}

bool JobFiles::sync(const Edit& edit) {
  if (!directory_exists()) {
    if (was_there_) log_warning(settings_.jobs_dir.string() + " is not there; the jobs of its files stay as they are");
    was_there_ = all_ = false;
    looked_ = true;
    changed_.clear();
    unsettled_.clear();
    return false;
  }
  was_there_ = true;
  believe_settled(edit.now);
  return sync_noted(edit);
}

void JobFiles::believe_settled(Now now) {
  if (unsettled_.empty() || settled_at_ > now.boot) return;
  changed_.merge(unsettled_);
  unsettled_.clear();
}

/// What was noted stays noted until it is done: the store may fail on the way.
bool JobFiles::sync_noted(const Edit& edit) {
  bool any = all_ && sync_all(edit);
  all_ = anew_ = false;
  while (!changed_.empty()) {
    any = sync_file(*changed_.begin(), edit) || any;
    changed_.erase(changed_.begin());
  }
  holders_changed_ = holders_changed_ || any;
  if (!holders_changed_ || !unsettled_.empty()) return any;  // a holder that vanished may come back
  any = retry_refused(edit) || any;
  holders_changed_ = false;
  return any;
}

bool JobFiles::sync_all(const Edit& edit) {
  const auto listed = list_job_files(settings_.jobs_dir);
  const std::set<std::string> present(listed.begin(), listed.end());
  bool any = false;
  for (const std::filesystem::path path : present) any = sync_file(path.filename(), edit) || any;
  for (const auto& file : all_files(store_)) {
    if (!present.contains(file.path)) any = miss_file(file.path, edit) || any;
  }
  looked_ = true;
  return any;
}

/// A look at all files did not find it. Before the first look it went while nobody was there; later it may be back in
/// a moment.
bool JobFiles::miss_file(const std::filesystem::path& path, const Edit& edit) {
  if (!looked_ || path.parent_path() != settings_.jobs_dir) return drop_file(path, edit);
  if (unsettled_.contains(path.filename())) return false;
  unsettle(path.filename(), edit.now.boot + (anew_ ? kBelieveDirectory : kBelieveFile));
  return false;
}

bool JobFiles::sync_file(const std::string& name, const Edit& edit) {
  const std::string path = settings_.jobs_dir / name;
  if (!is_there(path)) return directory_exists() && drop_file(path, edit);
  if (is_being_written(path)) {
    look_again(name, edit.now);
    return false;
  }
  open_for_writing_.erase(name);
  FileText text;
  try {
    text = read_job_file(path);
  } catch (const Error& error) {
    return keep_unread(path, error, edit.now);
  }
  const auto seen = find_file(store_, path);
  const bool same = seen && seen->hash == text.hash && seen->size == text.identity.size;
  return !(same && !days_changed(path, text.text)) && load(path, text, edit);
}

/// Files of days belong to a job file as if they stood in it.
bool JobFiles::days_changed(const std::string& path, const std::string& text) {
  if (text.find("except") == std::string::npos) return false;
  const auto jobs = jobs_of_file(store_, path);
  return std::any_of(jobs.begin(), jobs.end(), [](const StoredJob& job) { return job.stale || rounds::days_changed(job.job); });
}

bool JobFiles::keep_unread(const std::string& path, const Error& error, Now now) {
  JobFile unread = find_file(store_, path).value_or(JobFile{path, 0, 0, 0, 0, {}});
  const std::string problem = "error: " + escape_text(error.what()) + "\n";
  if (unread.problems == problem) return false;
  unread.problems = problem;
  unread.hash = 0;
  return keep_stale(unread, now);
}

bool JobFiles::load(const std::string& path, const FileText& text, const Edit& edit) {
  const LoadContext context{edit.now, settings_.zone, settings_.jobs_dir, settings_.pools};
  LoadedFile file = parse_jobs(text.text, path, context);
  JobFile seen{path, text.identity.size, text.identity.mtime_ns, text.identity.inode, text.hash, {}};
  if (file.ok()) return store_jobs(file, seen, edit);
  seen.problems = render(file.problems);
  return keep_stale(seen, edit.now);
}

/// A broken file: its last good jobs go on, and say so.
bool JobFiles::keep_stale(const JobFile& seen, Now now) {
  const std::string path = escape_text(seen.path);  // a file name can hold a line that looks like one of the log
  log_error(path + " does not load; its last good jobs stay\n" + seen.problems);
  store_.write([&] {
    save_file(store_, seen);
    for (const StoredJob& job : jobs_of_file(store_, seen.path)) set_stale(store_, job.id, true);
    add_event(store_, {0, now.wall, "file_stale", "", path + "\n" + seen.problems});
  });
  return true;
}

bool JobFiles::store_jobs(const LoadedFile& file, const JobFile& seen, const Edit& edit) {
  std::vector<Diagnostic> problems = file.problems;
  int added = 0, changed = 0, removed = 0;
  store_.write([&] {
    problems = file.problems;
    added = changed = removed = 0;
    std::set<std::string> names;
    for (const LoadedJob& loaded : file.jobs) {
      names.insert(loaded.job.name.text());
      const auto holder = find_job(store_, loaded.job.name.text());
      if (holder && holds_name(*holder, seen.path)) {
        problems.push_back(taken(file.path, loaded, *holder));
        continue;
      }
      const Defined defined = define_job(store_, loaded.job, {seen.path, loaded.line}, edit);
      added += defined == Defined::added || defined == Defined::revived ? 1 : 0;
      changed += defined == Defined::changed ? 1 : 0;
    }
    for (const StoredJob& job : jobs_of_file(store_, seen.path)) {
      if (names.contains(job.job.name.text())) continue;
      retire_job(store_, job, edit);
      ++removed;
    }
    JobFile saved = seen;
    saved.problems = render(problems);
    save_file(store_, saved);
  });
  log_info(escape_text(seen.path) + ": " + std::to_string(file.jobs.size()) + " jobs (" + std::to_string(added) + " new, " +
           std::to_string(changed) + " changed, " + std::to_string(removed) + " gone)");
  if (!problems.empty()) log_warning(render(problems));
  return true;
}

bool JobFiles::drop_file(const std::string& path, const Edit& edit) {
  if (!find_file(store_, path)) return false;
  int removed = 0;
  store_.write([&] {
    removed = 0;
    for (const StoredJob& job : jobs_of_file(store_, path)) {
      retire_job(store_, job, edit);
      ++removed;
    }
    forget_file(store_, path);
  });
  log_info(escape_text(path) + " is gone, and " + std::to_string(removed) + " jobs with it (their history stays)");
  return true;
}

/// Files with a refused name load when the holder has gone.
bool JobFiles::retry_refused(const Edit& edit) {
  bool any = false;
  for (const JobFile& file : all_files(store_)) {
    if (file.problems.find("is taken by") == std::string::npos) continue;
    store_.write([&] {
      JobFile again = file;
      again.hash = 0;
      save_file(store_, again);
    });
    any = sync_file(std::filesystem::path(file.path).filename(), edit) || any;
  }
  return any;
}

}  // namespace rounds
