#include "loop/attend.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "error.h"
#include "loop/hooks.h"
#include "loop/hunt.h"
#include "loop/output_cap.h"
#include "loop/record.h"
#include "loop/recover.h"
#include "loop/spool.h"
#include "store/keepers.h"
#include "store/ledger.h"
#include "sys/clock.h"
#include "sys/process.h"
#include "sys/timer.h"

namespace rounds {

namespace {

constexpr std::chrono::seconds kProbeAgain{1};  ///< a keeper too busy to be reached

}  // namespace

Attendant::Attendant(Store& store, const Settings& settings, RunId run)
    : state_(open_state(store, settings)), run_(run) {}

void Attendant::start() {
  make_keeper();
  load();
  send_starts(state_);
  serve_until([this] { return live()->row.phase == Phase::running || own_is_gone(); });
  bury();
}

/// Its row and the claim first, then the keeper (RUNS, rule 3). Without a keeper the run goes back to waiting.
void Attendant::make_keeper() {
  KeeperRow row{{}, state_.boot_id, state_.pid_namespace, 0};
  state_.store.write([&] {
    row.id = insert_keeper(state_.store, row);
    assign_keeper(state_.store, run_, row.id);
  });
  state_.own = row.id;
  state_.keeper_rows[row.id] = row;
  try {
    const KeeperLink& link = state_.keepers.emplace(row.id, KeeperLink::spawn(row.id, state_.spool)).first->second;
    state_.store.write([&] { set_keeper_pid(state_.store, row.id, link.pid()); });
  } catch (const Error&) {
    state_.store.write([&] {
      assign_keeper(state_.store, run_, std::nullopt);
      delete_keeper(state_.store, row.id);
    });
    throw;
  }
}

/// Killed before it began: the next round of the caller makes another.
bool Attendant::own_is_gone() const {
  const auto own = state_.own ? state_.keepers.find(*state_.own) : state_.keepers.end();
  return own == state_.keepers.end() || own->second.standing() == KeeperStanding::gone;
}

bool Attendant::conclude() {
  load();
  serve_until([this] { return heard_out() && !live()->ended() && !live()->hunt; });
  bury();
  return live() == nullptr;
}

void Attendant::end(Verdict verdict, std::optional<Reason> reason) {
  load();
  begin_ending(state_, run_, verdict, reason);
  serve_until([] { return false; });
  bury();
}

pid_t Attendant::pid() const {
  const auto found = state_.live.find(run_);
  return found == state_.live.end() ? 0 : found->second.pid;
}

/// The one run, and its keeper when that is not ours already.
void Attendant::load() {
  const auto row = find_run(state_.store, run_);
  if (!row || row->phase == Phase::ended || !row->keeper) return;
  for (const KeeperRow& keeper : all_keepers(state_.store)) {
    if (keeper.id != row->keeper) continue;
    state_.keeper_rows[keeper.id] = keeper;
    if (keeper.boot_id != state_.boot_id) continue;
    const auto pid = static_cast<pid_t>(keeper.pid);
    state_.keepers.try_emplace(keeper.id, keeper.id, state_.spool, pid > 0 && is_child(pid) ? pid : 0);
  }
  LiveRun live;
  live.row = *row;
  if (auto stored = find_job(state_.store, row->job_id)) live.job = acting_job(state_.settings, std::move(*stored), *row);
  state_.live.emplace(run_, std::move(live));
}

void Attendant::serve_until(const std::function<bool()>& done) {
  BootTimer timer;
  state_.events.watch(timer.fd());
  step();
  while (live() != nullptr && !done()) {
    auto next = next_step(state_);
    const bool busy = std::any_of(state_.keepers.begin(), state_.keepers.end(), [](const auto& k) { return k.second.must_probe_again(); });
    if (busy && (!next || *next > state_.now.boot + kProbeAgain)) next = state_.now.boot + kProbeAgain;
    timer.arm(next);
    for (const int fd : state_.events.wait(!has_refused(state_))) {
      if (fd == timer.fd()) timer.read();
      else if (!note_member_end(state_, fd) && !note_secret_end(state_, fd)) note_adopted_end(state_, fd);
    }
    step();
  }
  state_.events.forget(timer.fd());
}

/// A turn of the loop for this run alone.
void Attendant::step() {
  state_.now = read_clock();
  for (auto& [id, keeper] : state_.keepers) {
    keeper.probe();
    hear(state_, keeper, keeper.receive());
    keeper.flush();
    if (keeper.fd() >= 0) state_.events.watch(keeper.fd(), keeper.wants_room());
  }
  step_outputs(state_);
  step_hunts(state_);
  auto demands = judge_runs(state_);
  if (demands.empty()) {
    send_starts(state_);  // a run's secrets may be there now, or cannot be had
    demands = judge_runs(state_);
  }
  if (demands.empty()) return;
  state_.store.write([&] {
    state_.after_commit.clear();
    rounds::apply(state_, demands);  // not std::apply
  });
  for (const auto& effect : std::exchange(state_.after_commit, {})) effect();
  clean_some(state_, state_.to_clean.size());
  step_hunts(state_);
  send_starts(state_);
}

LiveRun* Attendant::live() {
  const auto found = state_.live.find(run_);
  return found == state_.live.end() ? nullptr : &found->second;
}

bool Attendant::heard_out() {
  const auto keeper = state_.keepers.find(*live()->row.keeper);
  if (keeper == state_.keepers.end()) return true;
  return keeper->second.standing() != KeeperStanding::silent;
}

/// A keeper that no open run names has nothing left to do: it leaves when the connection closes. One that a loop left
/// behind may hold others; by its row they are judged.
void Attendant::bury() {
  if (live() != nullptr) return;
  for (auto& [id, row] : state_.keeper_rows) {
    state_.keepers.erase(id);
    bool spent = false;
    state_.store.write([&, keeper = id] {
      const auto open = open_runs(state_.store);
      spent = std::none_of(open.begin(), open.end(), [keeper](const Run& run) { return run.keeper == keeper; });
      if (spent) delete_keeper(state_.store, keeper);
    });
    if (spent) unlinkat(state_.spool.get(), KeeperLink::socket_name(id).c_str(), 0);
  }
  state_.keeper_rows.clear();
}

std::vector<pid_t> conclude_orphans(Store& store, const Settings& settings, std::optional<RunId> own) {
  std::vector<pid_t> pids;
  for (const Run& run : open_runs(store)) {
    if (!run.keeper || run.id == own) continue;
    Attendant attendant(store, settings, run.id);
    if (!attendant.conclude() && attendant.pid() != 0) pids.push_back(attendant.pid());
  }
  return pids;
}

}  // namespace rounds
