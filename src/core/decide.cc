#include "core/decide.h"

#include <algorithm>

namespace rounds {

namespace {

using std::chrono::seconds;

/// Dues from `first` to `last`, all of them excepted or none.
struct Stretch {
  Due first;
  Due last;
  bool excepted;
};

/// The dues of one job found past in one turn. Rules without a grid (random, delay, on) have one.
class PastDues {
 public:
  PastDues(const DueJob& due, Due now) : due_(due), now_(now) {}

  bool on_grid() const { return is_on_grid(due_.job.trigger); }

  /// The last one before `end`, at or after the first.
  std::optional<Due> last_before(Due end) const {
    if (end <= due_.next_due) return std::nullopt;
    if (!on_grid()) return due_.next_due;
    const auto last = previous_due(due_.schedule, std::min(end, now_ + seconds(1)));
    return last && *last > due_.next_due ? *last : due_.next_due;
  }

  std::int64_t count(Due first, Due last) const {
    if (first == last || !on_grid()) return 1;
    return count_dues(due_.schedule, first, last);
  }

  std::optional<Due> after(Due instant) const {
    return on_grid() ? next_due(due_.schedule, instant) : std::nullopt;
  }

  /// Those from `first` to `last`, which are dues, parted where `except` begins or ends.
  std::vector<Stretch> stretches(Due first, Due last) const {
    std::vector<Stretch> found;
    for (std::optional<Due> from = first; from && *from <= last;) {
      const Due end = same_until(due_.schedule, *from, last);
      const Due until = end == last ? last : *last_before(end + seconds(1));
      const bool excepted = is_excepted(due_.schedule, *from);
      if (!found.empty() && found.back().excepted == excepted) found.back().last = until;
      else found.push_back({*from, until, excepted});
      from = after(until);
    }
    return found;
  }

 private:
  const DueJob& due_;
  Due now_;
};

class Decider {
 public:
  Decider(const DueJob& due, const Busy& busy, Due now, Due awake_since)
      : due_(due), busy_(busy), now_(now), awake_since_(awake_since), past_(due, now) {}

  Decision decide() {
    const Due cutoff = now_ - due_.job.misfire_grace;
    std::optional<Due> first = due_.next_due;
    if (const auto late = past_.last_before(cutoff)) {
      tell(Verdict::missed, Reason::too_late, *first, *late);
      first = past_.after(*late);
    }
    if (first && *first <= now_) admit(*first);
    out_.watermark = last_;
    out_.next_due = runs_left() > 0 ? coming() : std::nullopt;
    out_.completed = !out_.next_due && (runs_left() <= 0 || !awaits_event());
    return std::move(out_);
  }

 private:
  /// The dues from `first` to now: the excepted ones are skipped, of the others `catchup` says which start.
  void admit(Due first) {
    const auto stretches = past_.stretches(first, *past_.last_before(now_ + seconds(1)));
    const auto newest = std::find_if(stretches.rbegin(), stretches.rend(), [](const auto& one) { return !one.excepted; });
    if (newest == stretches.rend()) return skip_excepted(stretches.front().first, stretches.back().last);
    switch (due_.job.catchup) {
      case Catchup::latest: admit_latest(first, newest->last); break;
      case Catchup::all: admit_all(first, newest->last, stretches); break;
      case Catchup::none: admit_awake(first, newest->last); break;
    }
    if (newest != stretches.rbegin()) skip_excepted(stretches.back().first, stretches.back().last);
  }

  void admit_latest(Due first, Due newest) {
    const auto stretches = past_.stretches(first, newest);
    const bool excepted_first = stretches.front().excepted;
    if (newest > first) tell(Verdict::coalesced, std::nullopt, first, *past_.last_before(newest));
    start(excepted_first ? stretches[1].first : first, newest,
          newest < awake_since_ ? Cause::catchup : Cause::schedule);
  }

  /// The newest ones up to `max_catchup`, oldest first.
  void admit_all(Due first, Due newest, const std::vector<Stretch>& stretches) {
    const std::vector<Due> chosen = newest_of(stretches);
    if (chosen.front() > first) tell(Verdict::missed, Reason::max_catchup, first, *past_.last_before(chosen.front()));
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const Due due = chosen[i];
      start(due, due, due == newest && due >= awake_since_ ? Cause::schedule : Cause::catchup);
      const auto after = i + 1 < chosen.size() ? past_.after(due) : std::nullopt;
      if (after && *after < chosen[i + 1]) skip_excepted(*after, *past_.last_before(chosen[i + 1]));
    }
  }

  /// The dues that are not excepted, the newest `max_catchup` of them, by time.
  std::vector<Due> newest_of(const std::vector<Stretch>& stretches) const {
    std::vector<Due> chosen;
    for (auto one = stretches.rbegin(); one != stretches.rend(); ++one) {
      if (one->excepted) continue;
      for (std::optional<Due> due = one->last; due && *due >= one->first; due = past_.last_before(*due)) {
        chosen.push_back(*due);
        if (static_cast<int>(chosen.size()) == due_.job.max_catchup) break;
      }
      if (static_cast<int>(chosen.size()) == due_.job.max_catchup) break;
    }
    std::reverse(chosen.begin(), chosen.end());
    return chosen;
  }

  void admit_awake(Due first, Due newest) {
    const bool was_there = newest >= awake_since_;
    if (!was_there) return tell(Verdict::missed, Reason::down, first, newest);
    if (newest > first) tell(Verdict::missed, Reason::down, first, *past_.last_before(newest));
    start(newest, newest, Cause::schedule);
  }

  /// Whether something else than the clock sets the next due: the end of a run, or an event.
  bool awaits_event() const {
    if (delay_of(due_.job.trigger) != nullptr) return !out_.starts.empty();
    return on_of(due_.job.trigger) != nullptr;
  }

  /// The due after all that is past.
  std::optional<Due> coming() const {
    if (delay_of(due_.job.trigger) != nullptr) {
      return awaits_event() ? std::nullopt : due_set_at(due_.job, due_.schedule, now_);
    }
    if (random_of(due_.job.trigger) == nullptr) return past_.after(now_);
    const auto drawn = random_due(due_.schedule, due_.next_due);  // a downtime misses one, however long
    return !drawn || *drawn > now_ ? drawn : random_due(due_.schedule, now_);
  }

  /// Applies `overlap` to an occurrence that is admitted otherwise.
  void start(Due first, Due due, Cause cause) {
    last_ = due;
    if (runs_left() <= 0) return;  // beyond max_runs there is no occurrence
    const int open = busy_.running + busy_.waiting;
    const int ahead = open + static_cast<int>(out_.starts.size());
    bool queued = false;
    switch (due_.job.overlap) {
      case Overlap::allow:
        if (due_.job.max_instances && ahead >= *due_.job.max_instances) return skip(Reason::overlap, due);
        break;
      case Overlap::skip:
        // Occurrences of one catch-up follow each other; what was there before them is in the way.
        if (open > 0) return skip(Reason::overlap, due);
        queued = ahead > 0;
        break;
      case Overlap::queue:
        if (ahead > 0 && busy_.waiting + queued_ >= due_.job.max_catchup) return skip(Reason::queue_full, due);
        queued = ahead > 0;
        break;
      case Overlap::replace:
        out_.replace = out_.replace || open > 0;
        queued = ahead > 0;
        break;
    }
    queued_ += queued ? 1 : 0;
    const Due not_before = due + jitter_at(due_.schedule, due);
    out_.starts.push_back({due, window_of(due_.job, due_.schedule, first, due, due_.watermark), cause, queued,
                           not_before > now_ ? std::optional(not_before) : std::nullopt});
  }

  /// Once one is skipped, so are the later ones of this turn: one account for all.
  void skip(Reason reason, Due due) {
    if (!out_.accounts.empty() && out_.accounts.back().reason == reason) {
      out_.accounts.back().last = due;
      ++out_.accounts.back().count;
      return;
    }
    out_.accounts.push_back({Verdict::skipped, reason, due, due, 1, busy_.in_the_way});
  }

  /// The excepted ones among them were not to run in any case.
  void tell(Verdict verdict, std::optional<Reason> reason, Due first, Due last) {
    for (const Stretch& one : past_.stretches(first, last)) {
      if (one.excepted) skip_excepted(one.first, one.last);
      else account(verdict, reason, one.first, one.last);
    }
  }

  void skip_excepted(Due first, Due last) { account(Verdict::skipped, Reason::excepted, first, last); }

  void account(Verdict verdict, std::optional<Reason> reason, Due first, Due last) {
    last_ = last;
    out_.accounts.push_back({verdict, reason, first, last, past_.count(first, last), std::nullopt});
  }

  std::int64_t runs_left() const {
    if (!due_.job.max_runs) return 1;
    return *due_.job.max_runs - due_.scheduled_runs - static_cast<std::int64_t>(out_.starts.size());
  }

  const DueJob& due_;
  const Busy& busy_;
  const Due now_;
  const Due awake_since_;
  const PastDues past_;
  Decision out_;
  std::optional<Due> last_;
  int queued_ = 0;
};

}  // namespace

Decision decide(const DueJob& due, const Busy& busy, Due now, Due awake_since) {
  return Decider(due, busy, now, awake_since).decide();
}

Window window_of(const Job& job, const Schedule& schedule, Due first, Due due, std::optional<Due> watermark) {
  if (job.window) return {step_back(first, *job.window, schedule.zone), due};
  const auto before = is_on_grid(job.trigger) ? previous_due(schedule, first, true) : watermark;
  return {before.value_or(due), due};
}

std::optional<Account> account_of_pause(const Schedule& schedule, Due from, Due to, Reason reason) {
  const auto first = next_due(schedule, from);
  const auto last = previous_due(schedule, to + seconds(1));
  if (!first || !last || *last < *first) return std::nullopt;
  return Account{Verdict::skipped, reason, *first, *last, count_dues(schedule, *first, *last), std::nullopt};
}

std::optional<Due> due_set_at(const Job& job, const Schedule& schedule, Due from) {
  const auto* delay = delay_of(job.trigger);
  if (delay == nullptr) return random_due(schedule, from);
  const Due due = std::max(from + delay->length, schedule.start.value_or(kEarliestDue));
  return schedule.until && due > *schedule.until ? std::nullopt : std::optional(due);
}

std::vector<Account> account_of_overdue(const DueJob& due, Due now, Due awake_since, Reason reason) {
  const PastDues past(due, now);
  std::vector<Account> accounts;
  std::optional<Due> first = due.next_due;
  const auto tell_until = [&](Due end, Verdict verdict, Reason why) {
    const auto last = first ? past.last_before(end) : std::nullopt;
    if (!last || *last < *first) return;
    for (const auto& [from, to, excepted] : past.stretches(*first, *last)) {
      const std::int64_t count = past.count(from, to);
      if (excepted) accounts.push_back({Verdict::skipped, Reason::excepted, from, to, count, std::nullopt});
      else accounts.push_back({verdict, why, from, to, count, std::nullopt});
    }
    first = past.after(*last);
  };
  const bool waited = reason == Reason::removed || reason == Reason::replaced;
  tell_until(std::min(awake_since, now + seconds(1)), Verdict::missed, Reason::down);
  tell_until(now + seconds(1), waited ? Verdict::cancelled : Verdict::skipped, reason);
  return accounts;
}

std::optional<Due> first_due(const Job& job, const Schedule& schedule, Due first_seen) {
  if (job.max_runs && *job.max_runs <= 0) return std::nullopt;
  if (delay_of(job.trigger) != nullptr) return due_set_at(job, schedule, first_seen);
  const bool starts_now = schedule.start == first_seen;
  const Due after = starts_now ? first_seen - seconds(1) : first_seen;
  return random_of(job.trigger) ? random_due(schedule, after) : next_due(schedule, after);
}

}  // namespace rounds
