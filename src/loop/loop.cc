#include "loop/loop.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "core/decide.h"
#include "error.h"
#include "loop/claim.h"
#include "loop/clock_steps.h"
#include "loop/hunt.h"
#include "loop/log.h"
#include "loop/output_cap.h"
#include "loop/pools.h"
#include "loop/record.h"
#include "loop/recover.h"
#include "loop/spool.h"
#include "store/events.h"
#include "store/ledger.h"
#include "sys/clock.h"
#include "sys/proc.h"
#include "sys/process.h"
#include "sys/wake.h"

namespace rounds {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr milliseconds kLockPatience{50};
constexpr milliseconds kWriteSpacing{4};
constexpr int kEnoughAhead = 16;           ///< starts a keeper can make in that time, and more
constexpr std::size_t kCleanAtOnce = 64;
constexpr std::size_t kManyToClean = 8192;
constexpr std::size_t kSparesBeyondSlots = 128;  ///< for the runs that ended and are not cleaned up after
constexpr int kStopsAtAnyPrice = 3;
constexpr seconds kTryAgain{1};            ///< after trouble with the store or a busy keeper
constexpr std::int64_t kCheckpointBytes = 4 * 1024 * 1024;
constexpr std::int64_t kCheckpointUnderLoadBytes = 64 * 1024 * 1024;

bool has_died(pid_t pid) {
  if (pid == 0) return false;
  const auto stat = read_proc_stat(pid);
  return !stat || stat->state == 'Z';
}

}  // namespace

Loop::Loop(Store& store, const Settings& settings, const LoopOptions& options)
    : state_(open_state(store, settings)),
      options_(options),
      files_(store, state_.settings),
      signals_({SIGTERM, SIGINT, SIGHUP, SIGCHLD}),
      bell_(bind_bell(store.spool())) {
  state_.max_parallel = options.max_parallel;
  state_.most_spares = static_cast<std::size_t>(state_.max_parallel) + kSparesBeyondSlots;
  signal(SIGPIPE, SIG_IGN);
}

LoopEnd Loop::run() {
  begin();
  while (!finished()) {
    if (must_renew()) return {state_.failures, state_.awake_since};
    const bool block = postponed_ || (!more_due_ && !more_to_clean_ && !more_to_prune_);
    try {
      for (const int fd : state_.events.wait(block)) handle(fd);
      turn();
    } catch (const Error& error) {
      wait_out(error);
    }
  }
  if (!state_.live.empty()) {
    throw Error(Fault::temporary, "stopped with " + std::to_string(state_.live.size()) + " runs whose ends are not on record",
                "the keeper remembers them for the next rounds run");
  }
  retire();
  return {state_.failures, std::nullopt};
}

/// The zone database is another one: only a new process reads it. One that leaves soon goes on with the old one.
bool Loop::must_renew() { return zones_.outdated(read_clock()) && state_.accepting && !options_.once && !options_.length; }

void Loop::begin() {
  for (const int fd : {files_.fd(), zones_.fd(), signals_.fd(), due_timer_.fd(), length_timer_.fd(), bell_.get(), state_.output_watch.fd()}) state_.events.watch(fd);
  read_clock_now();
  state_.epoch = std::stoll(find_fact(state_.store, "clock_epoch").value_or("0"));
  load_open_runs(state_);
  sweep_spool(state_);
  files_.sync(edit_now());
  if (options_.once) state_.only_until = state_.now.due();
  begin_store();
  if (options_.length) end_at_ = state_.now.boot + *options_.length;
  log_info("ready: pid " + std::to_string(getpid()) + ", store " + state_.store.file().string() + ", jobs " +
           state_.settings.jobs_dir.string());
  turn();
}

/// Nothing of the turn was lost: rows and evidence are where they were. Tried again until it works.
void Loop::wait_out(const Error& error) {
  if (!std::exchange(store_trouble_, true)) log_error(error.what());
  state_.after_commit.clear();
  more_due_ = more_to_clean_ = more_to_prune_ = postponed_ = false;
  files_.note_all();
  length_timer_.arm(read_clock().boot + kTryAgain);
}

/// One turn: hear, judge, write all that in one transaction, then act on it. Under load many verdicts and claims
/// share one sync: in between the slots are kept busy with what was claimed ahead.
void Loop::turn() {
  read_clock_now();
  hear_keepers();
  step_outputs(state_);
  postponed_ = last_write_ && state_.now.boot < *last_write_ + kWriteSpacing;
  if (postponed_) {
    send_starts(state_);
    watch_keepers();
    if (starts_ahead(state_) >= kEnoughAhead) mute_keepers();
    return length_timer_.arm(*last_write_ + kWriteSpacing);
  }
  step_hunts(state_);
  more_due_ = false;
  const auto demands = judge_runs(state_);
  const bool work = !demands.empty() || rung_ || clock_->stepped().count() != 0 || due_now() || !spent_keepers(state_).empty() || !state_.left_open.empty();
  if (work) write_turn(demands);
  step_hunts(state_);
  send_starts(state_);
  watch_keepers();
  reap_strays();
  tidy(work);
  more_due_ = more_due_ || (!store_trouble_ && has_refused(state_));
  more_to_clean_ = more_to_clean_ || !state_.left_open.empty();  // another turn tells of them
  arm_timers();
}

void Loop::hear_keepers() {
  for (auto& [id, keeper] : state_.keepers) {
    keeper.probe();
    hear(state_, keeper, keeper.receive());
  }
}

/// Files of ended runs go when there is nothing better to do, or too many of them; old history when nothing else is.
void Loop::tidy(bool busy) {
  const bool many = state_.to_clean.size() > kManyToClean;
  if (!busy || many) more_to_clean_ = clean_some(state_, kCleanAtOnce);
  else more_to_clean_ = !state_.to_clean.empty();
  more_to_prune_ = !busy && !more_to_clean_ && state_.accepting && !options_.once && pruning_.step(state_);
}

void Loop::write_turn(const std::vector<Demand>& demands) {
  state_.after_commit.clear();
  bool done = false;
  try {
    if (!state_.store.still_in_place()) throw Error(Fault::temporary, state_.store.file().string() + " is not there any more");
    done = state_.store.try_write(kLockPatience, [&] {
      state_.after_commit.clear();
      state_.claimed_this_turn = 0;
      state_.slots_this_turn.clear();
      ensure_keeper();
      apply(state_, demands);
      bury_keepers();
      settle_clock();
      if (rung_) obey_stop_requests();
      if (rung_) settle_unsent();
      tell_leftovers(state_);
      claim_waiting(state_);
      more_due_ = claim_due(state_);
    });
    if (done && std::exchange(store_trouble_, false)) log_info("the store works again");
  } catch (const Error& error) {
    // Nothing was claimed, so nothing starts unrecorded; tried again until it works.
    if (!std::exchange(store_trouble_, true)) log_error(std::string("the store: ") + error.what());
  }
  last_write_ = read_clock().boot;
  if (!done) {
    state_.after_commit.clear();
    more_due_ = !store_trouble_;  // somebody else writes: other events first, then again
    return;
  }
  rung_ = false;
  for (const auto& effect : std::exchange(state_.after_commit, {})) effect();
  const std::int64_t log_size = state_.store.wal_bytes();
  if (log_size > kCheckpointUnderLoadBytes || (log_size > kCheckpointBytes && !more_due_)) state_.store.checkpoint();
}

/// Inside the transaction: what the clock did since the last one.
void Loop::settle_clock() {
  if (clock_->stepped().count() != 0) {
    record_step(state_, clock_->stepped());
    state_.after_commit.push_back([this] { clock_->settle(); });
  }
  if (is_doubt_over(state_)) end_doubt(state_);
}

void Loop::handle(int fd) {
  if (fd == due_timer_.fd()) {
    due_timer_.read();
  } else if (fd == length_timer_.fd()) {
    length_timer_.read();
  } else if (fd == bell_.get()) {
    hear_bell(bell_);
    rung_ = true;
    files_.note_holders();
  } else if (fd == signals_.fd()) {
    for (const int signal : signals_.read()) handle_signal(signal);
  } else if (fd == files_.fd()) {
    files_.note_changes(read_clock());
  } else if (fd == state_.output_watch.fd()) {
    note_writes(state_);
  } else if (fd == zones_.fd()) {
    zones_.note_changes(read_clock());
  } else if (!note_member_end(state_, fd) && !note_secret_end(state_, fd)) {
    note_adopted_end(state_, fd);  // else it is a keeper's: every turn reads those
  }
}

void Loop::handle_signal(int signal) {
  if (signal == SIGTERM || signal == SIGINT || (signal == SIGHUP && isatty(STDERR_FILENO) != 0)) return stop_asked();
  if (signal != SIGHUP) return;
  files_.note_all();
  zones_.note_all(read_clock());
}

/// Told once: wait for what runs. Twice: TERM. Three times: KILL.
void Loop::stop_asked() {
  ++stops_;
  state_.accepting = false;
  rung_ = true;  // what is claimed and not sent goes back
  const auto running = state_.live.size();
  if (stops_ == 1) {
    log_info(running == 0 ? "stopping" : "stopping; waiting for " + std::to_string(running) + " runs (again: end them)");
  } else if (stops_ == 2) {
    log_warning("ending " + std::to_string(running) + " runs");
    for (auto& [id, live] : state_.live) begin_ending(state_, id, Verdict::killed, Reason::stopped);
  } else {
    hurry_endings(state_);
  }
}

/// Inside the transaction: what was claimed ahead and not sent goes back to waiting when the loop ends, and is
/// cancelled when its job is no longer wanted.
void Loop::settle_unsent() {
  for (const auto& [id, live] : state_.live) {
    if (!live.unsent() || live.row.keeper != state_.own) continue;
    const auto job = find_job(state_.store, live.row.job_id);
    if (!still_wanted(job ? &*job : nullptr, live.row)) {
      cancel_unsent(state_, live.row, !job || job->removed_at ? Reason::removed : Reason::paused);
    } else if (!state_.accepting) {
      assign_keeper(state_.store, id, std::nullopt);
      state_.after_commit.push_back([this, run = id] { state_.live.erase(run); });
    }
  }
}

/// Goes away: nothing runs any more. Keepers leave by themselves once we do; their rows are taken out first, also those
/// of earlier loops' keepers, which cannot start anything and hold no run of the store.
void Loop::retire() try {
  clean_some(state_, state_.to_clean.size());
  drop_spares(state_);
  state_.keepers.clear();
  state_.store.write([&] {
    for (const auto& [id, row] : state_.keeper_rows) delete_keeper(state_.store, id);
  });
  for (const auto& [id, row] : state_.keeper_rows) unlinkat(state_.spool.get(), KeeperLink::socket_name(id).c_str(), 0);
  unlinkat(state_.spool.get(), "wake", 0);
  state_.store.checkpoint();
  log_info("stopped");
} catch (const Error& error) {
  log_error(std::string("stopped, but not tidily: ") + error.what());  // the next loop recovers what is left
}

/// Both clocks, once a turn.
void Loop::read_clock_now() {
  state_.now = read_clock();
  if (clock_) clock_->look(state_.now, armed_);
  else clock_.emplace(state_.now, options_.awake_since.value_or(state_.now.due()));
  state_.awake_since = clock_->awake_since();
}

/// Inside the transaction: a keeper's row comes before the keeper (RUNS, rule 3).
void Loop::ensure_keeper() {
  const auto own = state_.own ? state_.keepers.find(*state_.own) : state_.keepers.end();
  const auto standing = own == state_.keepers.end() ? KeeperStanding::gone : own->second.standing();
  if (standing == KeeperStanding::serving || standing == KeeperStanding::silent) return;
  if (no_keeper_until_ && *no_keeper_until_ > state_.now.boot) return state_.own.reset();
  if (own != state_.keepers.end()) log_warning("the keeper is gone; making another");
  KeeperRow row{{}, state_.boot_id, state_.pid_namespace, 0};
  row.id = insert_keeper(state_.store, row);
  state_.own = row.id;
  // Rolled back: `own` names a row that is not there, and the next turn finds no link to it.
  state_.after_commit.push_back([this, row] {
    state_.keeper_rows[row.id] = row;
    spawn_keeper(row.id);
  });
}

void Loop::spawn_keeper(KeeperId id) {
  try {
    no_keeper_until_ = state_.now.boot + kTryAgain;  // one that dies at birth is not made again at once
    const KeeperLink& link = state_.keepers.emplace(id, KeeperLink::spawn(id, state_.spool)).first->second;
    state_.store.write([&] { set_keeper_pid(state_.store, id, link.pid()); });
    log_info("keeper " + std::to_string(id.value) + " is process " + std::to_string(link.pid()));
  } catch (const Error& error) {
    log_error(std::string("no keeper: ") + error.what());
    state_.keepers.emplace(id, KeeperLink(id, state_.spool));
  }
}

/// Until the next write nobody waits for us: the keeper has enough to do, and its news are heard in one go.
void Loop::mute_keepers() {
  for (auto& [id, keeper] : state_.keepers) {
    if (keeper.fd() >= 0 && !keeper.wants_room()) state_.events.mute(keeper.fd());
  }
}

void Loop::bury_keepers() {
  for (const KeeperId id : spent_keepers(state_)) {
    if (id == state_.own) continue;
    delete_keeper(state_.store, id);
    state_.after_commit.push_back([this, id] {
      unlinkat(state_.spool.get(), KeeperLink::socket_name(id).c_str(), 0);
      state_.keepers.erase(id);
      state_.keeper_rows.erase(id);
    });
  }
}

void Loop::watch_keepers() {
  for (auto& [id, keeper] : state_.keepers) {
    keeper.flush();
    if (keeper.fd() >= 0) state_.events.watch(keeper.fd(), keeper.wants_room());
  }
}

/// Orphans of jobs come to us; those that are no run's are reaped (RUNS, rule 13). With a keeper's death its runs come
/// too, perhaps before it can be waited for itself: a tracer may have to look first.
void Loop::reap_strays() {
  if (has_unjudged(state_)) return;
  while (const auto ended = peek_any_child()) {
    const bool of_dead_keeper = std::any_of(state_.keepers.begin(), state_.keepers.end(), [](const auto& entry) { return has_died(entry.second.pid()); });
    if (of_dead_keeper) return;  // the keeper is asked about by its link
    if (reads_secrets(state_, ended->pid)) return;
    reap_child(ended->pid);
  }
}

void Loop::obey_stop_requests() {
  for (Run& run : stop_requests(state_.store)) {
    if (cancel_unsent(state_, run, Reason::stopped)) continue;
    state_.after_commit.push_back([this, id = run.id] { begin_ending(state_, id, Verdict::killed, Reason::stopped); });
  }
}

/// What a start means for the jobs of the store; for one that only renews its program, next to nothing.
void Loop::begin_store() {
  const bool booted = find_fact(state_.store, "boot_id") != state_.boot_id;
  state_.store.write([&] {
    state_.after_commit.clear();
    set_fact(state_.store, "boot_id", state_.boot_id);
    follow_zones(state_);
    judge_clock(state_);
    if (options_.awake_since) return;
    add_event(state_.store, {0, state_.now.wall, "loop_started", "", "pid " + std::to_string(getpid())});
    make_due(OnRule::Event::start);
    if (booted) make_due(OnRule::Event::boot);
  });
  for (const auto& effect : std::exchange(state_.after_commit, {})) effect();
}

void Loop::make_due(OnRule::Event event) {
  const Due now = state_.now.due();
  for (const StoredJob& job : jobs_on(state_.store, event)) {
    const Schedule schedule = schedule_of(job.job, state_.settings.zone, job.first_seen);
    if (now < schedule.start.value_or(now) || now > schedule.until.value_or(now)) continue;
    // A loop that was ready in this very second, and has gone, had that due: this one has the next.
    const Due due = std::max(now, job.watermark ? *job.watermark + seconds(1) : now);
    advance_job(state_.store, job.id, due, job.watermark, false, 0);
    if (state_.only_until) state_.only_until = std::max(*state_.only_until, due);
  }
}

Edit Loop::edit_now() const { return {state_.now, state_.settings.zone, state_.awake_since}; }

bool Loop::due_now() {
  if (!state_.own) return !no_keeper_until_ || *no_keeper_until_ <= state_.now.boot;
  if (!state_.accepting) return false;
  if (files_.sync(edit_now())) return true;
  const PoolRoom room = pool_room(state_);
  const auto due = earliest_next_due(state_.store, room);
  if (due && *due <= state_.only_until.value_or(state_.now.due())) return true;
  return !waiting_runs(state_.store, state_.now.wall, 1, pool_room_text(room)).empty();
}

/// Sleeps until the next due, retry, timeout or grace; with no room for more, until something ends.
void Loop::arm_timers() {
  const bool can_claim = room(state_) > 0;
  std::optional<Instant> wake;
  if (can_claim && !state_.only_until) wake = earliest_next_due(state_.store, pool_room(state_));
  const auto retry = earliest_wait(state_.store, state_.now.wall);
  if (can_claim && retry && (!wake || *retry < *wake)) wake = retry;
  armed_ = wake;
  due_timer_.arm(store_trouble_ ? std::nullopt : wake);

  std::optional<nanoseconds> at = next_step(state_);
  const auto consider = [&at](std::optional<nanoseconds> other) {
    if (other && (!at || *other < *at)) at = other;
  };
  if (stops_ == 0) consider(end_at_);
  if (state_.accepting && state_.own) consider(files_.next_look());
  consider(zones_.next_look());
  consider(pruning_.next());
  if (!state_.own) consider(no_keeper_until_);
  const bool busy_keeper = std::any_of(state_.keepers.begin(), state_.keepers.end(), [](const auto& entry) { return entry.second.must_probe_again(); });
  if (store_trouble_ || busy_keeper || rung_) consider(state_.now.boot + kTryAgain);
  length_timer_.arm(at);
}

bool Loop::finished() {
  if (stops_ == 0 && end_at_ && *end_at_ <= state_.now.boot) stop_asked();
  if (stops_ >= kStopsAtAnyPrice && store_trouble_) return true;  // else it could not be left while the store is gone
  if (!state_.live.empty()) return false;
  if (!state_.accepting) return true;
  if (!options_.once) return false;
  const auto due = earliest_next_due(state_.store);
  return !(due && *due <= *state_.only_until) && open_runs(state_.store).empty();
}

}  // namespace rounds
