#pragma once
#include "keeper/protocol.h"
#include "sys/fd.h"

#include <sys/types.h>

namespace rounds {

/// What became of an attempt to start a child.
struct Birth {
  pid_t pid = -1;      ///< -1: there is no process
  bool ran = false;    ///< exec succeeded
  std::int64_t boot_ns = 0;  ///< the marker's time
  StartStep step = StartStep::fork;
  int error = 0;       ///< errno of the step that failed
};

/// Starts the child by vfork: when this returns, it has executed its program or died (RUNS, rule 6).
/// A child that could not is left a zombie. `spool` is where output and marker go.
Birth start_child(const message::Start& start, const Fd& spool);

}  // namespace rounds
