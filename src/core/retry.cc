#include "core/retry.h"

#include <algorithm>
#include <cstdint>

namespace rounds {

namespace {

/// FNV-1a: fixed for all time, unlike std::hash.
std::uint64_t hash_of(std::string_view text, std::int64_t number) {
  std::uint64_t hash = 14695981039346656037u;
  const auto mix = [&hash](unsigned char byte) { hash = (hash ^ byte) * 1099511628211u; };
  for (const char c : text) mix(static_cast<unsigned char>(c));
  for (int shift = 0; shift < 64; shift += 8) mix(static_cast<unsigned char>(number >> shift));
  return hash;
}

bool contains(const std::vector<int>& codes, int code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// An occurrence whose end nobody saw may be run this often again: else a job that takes the machine down with it
/// would do so for ever.
constexpr int kReruns = 3;

bool worth_another(const Job& job, const Run& run) {
  if (run.verdict == Verdict::unknown) return job.after_loss == AfterLoss::rerun && run.attempt < job.retry.max_attempts + kReruns;
  if (run.attempt >= job.retry.max_attempts) return false;
  if (run.verdict == Verdict::timed_out || run.verdict == Verdict::not_started) return true;
  if (run.verdict != Verdict::failed) return false;
  return job.retry.on_codes.empty() || (run.ending.exit_code && contains(job.retry.on_codes, *run.ending.exit_code));
}

std::chrono::milliseconds delay_after(const Job& job, const Run& run) {
  std::chrono::milliseconds delay = job.retry.initial_delay;
  if (job.retry.backoff == Backoff::exponential) {
    for (int attempt = 1; attempt < run.attempt && delay < job.retry.max_delay; ++attempt) delay *= 2;
  }
  delay = std::min<std::chrono::milliseconds>(delay, job.retry.max_delay);
  const auto hash = hash_of(job.name.text(), run.due.time_since_epoch().count() + run.attempt);
  return delay + std::chrono::milliseconds(static_cast<std::int64_t>(hash % 1000) * delay.count() / 10'000);
}

}  // namespace

Verdict verdict_of(const Job& job, const Ending& ending) {
  if (!ending.exit_code) return Verdict::killed;
  if (ending.exit_code == job.skip_code) return Verdict::skipped;
  if (ending.exit_code == job.done_code) return Verdict::succeeded;
  return contains(job.success_codes, *ending.exit_code) ? Verdict::succeeded : Verdict::failed;
}

std::optional<Instant> next_attempt(const Job& job, const Run& run, Instant ended) {
  if (!worth_another(job, run)) return std::nullopt;
  return run.verdict == Verdict::unknown ? ended : ended + delay_after(job, run);
}

}  // namespace rounds
