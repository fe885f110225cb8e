#pragma once
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "keeper/client.h"
#include "loop/claim.h"
#include "loop/looping.h"
#include "loop/recover.h"
#include "loop/spool.h"
#include "store/spool.h"
#include "sys/packet_socket.h"

namespace rounds::simulated {

/// What a process really did, seen from outside the ledger.
struct Execution {
  std::int64_t run = 0;
  std::string job{};
  Instant began{}, ended{};
  std::int32_t status = 0;
  bool forsaken = false;  ///< its keeper was killed before it had told the end to anyone who recorded it
};

/// A keeper in our own process: it speaks the protocol over the real socket and leaves the real files in the spool, but
/// its children are entries in a list, which begin and end by the virtual clock.
class SimulatedKeeper {
 public:
  SimulatedKeeper(const Fd& listener, const Fd& spool, std::mt19937_64& random)
      : listener_(fcntl(listener.get(), F_DUPFD_CLOEXEC, 0)), spool_(fcntl(spool.get(), F_DUPFD_CLOEXEC, 0)), random_(random) {}

  /// Reads, starts, ends and tells whatever there is at that moment.
  void serve(const Now& now) {
    if (!connection_) accept(now);
    read(now);
    for (auto& [run, held] : held_) tell(held, now);
  }
  bool leaves() const { return first_ended_ && held_.empty(); }
  std::optional<Instant> next_end(const Now& now) const {
    std::optional<Instant> next;
    for (const auto& [run, held] : held_) {
      if (held.execution.ended > now.wall && (!next || held.execution.ended < *next)) next = held.execution.ended;
    }
    return next;
  }
  /// Every execution so far, and, when it is killed, those that nobody recorded.
  std::vector<Execution> die() {
    for (auto& [run, held] : held_) {
      held.execution.forsaken = true;
      executions_.push_back(held.execution);
    }
    held_.clear();
    return std::move(executions_);
  }

 private:
  struct Held {
    Execution execution{};
    Marker marker{};
    int told = 0;
  };

  void accept(const Now& now) {
    auto next = accept_from(listener_);
    if (!next) return;
    connection_ = std::move(*next);
    for (auto& [run, held] : held_) {
      held.told = 0;
      tell(held, now);
    }
    say(message::Replayed{});
  }

  void read(const Now& now) {
    std::string packet;
    while (connection_) {
      const Received received = receive_packet(connection_, packet);
      if (received == Received::nothing) return;
      if (received == Received::end) {
        connection_.reset();
        first_ = false;
        first_ended_ = true;
        return accept(now);
      }
      if (const auto message = decode(packet)) obey(*message, now);
    }
  }

  void obey(const Message& message, const Now& now) {
    if (const auto* start = std::get_if<message::Start>(&message)) {
      if (first_ && !held_.contains(start->run)) begin(*start, now);
    } else if (const auto* recorded = std::get_if<message::Recorded>(&message)) {
      const auto found = held_.find(recorded->run);
      if (found == held_.end()) return;
      executions_.push_back(found->second.execution);
      held_.erase(found);
    }
  }

  void begin(const message::Start& start, const Now& now) {
    Held held;
    held.execution.run = start.run;
    for (const auto& entry : start.environment) {
      if (entry.starts_with("ROUNDS_JOB=")) held.execution.job = entry.substr(11);
    }
    held.execution.began = now.wall;
    held.execution.ended = now.wall + std::chrono::seconds(std::uniform_int_distribution<int>(0, 3 * 3600)(random_));
    held.execution.status = random_() % 4 == 0 ? 1 : 0;
    held.marker = {static_cast<pid_t>(kNoProcess), now.boot};
    const std::string output = start.name + ".out";
    if (!start.spare.empty()) renameat(spool_.get(), start.spare.c_str(), spool_.get(), output.c_str());
    else Fd(openat(spool_.get(), output.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    const std::string marker = start.name + "." + std::to_string(held.marker.pid) + "." + std::to_string(held.marker.boot_time.count());
    linkat(spool_.get(), output.c_str(), spool_.get(), marker.c_str(), 0);
    held_.emplace(start.run, std::move(held));
  }

  void tell(Held& held, const Now& now) {
    const auto ms = [](Instant at) { return at.time_since_epoch().count(); };
    const Execution& what = held.execution;
    if (held.told < 1 && say(message::Started{what.run, held.marker.pid, held.marker.boot_time.count(), ms(what.began)})) held.told = 1;
    if (held.told < 2 && what.ended <= now.wall &&
        say(message::Exited{what.run, held.marker.pid, held.marker.boot_time.count(), ms(what.began), ms(what.ended), 0, what.status, 0, 0})) {
      held.told = 2;
    }
  }

  bool say(const Message& message) { return connection_ && send_packet(connection_, encode(message)) == Sent::yes; }

  static constexpr int kNoProcess = 1 << 30;  ///< above any number that the kernel gives

  Fd listener_, spool_, connection_;
  std::mt19937_64& random_;
  bool first_ = true, first_ended_ = false;
  std::map<std::int64_t, Held> held_;
  std::vector<Execution> executions_;
};

/// A host with a virtual clock: a store, schedulers that come and go, keepers that outlive them.
class Host {
 public:
  Host(Store& store, Instant start, std::uint64_t seed) : random_(seed), store_(store), now_{start, std::chrono::hours(1)} {}

  std::mt19937_64& random() { return random_; }
  const Now& now() const { return now_; }
  bool has_loop() const { return state_ != nullptr; }
  const std::vector<Execution>& executions() const { return executions_; }

  void start_loop() {
    state_ = std::make_unique<LoopState>(open_state(store_, Settings{}));
    state_->now = now_;
    state_->awake_since = now_.due();
    load_open_runs(*state_);
    sweep_spool(*state_);
  }
  /// kill -9 of the scheduler: what it knew is gone, its connections end.
  void kill_loop() { state_.reset(); }
  /// kill -9 of a keeper, and of all it started.
  void kill_keeper() {
    if (keepers_.empty()) return;
    auto victim = std::next(keepers_.begin(), static_cast<long>(random_() % keepers_.size()));
    collect(victim->second->die());
    keepers_.erase(victim);
  }

  /// Until `to` or the next moment at which something happens by itself, whichever is first.
  void advance(Instant to) {
    Instant next = to;
    const auto consider = [&](std::optional<Instant> at) {
      if (at && *at > now_.wall) next = std::min(next, *at);
    };
    for (const auto& [id, keeper] : keepers_) consider(keeper->next_end(now_));
    if (state_) {
      consider(earliest_next_due(store_));
      consider(earliest_wait(store_, now_.wall));
    }
    now_.boot += next - now_.wall;
    now_.wall = next;
  }
  /// Lets everybody act until nothing changes any more.
  void settle() {
    for (int quiet = 0; quiet < 2;) {
      for (auto& [id, keeper] : keepers_) keeper->serve(now_);
      std::erase_if(keepers_, [this](auto& entry) {
        if (!entry.second->leaves()) return false;
        collect(entry.second->die());
        return true;
      });
      quiet = state_ && turn() ? 0 : quiet + 1;
    }
  }

 private:
  void collect(std::vector<Execution> some) { executions_.insert(executions_.end(), some.begin(), some.end()); }

  /// One turn as the loop takes it; true when something happened.
  bool turn() {
    LoopState& state = *state_;
    state.now = now_;
    bool news = false;
    for (auto& [id, keeper] : state.keepers) {
      keeper.probe();
      const auto messages = keeper.receive();
      news = news || !messages.empty();
      hear(state, keeper, messages);
    }
    const auto demands = judge_runs(state);
    const auto before = state.live.size();
    store_.write([&] {
      state.after_commit.clear();
      state.claimed_this_turn = 0;
      state.slots_this_turn.clear();
      ensure_keeper();
      apply(state, demands);
      bury();
      claim_waiting(state);
      news = claim_due(state) || news;
    });
    for (const auto& effect : std::exchange(state.after_commit, {})) effect();
    const bool sends = std::any_of(state.live.begin(), state.live.end(), [](const auto& l) { return l.second.unsent(); });
    send_starts(state);
    clean_some(state, 1000);
    return news || sends || !demands.empty() || state.live.size() != before;
  }

  void ensure_keeper() {
    LoopState& state = *state_;
    const auto own = state.own ? state.keepers.find(*state.own) : state.keepers.end();
    if (own != state.keepers.end() && own->second.standing() != KeeperStanding::gone) return;
    KeeperRow row{{}, state.boot_id, state.pid_namespace, 0};
    row.id = insert_keeper(store_, row);
    state.own = row.id;
    state.after_commit.push_back([this, row] {
      state_->keeper_rows[row.id] = row;
      const auto birth = [&](const std::string&, const Fd& listener, const Fd& spool) {
        keepers_[row.id] = std::make_unique<SimulatedKeeper>(listener, spool, random_);
        return 0;
      };
      state_->keepers.emplace(row.id, KeeperLink::spawn(row.id, state_->spool, birth));
    });
  }

  void bury() {
    for (const KeeperId id : spent_keepers(*state_)) {
      if (id == state_->own) continue;
      delete_keeper(store_, id);
      state_->after_commit.push_back([this, id] {
        unlinkat(state_->spool.get(), KeeperLink::socket_name(id).c_str(), 0);
        state_->keepers.erase(id);
        state_->keeper_rows.erase(id);
      });
    }
  }

  std::mt19937_64 random_;
  Store& store_;
  Now now_;
  std::unique_ptr<LoopState> state_;
  std::map<KeeperId, std::unique_ptr<SimulatedKeeper>> keepers_;
  std::vector<Execution> executions_;
};

}  // namespace rounds::simulated
