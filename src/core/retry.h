#pragma once
#include <optional>

#include "core/job.h"
#include "core/run.h"

namespace rounds {

/// How an attempt ended by itself, before anything of ours: by its codes and signal alone. `skipped` is what its
/// `skip_code` says.
Verdict verdict_of(const Job& job, const Ending& ending);

/// When the occurrence gets another attempt after `run` (its verdict set), or nothing. Retried: `failed`
/// (within `on_codes`), `timed_out`, `not_started`; manual runs are the caller's business. The wait grows
/// with `backoff` up to `max_delay`, moved by up to a tenth, the same after each restart. With `after_loss = "rerun"`
/// `unknown` too, at once and up to three attempts more than policy has.
std::optional<Instant> next_attempt(const Job& job, const Run& run, Instant ended);

}  // namespace rounds
