#include "core/simulate.h"

#include <algorithm>
#include <deque>
#include <queue>
#include <set>

namespace rounds {

namespace {

using std::chrono::seconds;

constexpr std::size_t kCrowds = 10;

struct Event {
  enum class Kind { back, end, begin, due } kind;  ///< at one instant they come in this order
  Due at;
  std::size_t job = 0;
  int generation = 0;  ///< of a begin or an end: whether the run was replaced meanwhile
};
struct Later {
  bool operator()(const Event& a, const Event& b) const {
    return std::tie(a.at, a.kind, a.job) > std::tie(b.at, b.kind, b.job);
  }
};

/// One that may be claimed once a slot is free: higher priority first, then the older one.
struct Claimable {
  int priority;
  Due due;
  std::size_t job;
  bool operator<(const Claimable& other) const {
    return std::tie(other.priority, due, job) < std::tie(priority, other.due, other.job);
  }
};

struct Line {
  SimulatedJob is;
  int running = 0;
  int held = 0;              ///< claimed, and waiting for the end of their jitter or for a slot
  std::deque<Due> queued{};  ///< behind a run of the same job: until when their jitter holds them in any case
  int generation = 0;

  int waiting() const { return held + static_cast<int>(queued.size()); }
};

/// The largest crowds so far.
class Crowds {
 public:
  void note(Due at, int starts) {
    if (starts < 2) return;
    ++collisions_;
    if (largest_.size() == kCrowds && starts <= largest_.back().starts) return;
    const auto smaller = [starts](const Forecast::Crowd& crowd) { return crowd.starts < starts; };
    largest_.insert(std::find_if(largest_.begin(), largest_.end(), smaller), {at, starts});
    if (largest_.size() > kCrowds) largest_.pop_back();
  }
  std::int64_t collisions() const { return collisions_; }
  std::vector<Forecast::Crowd> largest() { return std::move(largest_); }

 private:
  std::vector<Forecast::Crowd> largest_;
  std::int64_t collisions_ = 0;
};

class Simulator {
 public:
  Simulator(std::vector<SimulatedJob> jobs, const Simulation& simulation, const Zone& shown)
      : simulation_(simulation), shown_(shown), period_(shown.period(simulation.from)), awake_since_(simulation.from),
        slots_(simulation.slots) {
    out_.jobs.resize(jobs.size());
    for (auto& job : jobs) lines_.push_back({std::move(job)});
  }

  Forecast run() {
    const bool down_at_first = !simulation_.down.empty() && simulation_.down.front().from <= simulation_.from;
    if (!down_at_first) arrive(simulation_.from);
    for (const Outage& outage : simulation_.down) events_.push({Event::Kind::back, outage.to});
    for (std::size_t i = 0; i < lines_.size(); ++i) expect(i, lines_[i].is.next_due);
    while (!events_.empty()) {
      const Due at = when_awake(std::max(events_.top().at, simulation_.from));
      if (at > simulation_.to) break;
      turn(at);
    }
    while (!events_.empty()) {  // what is still at work comes to its end
      const Event event = events_.top();
      events_.pop();
      if (event.kind == Event::Kind::end) end(lines_[event.job], event, simulation_.to);
    }
    out_.collisions = crowds_.collisions();
    out_.crowds = crowds_.largest();
    return std::move(out_);
  }

 private:
  /// An outage ends the time of being awake; what falls into it is found when it is over.
  Due when_awake(Due at) {
    for (; outage_ < simulation_.down.size() && simulation_.down[outage_].from <= at; ++outage_) {
      const Due back = simulation_.down[outage_].to;
      arrive(back);
      at = std::max(at, back);
    }
    return at;
  }

  void arrive(Due at) {
    awake_since_ = at;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const auto* on = on_of(lines_[i].is.job.trigger);
      if (on != nullptr && on->event == OnRule::Event::start) expect(i, at);
    }
  }

  void turn(Due at) {
    starts_ = 0;
    while (!events_.empty() && events_.top().at <= at) {
      hear_all(at);
      while (slots_ > 0 && !ready_.empty()) start_ready(ready_.extract(ready_.begin()).value(), at);
      while (slots_ > 0 && !due_.empty()) claim(due_.extract(due_.begin()).value(), at);
    }
    crowds_.note(at, starts_);
    out_.most_at_once = std::max(out_.most_at_once, simulation_.slots - slots_);
  }

  void hear_all(Due now) {
    while (!events_.empty() && events_.top().at <= now) {
      const Event event = events_.top();
      events_.pop();
      if (event.kind != Event::Kind::back) hear(event, now);
    }
  }

  void hear(const Event& event, Due now) {
    Line& line = lines_[event.job];
    const Claimable one{line.is.job.priority, event.at, event.job};
    if (event.kind == Event::Kind::end) end(line, event, now);
    else if (event.kind == Event::Kind::due) due_.insert(one);
    else if (event.generation == line.generation) ready_.insert(one);
  }

  void end(Line& line, const Event& event, Due now) {
    if (event.generation != line.generation) return;
    --line.running;
    ++slots_;
    const bool in_time = !line.is.job.timeout || length_of(line) < *line.is.job.timeout;
    tell(event.job, {in_time ? Verdict::succeeded : Verdict::timed_out, std::nullopt}, 1);
    release(event.job, now);
    if (delay_of(line.is.job.trigger) != nullptr) expect(event.job, due_set_at(line.is.job, line.is.schedule, event.at));
  }

  /// The next of those that wait behind a run of the same job, once there is none.
  void release(std::size_t job, Due now) {
    Line& line = lines_[job];
    if (line.queued.empty() || line.running + line.held > 0) return;
    hold(job, std::max(now, line.queued.front()));
    line.queued.pop_front();
  }

  void claim(const Claimable& one, Due now) {
    Line& line = lines_[one.job];
    const DueJob due{line.is.job, line.is.schedule, one.due, line.is.watermark, line.is.scheduled_runs};
    const Decision decision = decide(due, {line.running, line.waiting(), std::nullopt}, now, awake_since_);
    if (decision.replace) replace(one.job);
    for (const Account& account : decision.accounts) tell(one.job, {account.verdict, account.reason}, account.count);
    for (const Occurrence& occurrence : decision.starts) admit(one.job, occurrence, now);
    release(one.job, now);
    line.is.scheduled_runs += static_cast<std::int64_t>(decision.starts.size());
    if (decision.watermark) line.is.watermark = decision.watermark;
    if (on_of(line.is.job.trigger) == nullptr) expect(one.job, decision.next_due);
  }

  void admit(std::size_t job, const Occurrence& occurrence, Due now) {
    Line& line = lines_[job];
    if (occurrence.queued) line.queued.push_back(occurrence.not_before.value_or(now));
    else if (occurrence.not_before || slots_ == 0) hold(job, occurrence.not_before.value_or(now));
    else start({line.is.job.priority, std::max(occurrence.due, awake_since_), job}, now);
  }

  void hold(std::size_t job, Due until) {
    ++lines_[job].held;
    events_.push({Event::Kind::begin, until, job, lines_[job].generation});
  }

  void start_ready(const Claimable& one, Due now) {
    --lines_[one.job].held;
    start(one, now);
  }

  /// `one.due` is since when it could have started.
  void start(const Claimable& one, Due now) {
    Line& line = lines_[one.job];
    Forecast::OfJob& of = out_.jobs[one.job];
    ++line.running;
    --slots_;
    ++starts_;
    ++of.starts;
    if (now > one.due) {
      ++of.waits;
      of.longest_wait = std::max(of.longest_wait, now - one.due);
    }
    ++load_at(now);
    events_.push({Event::Kind::end, now + std::min(length_of(line), line.is.job.timeout.value_or(seconds::max())), one.job, line.generation});
  }

  void replace(std::size_t job) {
    Line& line = lines_[job];
    tell(job, {Verdict::killed, Reason::replaced}, line.running);
    tell(job, {Verdict::cancelled, Reason::replaced}, line.waiting());
    std::erase_if(ready_, [job](const Claimable& one) { return one.job == job; });
    slots_ += line.running;
    line.running = line.held = 0;
    line.queued.clear();
    ++line.generation;
  }

  void expect(std::size_t job, std::optional<Due> due) {
    if (due && *due <= simulation_.to) events_.push({Event::Kind::due, *due, job});
  }

  void tell(std::size_t job, const Fate& fate, std::int64_t count) {
    if (count > 0) out_.jobs[job].fates[fate] += count;
  }

  static seconds length_of(const Line& line) { return std::max(line.is.length, seconds(1)); }

  std::int64_t& load_at(Due at) {
    if (at < period_.begin || at >= period_.end) period_ = shown_.period(at);
    const Civil wall = period_.local(at);
    const auto day = std::chrono::floor<std::chrono::days>(wall);
    const auto hour = std::chrono::floor<std::chrono::hours>(wall - day).count();
    return out_.load[std::chrono::weekday(day).iso_encoding() - 1][static_cast<std::size_t>(hour)];
  }

  const Simulation& simulation_;
  const Zone& shown_;
  Period period_;
  Due awake_since_;
  int slots_;
  std::size_t outage_ = 0;
  int starts_ = 0;  ///< in this turn
  std::vector<Line> lines_;
  std::priority_queue<Event, std::vector<Event>, Later> events_;
  std::multiset<Claimable> ready_;
  std::set<Claimable> due_;
  Crowds crowds_;
  Forecast out_;
};

}  // namespace

Forecast simulate(std::vector<SimulatedJob> jobs, const Simulation& simulation, const Zone& shown) {
  return Simulator(std::move(jobs), simulation, shown).run();
}

}  // namespace rounds
