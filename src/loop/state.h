#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "core/recover.h"
#include "core/run.h"
#include "keeper/client.h"
#include "loop/secrets.h"
#include "store/jobs.h"
#include "store/keepers.h"
#include "store/spool.h"
#include "store/store.h"
#include "sys/event_queue.h"
#include "sys/members.h"
#include "time/now.h"

namespace rounds {

/// A process that is watched without its keeper: inherited, or found alive (RUNS, table, lines 12 and 13).
struct Adopted {
  pid_t pid = 0;
  Fd pidfd;
  bool child = false;  ///< ours: its status will be true
};

/// The end of a run's tree: what is left of it after TERM, until nothing is.
struct Hunt {
  std::optional<Verdict> verdict;  ///< of the run, when we end it; absent: its own end stands
  std::optional<Reason> reason;
  std::optional<std::chrono::nanoseconds> kill_at;  ///< boot clock; absent once KILL was sent
  bool termed = false;                              ///< the first signal was sent
  std::vector<Member> members{};                    ///< those found last, watched until they are gone
  bool over = false;                                ///< nothing was left at the last look
};

/// What is known of the output of a run that goes on.
struct OutputGrowth {
  std::optional<std::chrono::nanoseconds> look_at;  ///< boot clock
  std::optional<int> watch;                         ///< of `output_watch`: nothing was written lately
  std::int64_t seen = 0;                            ///< bytes, at the last look
  bool shrunk = false;                              ///< the job truncated it
};

/// How an attempt ended, as its row will say.
struct Outcome {
  Verdict verdict = Verdict::unknown;
  std::optional<Reason> reason;
  std::string detail;
};

/// An open run that has a keeper: its row as committed, and what has been learnt since.
struct LiveRun {
  Run row;
  std::shared_ptr<const StoredJob> job;       ///< null when there is nothing to start any more
  bool sent = false;                          ///< Start is on its way, by us
  std::unique_ptr<SecretReader> secrets{};    ///< while they are read, before the Start
  std::optional<Outcome> refused;             ///< no keeper can start it: this is its verdict
  std::optional<Told> told;
  pid_t pid = 0;                              ///< once told
  std::optional<Marker> marker;               ///< once told or looked for
  std::optional<message::NotStarted> failure;
  std::optional<message::Exited> exit;
  std::optional<Adopted> adopted;
  bool lost = false;                          ///< an adopted one that ended without a status for us
  std::optional<std::chrono::nanoseconds> timeout_at;  ///< boot clock
  std::optional<std::chrono::nanoseconds> mark_at;     ///< boot clock: its row says `running` from then on
  std::optional<std::chrono::nanoseconds> hold_until;  ///< boot clock: back off before starting it again
  std::optional<Hunt> hunt;
  OutputGrowth output{};

  /// Claimed for our keeper, and nobody was asked to start it.
  bool unsent() const { return row.phase == Phase::claimed && !sent && !told && !adopted; }
  bool ended() const { return exit.has_value() || lost; }
  /// Takes one of the slots.
  bool in_slot() const { return (sent || secrets || told || adopted || row.phase == Phase::running) && !ended() && !failure; }
};

/// A run that has its verdict, and its files in the spool not yet taken away.
struct Leftover {
  Run run;
  std::optional<Marker> marker;  ///< when it is known
};

/// Everything one loop knows; all of it can be had again from store, spool and process table.
struct LoopState {
  Store& store;
  Settings settings;
  std::string program{};             ///< our own executable, for inspect tasks
  int max_parallel = 128;
  Fd spool{};
  EventQueue events{};
  FileWatch output_watch{};          ///< outputs of runs
  std::string boot_id{};
  std::uint64_t pid_namespace = 0;

  Now now{};
  Due awake_since{};               ///< from then on the loop has been there without a break
  std::int64_t epoch = 0;          ///< clock epoch of dues
  std::optional<Due> doubted_until{};  ///< the clock cannot be right before this: the calendar waits
  bool accepting = true;           ///< false once the loop is to end: nothing new is started
  std::optional<Due> only_until{};   ///< run --once: dues after this are left

  std::map<KeeperId, KeeperLink> keepers{};
  std::map<KeeperId, KeeperRow> keeper_rows{};
  std::optional<KeeperId> own{};     ///< the keeper that starts our runs
  std::map<RunId, LiveRun> live{};
  /// What follows from the transaction at hand once it is committed; dropped when it is not.
  std::vector<std::function<void()>> after_commit{};
  std::vector<Leftover> to_clean{};    ///< when nothing more urgent is to do
  std::vector<Run> left_open{};        ///< ended ones whose output somebody had open still
  std::vector<std::string> spares{};   ///< emptied outputs of earlier runs, for others to take over
  std::size_t most_spares = 0;         ///< outputs beyond that many are deleted, not kept as spares
  int claimed_this_turn = 0;
  PoolRoom slots_this_turn{};          ///< of each pool, taken by those claims
  int failures = 0;                ///< final verdicts other than succeeded, for run --once
};

/// A state for this process: machine, spool and clocks are filled in; it becomes a subreaper.
LoopState open_state(Store& store, const Settings& settings);

/// True when the process is a program that works for a run's secrets.
bool reads_secrets(const LoopState& state, pid_t pid);

/// Slots that are free now.
int free_slots(const LoopState& state);
/// Starts that were sent and not heard of again.
int starts_ahead(const LoopState& state);

}  // namespace rounds
