#pragma once
#include <optional>

#include "core/run.h"

namespace rounds {

/// Where a keeper stands, as seen by the present scheduler (RUNS, life of a run).
enum class KeeperStanding {
  serving,   ///< on its first connection, ours
  draining,  ///< another scheduler's; it has told us all it knows
  gone,      ///< unreachable for good, and none of its children is still on the way
  silent,    ///< anything else: stopped, busy, or not heard out yet
};

/// What a keeper told of a run.
enum class Told { started, exited, output_exists, no_resources, not_started };

/// What the marker of a dead keeper's run leads to.
enum class Trace {
  no_marker,
  never_ran,  ///< our child, dead before exec
  child,      ///< our child, alive or a zombie that ran
  alive,      ///< proven to be the run, but no child of ours
  nothing,    ///< a marker, and no such process
};

struct Evidence {
  bool other_boot = false;
  std::optional<Told> told;
  KeeperStanding keeper = KeeperStanding::silent;
  std::optional<Trace> trace;  ///< looked at only when the keeper is gone
};

/// What to do with an open run.
enum class Ruling {
  wait,          ///< nothing can be said yet
  mark_started,  ///< the row becomes `running`
  end,           ///< the keeper's status is the verdict
  not_started,   ///< the verdict is `not_started`
  clear,         ///< clean nothing, send Recorded, judge again by the marker
  again,         ///< clean, send Recorded, back off, move
  send,          ///< send Start once, given a slot
  move,          ///< name our keeper in the row, then Start; or cancel when it is no longer wanted
  reap_and_move, ///< clean, reap the child that never ran, then move
  adopt_child,   ///< wait for our child; its status is the verdict
  adopt_alive,   ///< watch it; `unknown` when it ends
  lost,          ///< `unknown`, reason lost
  bug,           ///< `unknown`, counted and logged: this cannot happen
};

/// The recovery table of RUNS: the first line that holds. `phase` is claimed or running.
Ruling judge(Phase phase, const Evidence& evidence);

}  // namespace rounds
