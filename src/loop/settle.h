#pragma once
#include "core/run.h"
#include "store/jobs.h"
#include "store/store.h"
#include "time/now.h"
#include "time/zone.h"

namespace rounds {

/// A change to a job: when it is made, and what its dues were until then.
struct Edit {
  Now now;
  Zone zone;        ///< of jobs that name none
  Due awake_since;  ///< from then on a loop has been there to decide what is due; later than now: none is
};

// Inside Store::write, before the change: each due up to now ends in one verdict.

/// Dues that passed while the job was disabled or paused, and those that were due and that nobody has decided: missed
/// when no loop was there, else ended for that `reason` (`paused disabled removed replaced`).
void settle_dues(Store& store, const StoredJob& job, const Edit& edit, Reason reason);
/// Dues of its pause alone, for a job that stays what it is; what was due stays due.
void settle_pause(Store& store, const StoredJob& job, const Edit& edit);

/// Ends the job's runs that no keeper has got yet, waiting retries included, as `cancelled`. Returns how many.
int cancel_waiting(Store& store, const StoredJob& job, Reason reason, Instant now);
/// Removes the job, softly. Returns how many waiting runs were cancelled.
int retire_job(Store& store, const StoredJob& job, const Edit& edit);

}  // namespace rounds
