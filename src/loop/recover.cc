#include "loop/recover.h"

#include <poll.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "loop/hooks.h"
#include "loop/hunt.h"
#include "loop/launch.h"
#include "loop/log.h"
#include "loop/output_cap.h"
#include "loop/record.h"
#include "loop/spool.h"
#include "loop/start_refused.h"
#include "store/ledger.h"
#include "store/output.h"
#include "store/overrides.h"
#include "sys/proc.h"
#include "sys/process.h"

namespace rounds {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr std::chrono::seconds kBackOff{1};
/// A run that is shorter than this goes from claimed to ended in one write.
constexpr milliseconds kMarkAfter{20};

bool has_ended(const Fd& pidfd) {
  pollfd ready{pidfd.get(), POLLIN, 0};
  return poll(&ready, 1, 0) > 0;
}

struct Look {
  Trace trace = Trace::nothing;
  std::optional<Adopted> process;
  Marker marker{};
};

/// A gone keeper's child holds no descriptor of it any more: it has executed, or dies without, and that is waited for.
bool dies_before_exec(pid_t pid) {
  for (;;) {
    const auto stat = read_proc_stat(pid);
    if (!stat || !stat->never_ran()) return false;
    if (peek_child(pid)) return true;
    sched_yield();
  }
}

/// Where the marker of a gone keeper's run leads (RUNS, rule 14): the pid is believed only with its
/// start time, in the keeper's own pid namespace, while the process is held.
Look follow_marker(const LoopState& state, const LiveRun& live) {
  const auto marker = live.marker ? live.marker : find_marker(state, live.row);
  if (!marker) return {Trace::no_marker, std::nullopt, {}};
  const auto row = state.keeper_rows.find(*live.row.keeper);
  if (row == state.keeper_rows.end() || row->second.pid_namespace != state.pid_namespace) return {};
  auto pidfd = open_pidfd(marker->pid);
  const auto stat = read_proc_stat(marker->pid);
  if (!pidfd || !stat || stat->started > marker->boot_time) return {};
  const bool child = is_child(marker->pid);
  if (child && dies_before_exec(marker->pid)) {
    return {Trace::never_ran, Adopted{marker->pid, std::move(*pidfd), true}, *marker};
  }
  if (!child && has_ended(*pidfd)) return {};
  return {child ? Trace::child : Trace::alive, Adopted{marker->pid, std::move(*pidfd), child}, *marker};
}

void adopt(LoopState& state, LiveRun& live, Look look) {
  live.adopted = std::move(look.process);
  live.pid = live.adopted->pid;
  live.marker = look.marker;
  state.events.watch(live.adopted->pidfd.get());
  watch_output(state, live);
  if (!live.row.started_at) {
    live.row.started_at = state.now.wall - std::chrono::duration_cast<milliseconds>(state.now.boot - look.marker.boot_time);
  }
  log_warning("run " + std::to_string(live.row.id.value) + " of " + live.row.job + ": its keeper is gone, followed as process " +
              std::to_string(live.pid));
}

Evidence evidence_of(const LoopState& state, const LiveRun& live) {
  Evidence evidence;
  const auto row = state.keeper_rows.find(*live.row.keeper);
  evidence.other_boot = row == state.keeper_rows.end() || row->second.boot_id != state.boot_id;
  evidence.told = live.told;
  const auto keeper = state.keepers.find(*live.row.keeper);
  evidence.keeper = keeper == state.keepers.end() ? KeeperStanding::gone : keeper->second.standing();
  return evidence;
}

Told told_of(const message::NotStarted& failure) {
  if (failure.step == StartStep::output && failure.error == EEXIST) return Told::output_exists;
  return out_of_resources(failure) ? Told::no_resources : Told::not_started;
}

/// By the boot clock, from its marker on: a wall clock that is set meanwhile makes no run longer or shorter.
void set_timeout(LiveRun& live) {
  if (!live.job || live.timeout_at) return;
  const auto timeout = overrides_from_text(live.row.overrides).timeout;
  const auto length = timeout ? timeout : live.job->job.timeout;
  if (length) live.timeout_at = live.marker->boot_time + *length;
}

/// A run that has its verdict, or that the store does not know: cleaned up and forgotten.
void answer_old_news(LoopState& state, KeeperLink& keeper, RunId id, bool ended) {
  const auto row = find_run(state.store, id);
  if (row && row->phase != Phase::ended) return;  // it is in nobody's hands yet; the next turn loads it
  if (row) clean(state, *row, std::nullopt, keeps_file(*row));
  if (!row) log_warning("a keeper holds run " + std::to_string(id.value) + ", which the store does not know");
  if (ended) keeper.send(message::Recorded{id.value});
}

void note(LoopState& state, LiveRun& live, const Message& message) {
  if (const auto* started = std::get_if<message::Started>(&message)) {
    live.pid = started->pid;
    live.marker = Marker{started->pid, nanoseconds(started->boot_ns)};
    if (!live.told) live.told = Told::started;
    live.mark_at = state.now.boot + kMarkAfter;
    if (!live.row.started_at) live.row.started_at = Instant(milliseconds(started->at_ms));
    set_timeout(live);
    watch_output(state, live);
  } else if (const auto* failure = std::get_if<message::NotStarted>(&message)) {
    live.failure = *failure;
    live.told = told_of(*failure);
  } else if (const auto* exit = std::get_if<message::Exited>(&message)) {
    live.pid = exit->pid;
    live.marker = Marker{exit->pid, nanoseconds(exit->boot_ns)};
    live.exit = *exit;
    live.told = Told::exited;
  }
}

std::int64_t run_of(const Message& message) {
  if (const auto* started = std::get_if<message::Started>(&message)) return started->run;
  if (const auto* failure = std::get_if<message::NotStarted>(&message)) return failure->run;
  if (const auto* exit = std::get_if<message::Exited>(&message)) return exit->run;
  return 0;
}

/// An adopted child that has ended is like any other whose end was told.
void note_exit(LoopState& state, LiveRun& live) {
  const auto info = live.adopted->child ? peek_child(live.adopted->pid) : std::nullopt;
  if (!info) {
    live.lost = true;
    return;
  }
  const auto ms = [](Instant at) { return at.time_since_epoch().count(); };
  live.exit = message::Exited{live.row.id.value, info->pid, live.marker->boot_time.count(), ms(*live.row.started_at), ms(state.now.wall),
                              info->signaled ? 1u : 0u, info->status, info->cpu.count(), info->max_rss_kib};
}

/// One run's ruling. Looks at the process table only for a gone keeper's run.
Ruling rule(LoopState& state, LiveRun& live) {
  const bool tree_gone = !live.hunt || live.hunt->over;
  if (live.refused) return Ruling::not_started;
  if (live.lost && !live.adopted) return Ruling::lost;
  if (live.adopted) {
    if (!live.ended()) return live.row.phase == Phase::claimed ? Ruling::mark_started : Ruling::wait;
    return tree_gone ? (live.lost ? Ruling::lost : Ruling::end) : Ruling::wait;
  }
  Evidence evidence = evidence_of(state, live);
  Ruling ruling = judge(live.row.phase, evidence);
  if (ruling == Ruling::wait && evidence.keeper == KeeperStanding::gone) {
    Look look = follow_marker(state, live);
    evidence.trace = look.trace;
    ruling = judge(live.row.phase, evidence);
    if (ruling == Ruling::adopt_child || ruling == Ruling::adopt_alive) {
      adopt(state, live, std::move(look));
      set_timeout(live);
      return live.row.phase == Phase::claimed ? Ruling::mark_started : Ruling::wait;
    }
    if (ruling == Ruling::reap_and_move) live.pid = look.process->pid;
  }
  if (ruling == Ruling::end && !tree_gone) return Ruling::wait;
  if (ruling == Ruling::send) return Ruling::wait;  // `send_starts` sees to it
  return ruling;
}

/// Whether the run's secrets are all at hand; the programs that print them are watched. Throws StartRefused.
bool has_secrets(LoopState& state, LiveRun& live) {
  const auto& wanted = live.job->job.secrets;
  if (wanted.empty()) return true;
  const bool begun = live.secrets != nullptr;
  if (!begun) live.secrets = std::make_unique<SecretReader>(wanted, state.now.boot);
  const auto before = live.secrets->fds();
  if (live.secrets->complete(state.now.boot)) return true;  // closing a descriptor ends its being watched
  if (!begun) {
    for (const int fd : before) state.events.watch(fd);
  }
  return false;
}

/// The Start message; nothing when there cannot be one yet, or at all: then the next turn gives the run its verdict.
std::optional<message::Start> prepare(LoopState& state, LiveRun& live, const LaunchContext& context) try {
  if (!has_secrets(state, live)) return std::nullopt;
  const auto secrets = std::move(live.secrets);
  message::Start start = start_message(live.job->job, live.row, context, subject_of(state.store, live.row), secrets ? secrets->values() : SecretValues());
  if (encode(start).size() <= kLargestStart) return start;
  live.refused = Outcome{Verdict::not_started, Reason::exec, "Argument list too long"};
  return std::nullopt;
} catch (const StartRefused& refused) {
  live.secrets.reset();
  live.refused = Outcome{Verdict::not_started, refused.reason, refused.what()};
  return std::nullopt;
}

/// Starts over with our keeper, or cancels what is no longer wanted.
void move(LoopState& state, LiveRun& live, bool reap) {
  const auto job = find_job(state.store, live.row.job_id);
  const bool wanted = live.job && still_wanted(job ? &*job : nullptr, live.row) && !live.row.stop_requested;
  if (!wanted) return finish(state, live, {Verdict::cancelled, std::nullopt, {}});
  const bool back_to_waiting = !state.accepting || !state.own;
  assign_keeper(state.store, live.row.id, back_to_waiting ? std::nullopt : state.own);
  state.after_commit.push_back([&state, &live, reap, back_to_waiting] {
    clear_way(state, live.row, live.marker);
    if (reap) reap_child(live.pid);
    const bool back_off = live.told == Told::no_resources;
    const auto old = state.keepers.find(*live.row.keeper);
    if (live.failure && old != state.keepers.end()) old->second.send(message::Recorded{live.row.id.value});
    if (back_to_waiting) {
      state.live.erase(live.row.id);
      return;
    }
    LiveRun fresh;
    fresh.row = live.row;
    fresh.row.keeper = state.own;
    fresh.job = live.job;
    if (back_off) fresh.hold_until = state.now.boot + kBackOff;
    live = std::move(fresh);
  });
}

void mark(LoopState& state, LiveRun& live) {
  const Instant started = live.row.started_at.value_or(state.now.wall);
  mark_running(state.store, live.row.id, started);
  state.after_commit.push_back([&live, started] {
    live.row.phase = Phase::running;
    live.row.started_at = started;
  });
}

/// Its output is there already: somebody else started it; go by the evidence. Under the rules this does not happen.
void clear(LoopState& state, LiveRun& live) {
  log_error("bug: the output of run " + std::to_string(live.row.id.value) + " existed already");
  const auto look = std::make_shared<Look>(follow_marker(state, live));
  if (!look->process) return finish(state, live, {Verdict::unknown, Reason::lost, "bug: its output existed already"});
  state.after_commit.push_back([&state, &live, look] {
    const auto keeper = state.keepers.find(*live.row.keeper);
    if (keeper != state.keepers.end()) keeper->second.send(message::Recorded{live.row.id.value});
    live.failure.reset();
    live.told.reset();
    adopt(state, live, std::move(*look));
  });
}

void report_bug(LoopState& state, LiveRun& live) {
  log_error("bug: run " + std::to_string(live.row.id.value) + " is " + to_text(live.row.phase) +
            ", and its keeper says what cannot be");
  finish(state, live, {Verdict::unknown, Reason::lost, "bug: its keeper said what cannot be"});
}

/// A configuration file that was only a default may not be there.
std::string existing(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::exists(file, ignored) ? file.string() : std::string();
}

std::shared_ptr<const StoredJob> job_of(const LoopState& state, const Run& run) {
  auto stored = find_job(state.store, run.job_id);
  return stored ? acting_job(state.settings, std::move(*stored), run) : nullptr;
}

}  // namespace

void load_open_runs(LoopState& state) {
  for (const KeeperRow& row : all_keepers(state.store)) {
    state.keeper_rows[row.id] = row;
    if (row.boot_id != state.boot_id) continue;
    // Ours when this process was its maker before it renewed its program.
    const auto pid = static_cast<pid_t>(row.pid);
    auto [link, added] = state.keepers.emplace(row.id, KeeperLink(row.id, state.spool, pid > 0 && is_child(pid) ? pid : 0));
    link->second.probe();
  }
  for (Run& run : open_runs(state.store)) {
    if (!run.keeper) continue;
    LiveRun live;
    live.job = job_of(state, run);
    live.row = std::move(run);
    state.live.emplace(live.row.id, std::move(live));
  }
}

void hear(LoopState& state, KeeperLink& keeper, const std::vector<Message>& messages) {
  for (const Message& message : messages) {
    const RunId id{run_of(message)};
    const auto live = state.live.find(id);
    if (live != state.live.end() && live->second.row.keeper == keeper.id()) note(state, live->second, message);
    else answer_old_news(state, keeper, id, !std::holds_alternative<message::Started>(message));
  }
}

bool note_adopted_end(LoopState& state, int fd) {
  for (auto& [id, live] : state.live) {
    if (!live.adopted || live.adopted->pidfd.get() != fd) continue;
    state.events.forget(fd);
    note_exit(state, live);
    return true;
  }
  return false;
}

bool note_secret_end(LoopState& state, int fd) {
  for (const auto& [id, live] : state.live) {
    const auto fds = live.secrets ? live.secrets->fds() : std::vector<int>();
    if (std::find(fds.begin(), fds.end(), fd) == fds.end()) continue;
    state.events.forget(fd);  // it stays readable until somebody has the time to look
    return true;
  }
  return false;
}

std::vector<Demand> judge_runs(LoopState& state) {
  std::vector<Demand> demands;
  for (auto& [id, live] : state.live) {
    const Ruling ruling = rule(state, live);
    if (ruling == Ruling::wait || (ruling == Ruling::mark_started && live.mark_at && *live.mark_at > state.now.boot)) continue;
    demands.push_back({id, ruling});
  }
  return demands;
}

std::optional<nanoseconds> next_step(const LoopState& state) {
  auto next = next_hunt(state);
  const auto look = next_output_look(state);
  if (look && (!next || *look < *next)) next = look;
  for (const auto& [id, live] : state.live) {
    const bool to_give_up = live.secrets && live.secrets->deadline() > state.now.boot;
    if (to_give_up && (!next || live.secrets->deadline() < *next)) next = live.secrets->deadline();
    const bool to_mark = live.mark_at && live.row.phase == Phase::claimed && !live.ended();
    if (to_mark && *live.mark_at > state.now.boot && (!next || *live.mark_at < *next)) next = live.mark_at;
  }
  return next;
}

void apply(LoopState& state, const std::vector<Demand>& demands) {
  for (const Demand& demand : demands) {
    const auto found = state.live.find(demand.run);
    if (found == state.live.end()) continue;
    LiveRun& live = found->second;
    switch (demand.ruling) {
      case Ruling::wait:
      case Ruling::send:
      case Ruling::adopt_child:
      case Ruling::adopt_alive: break;
      case Ruling::mark_started: mark(state, live); break;
      case Ruling::end: finish(state, live, outcome_of(live)); break;
      case Ruling::not_started: finish(state, live, live.refused ? *live.refused : outcome_of(*live.failure)); break;
      case Ruling::clear: clear(state, live); break;
      case Ruling::again:
      case Ruling::move: move(state, live, false); break;
      case Ruling::reap_and_move: move(state, live, true); break;
      case Ruling::lost: finish(state, live, {Verdict::unknown, Reason::lost, {}}); break;
      case Ruling::bug: report_bug(state, live); break;
    }
  }
}

void send_starts(LoopState& state) {
  if (!state.accepting) return;
  const auto own = state.own ? state.keepers.find(*state.own) : state.keepers.end();
  if (own == state.keepers.end() || own->second.standing() != KeeperStanding::serving) return;
  int slots = free_slots(state);
  const LaunchContext context{state.program, state.store.file(), existing(state.settings.config_file), state.settings.zone,
                              state.settings.jobs_dir};
  for (auto& [id, live] : state.live) {
    const bool reading = live.secrets != nullptr;  // it has its slot already
    if (slots == 0 && !reading) continue;
    const bool ready = live.row.phase == Phase::claimed && live.row.keeper == state.own && !live.sent && !live.told &&
                       !live.adopted && !live.hunt && !live.refused && live.job && (!live.hold_until || *live.hold_until <= state.now.boot);
    if (!ready) continue;
    auto start = prepare(state, live, context);
    if (!reading && (start || live.secrets)) --slots;
    if (!start) continue;
    start->spare = take_spare(state);
    live.sent = true;
    own->second.send(std::move(*start));
  }
}

bool has_refused(const LoopState& state) {
  return std::any_of(state.live.begin(), state.live.end(), [](const auto& entry) { return entry.second.refused.has_value(); });
}

bool still_wanted(const StoredJob* job, const Run& run) {
  const bool by_hand = run.cause == Cause::manual || run.occurrence;
  if (run.cause == Cause::hook) return job != nullptr;
  return job != nullptr && !job->removed_at && (!job->paused_at || by_hand);
}

bool has_unjudged(const LoopState& state) {
  return std::any_of(state.live.begin(), state.live.end(), [&](const auto& entry) {
    const LiveRun& live = entry.second;
    if (live.adopted) return live.adopted->child;
    const auto keeper = state.keepers.find(*live.row.keeper);
    return keeper != state.keepers.end() && keeper->second.standing() == KeeperStanding::gone;
  });
}

std::vector<KeeperId> spent_keepers(const LoopState& state) {
  std::set<KeeperId> named;
  for (const auto& [id, live] : state.live) named.insert(*live.row.keeper);
  std::vector<KeeperId> spent;
  for (const auto& [id, row] : state.keeper_rows) {
    const auto link = state.keepers.find(id);
    const bool gone = link == state.keepers.end() || link->second.standing() == KeeperStanding::gone;
    if (gone && !named.contains(id)) spent.push_back(id);
  }
  return spent;
}

}  // namespace rounds
