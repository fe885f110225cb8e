#include <sys/inotify.h>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "error.h"
#include "loop/log.h"
#include "loop/loop.h"
#include "sys/clock.h"
#include "sys/event_queue.h"
#include "sys/renewal.h"
#include "sys/scheduler_lock.h"
#include "sys/timer.h"
#include "sys/wake.h"

namespace rounds {

namespace {

constexpr std::chrono::seconds kLockPatience{30};  ///< an attended run that is being killed takes its grace
constexpr std::chrono::seconds kTick{1};           ///< a holder that only now becomes a loop makes no event of it

LoopOptions loop_options(const RunOptions& options, const Settings& settings) {
  LoopOptions loop;
  loop.once = options.once;
  loop.max_parallel = options.max_parallel.value_or(settings.max_parallel.value_or(loop.max_parallel));
  if (loop.max_parallel < 1) throw Error(Fault::usage, "--max-parallel is at least 1");
  if (!options.for_length) return loop;
  const auto span = parse_span(*options.for_length);
  if (const auto* problem = std::get_if<ParseError>(&span)) throw Error(Fault::usage, "--for: " + problem->message, problem->hint);
  loop.length = std::get<Span>(span).flat();
  return loop;
}

/// A loop that holds the lock keeps it; `run-now` without a loop gives it up in a moment, and that is waited for.
void take_lock(SchedulerLock& lock, const Store& store) {
  FileWatch watch;
  watch.add(lock.path(), IN_ATTRIB | IN_CLOSE_WRITE);
  BootTimer tick;
  EventQueue events;
  for (const int fd : {watch.fd(), tick.fd()}) events.watch(fd);
  const auto give_up = read_clock().boot + kLockPatience;
  while (!lock.try_lock()) {
    const auto now = read_clock().boot;
    if (ring_bell(store.spool()) || now >= give_up) {
      throw Error(Fault::temporary,
                  "a loop runs on " + store.file().string() + " already: pid " + std::to_string(lock.holder().value_or(0)),
                  "rounds status");
    }
    tick.arm(now + kTick);
    for (const int fd : events.wait(true)) fd == watch.fd() ? (void)watch.read() : tick.read();
  }
}

}  // namespace

int run(const RunOptions& options, const Context& context) {
  open_log(options.log_json ? LogFormat::json : LogFormat::text);
  LoopOptions loop = loop_options(options, context.settings);
  if (!context.settings.zone_warning.empty()) log_warning(context.settings.zone_warning);
  Store store = Store::open(context.settings.store);
  const auto renewal = take_renewal();
  if (renewal) loop.awake_since = renewal->awake_since;
  SchedulerLock lock = renewal ? SchedulerLock(store.file(), Fd(renewal->lock)) : SchedulerLock(store.file());
  take_lock(lock, store);
  const LoopEnd end = Loop(store, context.settings, loop).run();
  if (end.awake_since) {
    log_info("starting anew, for the zone database has changed");
    renew_program({lock.fd(), *end.awake_since});
  }
  return options.once && end.failures > 0 ? exit_code::failed : exit_code::ok;
}

}  // namespace rounds
