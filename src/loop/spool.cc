#include "loop/spool.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "loop/log.h"
#include "store/ledger.h"
#include "store/output.h"

namespace rounds {

namespace {

constexpr std::chrono::hours kUnknownFilesLive{24};

std::vector<std::string> files_in(const LoopState& state) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(state.store.spool())) names.push_back(entry.path().filename());
  return names;
}

void remove_file(const LoopState& state, const std::string& name) { unlinkat(state.spool.get(), name.c_str(), 0); }

/// Whether nobody but us has the file open, in whatever way they came by it: only then a write lease is given
/// (fcntl(2), F_SETLEASE). It ends when `fd` is closed; who opens the file in the meantime waits for that, and
/// then sees by the run's row that it is too late (`open_output`).
bool is_ours_alone(const Fd& fd) {
  return fcntl(fd.get(), F_SETSIG, SIGURG) == 0 &&  // sent to us when somebody waits; without effect by default
         fcntl(fd.get(), F_SETLEASE, F_WRLCK) == 0;
}

/// Empty, private and known under one name.
bool is_as_new(const Fd& fd) {
  struct stat info {};
  return fstat(fd.get(), &info) == 0 && info.st_nlink == 1 && info.st_uid == geteuid() &&
         (info.st_mode & 07777) == 0600 && (info.st_size == 0 || ftruncate(fd.get(), 0) == 0);
}

/// Makes a spare of an output that nobody can write to or read any more.
bool recycle(LoopState& state, const Fd& fd, const std::string& output) {
  if (state.spares.size() >= state.most_spares || !is_as_new(fd)) return false;
  state.spares.push_back(output);
  return true;
}

bool older_than_a_day(const LoopState& state, const std::string& name) {
  struct stat info {};
  if (fstatat(state.spool.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return false;
  return Instant(std::chrono::seconds(info.st_mtime)) + kUnknownFilesLive < state.now.wall;
}

bool is_spent(LoopState& state, const std::string& name, const SpoolName& meaning) {
  const auto run = find_run(state.store, meaning.run);
  if (!run || run->spool_key != meaning.spool_key) return older_than_a_day(state, name);
  const bool kept = !meaning.marker && keeps_file(*run);
  return run->phase == Phase::ended && !kept;
}

bool is_orphaned_socket(const LoopState& state, const std::string& name) {
  long long id = 0;
  if (std::sscanf(name.c_str(), "k%lld", &id) != 1 || name != KeeperLink::socket_name(KeeperId{id})) return false;
  return !state.keeper_rows.contains(KeeperId{id});
}

void remove_marker(const LoopState& state, const Run& run, std::optional<Marker> marker) {
  if (!marker) marker = find_marker(state, run);
  if (marker) remove_file(state, marker_name(run, *marker));
}

}  // namespace

std::optional<Marker> find_marker(const LoopState& state, const Run& run) {
  const std::string stem = spool_name(run) + ".";
  for (const auto& name : files_in(state)) {
    if (!name.starts_with(stem)) continue;
    const auto meaning = spool_name_from_text(name);
    if (meaning && meaning->marker) return meaning->marker;
  }
  return std::nullopt;
}

Fd open_for_change(const LoopState& state, const Run& run) {
  return Fd(openat(state.spool.get(), output_name(run).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
}

bool is_output_free(const LoopState& state, const Run& run) {
  const Fd fd = open_for_change(state, run);
  return !fd || is_ours_alone(fd);
}

void clean(LoopState& state, const Run& run, std::optional<Marker> marker, bool keep_output) {
  remove_marker(state, run, marker);
  const std::string output = output_name(run);
  const Fd fd = open_for_change(state, run);
  const bool free = fd && is_ours_alone(fd);
  if (fd && !free) state.left_open.push_back(run);
  if (!keep_output && !(free && recycle(state, fd, output))) remove_file(state, output);
}

void clear_way(LoopState& state, const Run& run, std::optional<Marker> marker) {
  remove_marker(state, run, marker);
  remove_file(state, output_name(run));
}

bool clean_some(LoopState& state, std::size_t limit) {
  for (; limit > 0 && !state.to_clean.empty(); --limit) {
    const Leftover left = std::move(state.to_clean.back());
    state.to_clean.pop_back();
    clean(state, left.run, left.marker, keeps_file(left.run));
  }
  return !state.to_clean.empty();
}

std::string take_spare(LoopState& state) {
  if (state.spares.empty()) clean_some(state, 1);
  if (state.spares.empty()) return {};
  std::string spare = std::move(state.spares.back());
  state.spares.pop_back();
  return spare;
}

void drop_spares(LoopState& state) {
  for (const auto& name : std::exchange(state.spares, {})) remove_file(state, name);
}

void sweep_spool(LoopState& state) {
  int swept = 0;
  for (const auto& name : files_in(state)) {
    const auto meaning = spool_name_from_text(name);
    if (meaning ? !is_spent(state, name, *meaning) : !is_orphaned_socket(state, name)) continue;
    swept += unlinkat(state.spool.get(), name.c_str(), 0) == 0 ? 1 : 0;
  }
  if (swept > 0) log_info("swept " + std::to_string(swept) + " files of an earlier loop out of the spool");
}

}  // namespace rounds
