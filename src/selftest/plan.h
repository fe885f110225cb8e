#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace rounds {

// What the trials are going to do, from a seed or from names alone: the same again for the same input.

enum class Victim { scheduler, keeper, both };

/// One blow at the processes of rounds.
struct Strike {
  std::chrono::milliseconds pause{};  ///< before it
  Victim victim = Victim::scheduler;
  bool keeper_first = false;  ///< of both
  std::size_t pick = 0;       ///< which keeper, counted round, where several live
};
std::vector<Strike> plan_strikes(std::uint64_t seed, int count);

/// What a witness is bound to do.
struct Fate {
  std::chrono::milliseconds length{};
  std::int64_t output_bytes = 0;
  int exit_code = 0;
  int signal = 0;  ///< that it sends itself; 0: it ends by exit
};
/// Lasts from `shortest` to `longest`, both included.
Fate fate_of(const std::string& job, const std::string& due, const std::string& attempt,
             std::chrono::milliseconds shortest, std::chrono::milliseconds longest);

/// What the store has to say of an editor's job.
struct JobTruth {
  bool removed = false;
  bool paused = false;
  std::string command{};
  bool operator==(const JobTruth&) const = default;
};
/// One command of an editor, and what is true once it was acknowledged.
struct Edit {
  std::string job;
  std::vector<std::string> words;
  JobTruth truth;
};
/// The editors' jobs are theirs alone; each is added, paused, changed, resumed and removed in turn.
Edit edit_of(int editor, int number);
/// True for the names of such jobs.
bool is_edited(const std::string& job);

}  // namespace rounds
