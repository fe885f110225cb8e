#pragma once
#include "core/job.h"
#include "loop/settle.h"
#include "store/jobs.h"
#include "store/store.h"

namespace rounds {

enum class Defined { added, changed, unchanged, revived };

/// Inside Store::write: makes `job` the definition of its name. History, anchor and pause belong to the
/// name; only a change of trigger (its jitter and dst aside), start or timezone makes a new anchor, and then what
/// was due before it is settled. A removed job comes back.
Defined define_job(Store& store, const Job& job, const Source& source, const Edit& edit);

/// True when the two definitions have the same dues from the same anchor.
bool same_anchor(const Job& a, const Job& b);

}  // namespace rounds
