#pragma once
#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/conditions.h"
#include "core/template.h"
#include "time/duration.h"
#include "time/now.h"
#include "time/trigger.h"

namespace rounds {

/// Names of jobs and targets: `[A-Za-z0-9._-]{1,64}`, no leading dot or dash, not digits only.
/// Exists only if parsed.
class JobName {
 public:
  static std::optional<JobName> parse(std::string_view text);
  /// Why `parse` refuses that text, for the error message; empty when it does not.
  static std::string refusal(std::string_view text);
  const std::string& text() const { return text_; }
  auto operator<=>(const JobName&) const = default;

 private:
  explicit JobName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// `[job.X.inspect]`: what `rounds inspect` is to look at.
struct InspectTask {
  std::vector<std::string> targets{};
  std::string business{};  ///< empty: not by business
  std::string host{};      ///< empty: not by host
  std::vector<std::string> tags{};
  std::string tier = "daily";        ///< daily weekly monthly yearly
  std::string fail_on = "critical";  ///< info warning critical
  bool operator==(const InspectTask&) const = default;
};

/// What a run does; exactly one of the three.
struct Task {
  enum class Kind { command, exec, inspect } kind = Kind::command;
  std::string command{};            ///< one line for /bin/sh -c
  std::vector<std::string> argv{};  ///< exec: never empty, no shell; words may have templates
  InspectTask inspect{};
  bool operator==(const Task&) const = default;
};

enum class Overlap { skip, queue, replace, allow };
enum class Catchup { latest, all, none };
enum class Backoff { constant, exponential };
/// What becomes of processes that a run leaves behind when its own ends by itself.
enum class Leftovers { keep, kill };
/// What follows when a run ends as `unknown`: nobody saw its end.
enum class AfterLoss { report, rerun };

struct Retry {
  int max_attempts = 1;
  Backoff backoff = Backoff::constant;
  std::chrono::seconds initial_delay{60};
  std::chrono::seconds max_delay{3600};
  std::vector<int> on_codes{};  ///< exit codes worth another attempt; empty: all
  bool operator==(const Retry&) const = default;
};

/// Where a secret is kept. The value itself never is in a definition: it is read when a run starts.
struct Secret {
  enum class Kind { file, credential, command, env } kind = Kind::file;
  std::string name{};               ///< of the file (absolute), the systemd credential, the variable of rounds
  std::vector<std::string> argv{};  ///< command: what prints it; never empty
  bool operator==(const Secret&) const = default;
};

/// What follows a final verdict: tasks of the kinds command and exec, started like any run, never hooked themselves.
struct Hooks {
  std::optional<Task> on_failure{};
  std::optional<Task> on_success{};
  std::optional<Task> on_missed{};
  bool operator==(const Hooks&) const = default;
};

/// Of jobs that name no pool.
inline constexpr const char* kDefaultPool = "default";

/// A named definition: trigger, task, policy. Defaults are filled in here, so core has no "if unset".
struct Job {
  JobName name;
  std::string description{};
  Trigger trigger;
  Task task{};
  std::optional<std::string> timezone{};  ///< absent: that of the configuration, else the host's
  std::map<std::string, std::string> env{};  ///< values may have templates
  std::map<std::string, Secret> secrets{};   ///< variables of the environment, too
  Params params{};                           ///< with their defaults
  std::string working_dir{};  ///< absolute, may have templates; empty: the home directory
  std::optional<std::chrono::seconds> timeout{};  ///< per attempt; absent: none
  std::chrono::seconds kill_grace{10};
  Overlap overlap = Overlap::skip;
  std::optional<int> max_instances{};  ///< bounds `allow`; absent: unbounded
  std::chrono::seconds misfire_grace{3600};
  Catchup catchup = Catchup::latest;
  int max_catchup = 100;
  Retry retry{};
  std::vector<int> success_codes{0};
  std::optional<int> skip_code{};  ///< an exit code that says: there was nothing to do
  std::optional<int> done_code{};  ///< an exit code that says: succeeded, and never again
  Leftovers leftovers = Leftovers::keep;
  AfterLoss after_loss = AfterLoss::report;
  Conditions conditions{};
  std::string pool = kDefaultPool;
  int slots = 1;  ///< of its pool, taken by each run
  Hooks hooks{};
  std::optional<std::int64_t> output_max{};  ///< bytes; absent: that of the configuration
  std::vector<std::string> tags{};
  std::optional<Due> start{};
  std::optional<Due> until{};                        ///< inclusive
  std::optional<Span> until_length{};                ///< `until` given as a length from start or first seen
  std::optional<std::chrono::seconds> until_time{};  ///< `until` given as a time of day: of the first day
  Exceptions except{};                               ///< dues that are skipped
  std::optional<int> max_runs{};                     ///< scheduled occurrences that were started
  std::optional<Span> window{};                      ///< absent: from the previous due
  bool enabled = true;
  int priority = 0;
};

/// `pg_dump -Fc shop`, `exec ["a", "b c"]` as a line, `inspect orders,stock weekly`: for people.
std::string to_text(const Task& task);
/// `file /etc/rounds/secrets/shop`
std::string to_text(const Secret& secret);
std::string to_text(Overlap overlap);
std::string to_text(Catchup catchup);
std::string to_text(Backoff backoff);
std::string to_text(Leftovers leftovers);
std::string to_text(AfterLoss after_loss);
std::optional<Overlap> overlap_from_text(std::string_view text);
std::optional<Catchup> catchup_from_text(std::string_view text);
std::optional<Backoff> backoff_from_text(std::string_view text);
std::optional<Leftovers> leftovers_from_text(std::string_view text);
std::optional<AfterLoss> after_loss_from_text(std::string_view text);

/// All the words of each, for suggestions.
std::vector<std::string> overlap_words();
std::vector<std::string> catchup_words();
std::vector<std::string> backoff_words();
std::vector<std::string> leftovers_words();
std::vector<std::string> after_loss_words();

/// The closed lists that an InspectTask's values come from.
const std::vector<std::string>& inspect_tiers();       ///< daily weekly monthly yearly
const std::vector<std::string>& inspect_severities();  ///< info warning critical
/// Which value of the task is in none of those lists; empty when all are.
std::string refusal(const InspectTask& task);

/// What jitter, random and H go by.
std::uint64_t seed_of(const JobName& name);

/// The job's trigger made concrete. `fallback` is the zone of jobs that name none; `first_seen` the
/// anchor of jobs without `start`. A `timezone` the system does not have falls back too.
Schedule schedule_of(const Job& job, const Zone& fallback, Due first_seen);

}  // namespace rounds
