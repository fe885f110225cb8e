#pragma once
#include <chrono>
#include <optional>

#include "loop/state.h"
#include "store/prune.h"

namespace rounds {

/// Takes out of the ledger what it need not keep, in small transactions, when the loop has nothing better to do.
class Pruning {
 public:
  /// One transaction's worth. True when there is more to do at once.
  bool step(LoopState& state);
  /// Boot clock: the next sweep.
  std::optional<std::chrono::nanoseconds> next() const { return next_; }

 private:
  bool prune(LoopState& state, const std::vector<RunId>& runs);
  void adapt(std::chrono::nanoseconds took);
  void rest(LoopState& state);

  PruneCursor cursor_;
  std::optional<std::chrono::nanoseconds> next_;  ///< absent: in the middle of a sweep
  int batch_ = 32;                                ///< rows in a transaction
  std::int64_t pruned_ = 0;
};

}  // namespace rounds
