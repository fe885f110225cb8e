#include "loop/hunt.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>

#include "loop/launch.h"
#include "loop/log.h"
#include "store/events.h"
#include "store/spool.h"
#include "sys/process.h"

namespace rounds {

namespace {

/// The run's leader while its number is pinned: unreaped, or alive by a proof; else 0.
pid_t pinned_leader(const LoopState& state, const LiveRun& live) {
  if (live.adopted) return live.adopted->child || !live.lost ? live.adopted->pid : 0;
  const auto keeper = live.row.keeper ? state.keepers.find(*live.row.keeper) : state.keepers.end();
  if (keeper == state.keepers.end() || keeper->second.standing() == KeeperStanding::gone) return 0;
  if (live.exit) return live.exit->pid;
  return live.pid;
}

Traits traits_of(const LoopState& state, const LiveRun& live) {
  Traits traits;
  traits.session = pinned_leader(state, live);
  traits.environment = mark_of(live.row);
  struct stat info {};
  if (fstatat(state.spool.get(), output_name(live.row).c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) {
    traits.output_device = info.st_dev;
    traits.output_inode = info.st_ino;
  }
  return traits;
}

bool has_begun(const LiveRun& live) { return live.told || live.adopted || live.row.phase == Phase::running; }

/// Is it time to look for this run's processes?
bool wants_look(const LoopState& state, const LiveRun& live) {
  if (!live.hunt || live.hunt->over || !has_begun(live)) return false;
  const Hunt& hunt = *live.hunt;
  return !hunt.termed || (hunt.kill_at && *hunt.kill_at <= state.now.boot) || hunt.members.empty();
}

void forget_members(LoopState& state, Hunt& hunt) {
  for (const Member& member : hunt.members) state.events.forget(member.pidfd.get());
  hunt.members.clear();
}

/// What to send this time: TERM first, KILL from the end of the grace on, else nothing.
int next_signal(const LoopState& state, Hunt& hunt) {
  if (hunt.kill_at && *hunt.kill_at <= state.now.boot) hunt.kill_at.reset();
  const int signal = !hunt.kill_at ? SIGKILL : hunt.termed ? 0 : SIGTERM;
  hunt.termed = true;
  return signal;
}

void look(LoopState& state, const std::vector<LiveRun*>& prey) {
  std::vector<Traits> traits;
  for (LiveRun* live : prey) {
    forget_members(state, *live->hunt);
    traits.push_back(traits_of(state, *live));
  }
  std::vector<int> signals;
  for (LiveRun* live : prey) signals.push_back(next_signal(state, *live->hunt));
  for (Member& member : find_members(traits)) {
    if (signals[member.run] != 0) send_signal(member.pidfd, signals[member.run]);
    if (signals[member.run] == SIGTERM) send_signal(member.pidfd, SIGCONT);  // a stopped process could not hear it
    state.events.watch(member.pidfd.get());
    prey[member.run]->hunt->members.push_back(std::move(member));
  }
  for (LiveRun* live : prey) live->hunt->over = live->hunt->members.empty() && live->ended();
}

}  // namespace

void begin_ending(LoopState& state, RunId id, std::optional<Verdict> verdict, std::optional<Reason> reason) {
  const auto found = state.live.find(id);
  if (found == state.live.end()) return;
  LiveRun& live = found->second;
  if (live.hunt && reason) {  // a stop that is asked for beats a timeout that is under way
    live.hunt->verdict = verdict;
    live.hunt->reason = reason;
  }
  if (live.hunt) return;
  live.hunt.emplace();
  live.hunt->verdict = verdict;
  live.hunt->reason = reason;
  live.hunt->kill_at = state.now.boot + (live.job ? live.job->job.kill_grace : std::chrono::seconds(10));
}

void hurry_endings(LoopState& state) {
  for (auto& [id, live] : state.live) {
    if (live.hunt && live.hunt->kill_at) live.hunt->kill_at = state.now.boot;
  }
}

void step_hunts(LoopState& state) {
  std::vector<LiveRun*> prey;
  for (auto& [id, live] : state.live) {
    const bool timed_out = live.timeout_at && *live.timeout_at <= state.now.boot && !live.ended();
    if (timed_out) begin_ending(state, id, Verdict::timed_out, std::nullopt);
    // What a run that died by a signal left behind is ended too, and what its job does not want to be left.
    const bool kill_leftovers = live.job && live.job->job.leftovers == Leftovers::kill;
    if (live.exit && (live.exit->signaled != 0 || kill_leftovers)) begin_ending(state, id, std::nullopt, std::nullopt);
    if (wants_look(state, live)) prey.push_back(&live);
  }
  if (!prey.empty()) look(state, prey);
}

void tell_leftovers(LoopState& state) {
  std::vector<Traits> traits;
  const auto runs = std::exchange(state.left_open, {});
  for (const Run& run : runs) {
    LiveRun live;
    live.row = run;
    live.row.keeper.reset();  // its leader is reaped: no session to go by
    traits.push_back(traits_of(state, live));
  }
  if (traits.empty()) return;
  std::vector<int> counts(runs.size());
  for (const Member& member : find_members(traits)) ++counts[member.run];
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (counts[i] == 0) continue;  // a reader, then
    const std::string text = "run " + std::to_string(runs[i].id.value) + " left " + std::to_string(counts[i]) + (counts[i] == 1 ? " process" : " processes") + " running";
    add_event(state.store, {0, state.now.wall, "leftovers", runs[i].job, text});
    state.after_commit.push_back([text, name = runs[i].job] { log_warning(text + " (job " + name + "; leftovers = \"kill\" ends them)"); });
  }
}

bool note_member_end(LoopState& state, int fd) {
  for (auto& [id, live] : state.live) {
    if (!live.hunt) continue;
    auto& members = live.hunt->members;
    const auto found = std::find_if(members.begin(), members.end(), [fd](const Member& m) { return m.pidfd.get() == fd; });
    if (found == members.end()) continue;
    state.events.forget(fd);
    members.erase(found);
    return true;
  }
  return false;
}

std::optional<std::chrono::nanoseconds> next_hunt(const LoopState& state) {
  std::optional<std::chrono::nanoseconds> next;
  // What has passed was done, or waits for an event: a timer would only spin.
  const auto consider = [&](const std::optional<std::chrono::nanoseconds>& at) {
    if (at && *at > state.now.boot && (!next || *at < *next)) next = at;
  };
  for (const auto& [id, live] : state.live) {
    if (!live.ended() && !live.hunt) consider(live.timeout_at);
    if (live.hunt && !live.hunt->over) consider(live.hunt->kill_at);
    if (!live.sent) consider(live.hold_until);
  }
  return next;
}

}  // namespace rounds
