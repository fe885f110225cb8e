#include "core/run.h"

#include "core/words.h"

namespace rounds {

namespace {

constexpr Words<3> kPhases{"claimed", "running", "ended"};
static_assert(complete(kPhases, Phase::ended));

constexpr Words<10> kVerdicts{"succeeded", "failed",  "timed_out", "killed",    "not_started",
                              "unknown",   "skipped", "missed",    "coalesced", "cancelled"};
static_assert(complete(kVerdicts, Verdict::cancelled));

constexpr Words<28> kReasons{"too_late", "down",        "no_slot",   "overlap", "queue_full",     "paused",  "disabled",
                             "excepted", "max_catchup", "governor",  "stopped", "replaced",       "removed", "lost",
                             "session",  "signals",     "limits",    "umask",   "standard_input", "timer",   "marker",
                             "output",   "user",        "directory", "exec",    "priority",       "resources",
                             "secret"};
static_assert(complete(kReasons, Reason::secret));

constexpr Words<6> kCauses{"schedule", "manual", "retry", "catchup", "backfill", "hook"};
static_assert(complete(kCauses, Cause::hook));

constexpr Words<6> kJobStates{"active", "paused", "disabled", "completed", "stale", "removed"};
static_assert(complete(kJobStates, JobState::removed));

}  // namespace

std::string to_text(Phase phase) { return word_of(kPhases, phase); }
std::string to_text(Verdict verdict) { return word_of(kVerdicts, verdict); }
std::string to_text(Reason reason) { return word_of(kReasons, reason); }
std::string to_text(Cause cause) { return word_of(kCauses, cause); }
std::string to_text(JobState state) { return word_of(kJobStates, state); }

std::optional<Phase> phase_from_text(std::string_view text) { return value_of<Phase>(kPhases, text); }
std::optional<Verdict> verdict_from_text(std::string_view text) { return value_of<Verdict>(kVerdicts, text); }
std::optional<Reason> reason_from_text(std::string_view text) { return value_of<Reason>(kReasons, text); }
std::optional<Cause> cause_from_text(std::string_view text) { return value_of<Cause>(kCauses, text); }

}  // namespace rounds
