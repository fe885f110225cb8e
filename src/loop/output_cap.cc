#include "loop/output_cap.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "error.h"
#include "loop/log.h"
#include "loop/spool.h"
#include "store/spool.h"

namespace rounds {

namespace {

constexpr std::int64_t kPage = 4096;
constexpr std::chrono::milliseconds kLookAgain{100};

/// Nothing when the file is not there.
std::optional<std::int64_t> size_of(const LoopState& state, const Run& run) {
  struct stat info {};
  if (fstatat(state.spool.get(), output_name(run).c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return info.st_size;
}

/// From now on the kernel tells of the next write.
void await_write(LoopState& state, LiveRun& live) {
  live.output.look_at.reset();
  live.output.watch = state.output_watch.add(state.store.spool() / output_name(live.row), IN_MODIFY | IN_ONESHOT);
}

void look(LoopState& state, LiveRun& live) {
  const auto size = size_of(state, live.row);
  if (!size) return live.output.look_at.reset();
  if (*size < live.output.seen) live.output.shrunk = true;
  const bool grew = *size != live.output.seen;
  live.output.seen = *size;
  const std::int64_t cap = output_max_of(state, live);
  if (*size > cap) {
    if (const Fd fd = open_for_change(state, live.row)) cut_output(fd.get(), *size, cap);
  }
  if (grew) {
    live.output.look_at = state.now.boot + kLookAgain;
    return;
  }
  await_write(state, live);
  if (size_of(state, live.row) != *size) live.output.look_at = state.now.boot + kLookAgain;  // written to just before
}

}  // namespace

bool cut_output(int fd, std::int64_t size, std::int64_t cap) {
  const std::int64_t head = cap / 2 / kPage * kPage;
  const std::int64_t tail = (cap - head) / kPage * kPage;
  const std::int64_t to = (size - tail + kPage - 1) / kPage * kPage;
  if (size <= cap || to <= head) return false;
  if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, head, to - head) == 0) return true;
  static bool told = false;
  if (!std::exchange(told, true)) log_warning(sys_error("an output beyond its output_max", "cut").what());
  return false;
}

std::int64_t output_max_of(const LoopState& state, const LiveRun& live) {
  const auto own = live.job ? live.job->job.output_max : std::nullopt;
  return own.value_or(state.settings.output_max);
}

void watch_output(LoopState& state, LiveRun& live) {
  if (!live.output.look_at && !live.output.watch) live.output.look_at = state.now.boot + kLookAgain;
}

void step_outputs(LoopState& state) {
  for (auto& [id, live] : state.live) {
    if (live.output.look_at && *live.output.look_at <= state.now.boot && !live.ended()) look(state, live);
  }
}

void note_writes(LoopState& state) {
  for (const FileWatch::Change& change : state.output_watch.read()) {
    for (auto& [id, live] : state.live) {
      if (live.output.watch != change.watch) continue;
      live.output.watch.reset();
      live.output.look_at = state.now.boot;
    }
  }
}

std::optional<std::chrono::nanoseconds> next_output_look(const LoopState& state) {
  std::optional<std::chrono::nanoseconds> next;
  for (const auto& [id, live] : state.live) {
    if (live.ended() || !live.output.look_at) continue;
    if (!next || *live.output.look_at < *next) next = live.output.look_at;
  }
  return next;
}

}  // namespace rounds
