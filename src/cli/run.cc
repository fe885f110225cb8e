#include <unistd.h>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "error.h"
#include "loop/log.h"
#include "loop/loop.h"
#include "sys/scheduler_lock.h"

namespace rounds {

namespace {

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

}  // namespace

int run(const RunOptions& options, const Context& context) {
  open_log(options.log_json ? LogFormat::json : LogFormat::text);
  const LoopOptions loop = loop_options(options, context.settings);
  if (!context.settings.zone_warning.empty()) log_warning(context.settings.zone_warning);
  Store store = Store::open(context.settings.store);
  SchedulerLock lock(store.file());
  if (!lock.try_lock()) {
    throw Error(Fault::temporary, "a loop runs on " + store.file().string() + " already: pid " + std::to_string(lock.holder().value_or(0)),
                "rounds status");
  }
  const int failures = Loop(store, context.settings, loop).run();
  return options.once && failures > 0 ? exit_code::failed : exit_code::ok;
}

}  // namespace rounds
