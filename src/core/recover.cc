#include "core/recover.h"

namespace rounds {

namespace {

Ruling judge_told(bool claimed, Told told) {
  switch (told) {
    case Told::exited: return Ruling::end;
    case Told::output_exists: return claimed ? Ruling::clear : Ruling::bug;
    case Told::no_resources: return claimed ? Ruling::again : Ruling::bug;
    case Told::not_started: return claimed ? Ruling::not_started : Ruling::bug;
    case Told::started: return claimed ? Ruling::mark_started : Ruling::wait;
  }
  return Ruling::bug;
}

Ruling judge_trace(bool claimed, Trace trace) {
  switch (trace) {
    case Trace::no_marker: return claimed ? Ruling::move : Ruling::lost;
    case Trace::never_ran: return claimed ? Ruling::reap_and_move : Ruling::bug;
    case Trace::child: return Ruling::adopt_child;
    case Trace::alive: return Ruling::adopt_alive;
    case Trace::nothing: return Ruling::lost;
  }
  return Ruling::bug;
}

}  // namespace

Ruling judge(Phase phase, const Evidence& evidence) {
  const bool claimed = phase == Phase::claimed;
  if (evidence.other_boot) return Ruling::lost;
  const bool started_by_the_dead = evidence.told == Told::started && evidence.keeper == KeeperStanding::gone;
  if (evidence.told && !started_by_the_dead) return judge_told(claimed, *evidence.told);
  switch (evidence.keeper) {
    case KeeperStanding::serving: return claimed ? Ruling::send : Ruling::bug;
    case KeeperStanding::draining: return claimed ? Ruling::move : Ruling::bug;
    case KeeperStanding::silent: return Ruling::wait;
    case KeeperStanding::gone: break;
  }
  return evidence.trace ? judge_trace(claimed, *evidence.trace) : Ruling::wait;
}

}  // namespace rounds
