#include "loop/prune.h"

#include <unistd.h>

#include <algorithm>

#include "loop/log.h"
#include "sys/clock.h"

namespace rounds {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr std::chrono::hours kSweepEvery{1};
constexpr std::chrono::milliseconds kTryAgain{100};
constexpr int kLookedAtAStep = 256;
constexpr int kMostRows = 256;
constexpr std::int64_t kCheckpointBytes = 1024 * 1024;
// A transaction is to hold the writer lock for no more than 50 ms; a slow disk may take much longer than usual.
constexpr milliseconds kLongStep{15};
constexpr milliseconds kShortStep{5};
constexpr milliseconds kPatience{0};

}  // namespace

bool Pruning::step(LoopState& state) {
  if (next_ && *next_ > state.now.boot) return false;
  next_.reset();
  const PruneCursor before = cursor_;
  auto runs = find_prunable(state.store, state.settings.history, state.now.wall, kLookedAtAStep, cursor_);
  if (static_cast<int>(runs.size()) > batch_) {
    runs.resize(static_cast<std::size_t>(batch_));
    cursor_ = {runs.back(), false};
  }
  const bool events = has_old_events(state.store, state.settings.history, state.now.wall);
  if (runs.empty() && !events) {
    if (cursor_.done) rest(state);
    return !cursor_.done && !next_;
  }
  if (prune(state, runs)) return true;
  cursor_ = before;
  next_ = state.now.boot + kTryAgain;  // somebody else writes
  return false;
}

bool Pruning::prune(LoopState& state, const std::vector<RunId>& runs) {
  std::vector<std::string> files;
  const nanoseconds began = read_clock().boot;
  const bool done = state.store.try_write(kPatience, [&] {
    files = prune_runs(state.store, runs);
    prune_events(state.store, state.settings.history, state.now.wall, batch_);
  });
  if (!done) return false;
  adapt(read_clock().boot - began);
  if (state.store.wal_bytes() > kCheckpointBytes) state.store.checkpoint();
  for (const std::string& name : files) unlinkat(state.spool.get(), name.c_str(), 0);
  pruned_ += static_cast<std::int64_t>(runs.size());
  return true;
}

void Pruning::adapt(nanoseconds took) {
  if (took > kLongStep) batch_ = std::max(1, batch_ / 2);
  if (took < kShortStep) batch_ = std::min(kMostRows, batch_ * 2);
}

void Pruning::rest(LoopState& state) {
  if (pruned_ > 0) log_info("took " + std::to_string(pruned_) + " old runs out of the history");
  pruned_ = 0;
  cursor_ = {};
  next_ = state.now.boot + kSweepEvery;
}

}  // namespace rounds
