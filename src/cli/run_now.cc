#include <fcntl.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/job_edits.h"
#include "cli/output_printer.h"
#include "cli/run_exit.h"
#include "cli/selection.h"
#include "cli/terminal.h"
#include "error.h"
#include "loop/attend.h"
#include "loop/output_cap.h"
#include "loop/claim.h"
#include "loop/log.h"
#include "store/jobs.h"
#include "store/ledger.h"
#include "store/output.h"
#include "store/overrides.h"
#include "store/spool.h"
#include "sys/clock.h"
#include "sys/process.h"
#include "sys/scheduler_lock.h"
#include "sys/timer.h"
#include "sys/wake.h"
#include "time/stamp.h"

namespace rounds {

namespace {

using std::chrono::seconds;

constexpr int kBlocksAtOnce = 64;

seconds length_of(const char* option, const std::string& text) {
  const auto span = parse_span(text);
  if (const auto* problem = std::get_if<ParseError>(&span)) {
    throw Error(Fault::usage, std::string(option) + ": " + problem->message, problem->hint);
  }
  return std::get<Span>(span).flat();
}

Due moment_of(const std::string& text, const Context& context) {
  const auto moment = parse_moment(text, context.now.due(), context.shown_zone, true);
  if (const auto* problem = std::get_if<ParseError>(&moment)) throw Error(Fault::usage, "--window: " + problem->message, problem->hint);
  return std::get<Due>(moment);
}

/// FROM..TO, or a length that ends at the second the run was asked for.
Window window_given(const std::string& text, const Context& context) {
  const auto dots = text.find("..");
  if (dots == std::string::npos) {
    const auto span = parse_span(text);
    if (const auto* problem = std::get_if<ParseError>(&span)) throw Error(Fault::usage, "--window: " + problem->message, problem->hint);
    return {step_back(context.now.due(), std::get<Span>(span), context.shown_zone), context.now.due()};
  }
  const Window window{moment_of(text.substr(0, dots), context), moment_of(text.substr(dots + 2), context)};
  if (window.from >= window.to) throw Error(Fault::usage, "--window: it ends before it begins");
  return window;
}

std::map<std::string, std::string> params_given(const RunNowOptions& options, const StoredJob& job) {
  std::map<std::string, std::string> params;
  for (const std::string& text : options.params) {
    Assignment given = read_assignment("--param", text);
    const std::string& name = job.job.name.text();
    if (job.job.params.empty()) throw Error(Fault::usage, "--param: job " + name + " has no parameters", "rounds show " + name);
    if (!job.job.params.contains(given.name)) {
      std::vector<std::string> known;
      for (const auto& [param, value] : job.job.params) known.push_back(param);
      refuse_choice("parameter of job " + name, given.name, known);
    }
    params[given.name] = std::move(given.value);
  }
  return params;
}

/// Asks for one run of one job, and follows it to its end.
class ManualRun {
 public:
  ManualRun(Store& store, const RunNowOptions& options, const Context& context)
      : store_(store), options_(options), context_(context), lock_(store.file()), output_(store), printer_(context.global.color) {}

  /// The exit status for the caller.
  int run(const StoredJob& job) {
    if (options_.detach && !ring_bell(store_.spool())) {
      throw Error(Fault::temporary, "no loop is running, so nobody would follow a detached run", "rounds run, or leave out --detach");
    }
    id_ = ask(job);
    ring_bell(store_.spool());
    if (options_.detach) {
      print_line(std::to_string(id_.value));
      return exit_code::ok;
    }
    signals_.emplace(std::vector<int>{SIGINT, SIGTERM});
    watch();
    const int status = exit_of(follow());
    keep_log_small(store_);
    return status;
  }

 private:
  /// Inserts the run. Runs that have ended, and whose loop was killed, are in nobody's way.
  RunId ask(const StoredJob& asked) {
    if (lock_.try_lock()) {
      conclude_orphans(store_, context_.settings, std::nullopt);
      lock_.unlock();
    }
    RunId id;
    store_.write([&] {
      const StoredJob job = require_job(store_, asked.job.name.text());  // as it is now
      const auto open = open_runs_of(store_, job.id);
      refuse_if_busy(job, open);
      if (job.job.overlap == Overlap::replace) {
        for (const Run& other : open) request_stop(store_, other.id);
      }
      id = insert_run(store_, row_of(job));
    });
    return id;
  }

  static void refuse_if_busy(const StoredJob& job, const std::vector<Run>& open) {
    const bool full = job.job.overlap == Overlap::allow && job.job.max_instances && static_cast<int>(open.size()) >= *job.job.max_instances;
    if (open.empty() || (job.job.overlap != Overlap::skip && !full)) return;
    throw Error(Fault::temporary, "job " + job.job.name.text() + " is running already: run " + std::to_string(open.front().id.value),
                "rounds stop " + job.job.name.text());
  }

  Run row_of(const StoredJob& job) const {
    const Now now = read_clock();
    Run run = new_run(job, 0, now.due(), now.wall);  // manual runs belong to no clock epoch
    run.cause = Cause::manual;
    run.window = options_.window ? window_given(*options_.window, context_) : own_window(job, now.due());
    Overrides overrides{std::nullopt, options_.retry, options_.extra, params_given(options_, job)};
    if (options_.timeout) overrides.timeout = length_of("--timeout", *options_.timeout);
    run.overrides = overrides_text(overrides);
    return run;
  }

  /// Ends at the second it was asked for; begins where a scheduled one would.
  Window own_window(const StoredJob& job, Due now) const {
    const Schedule schedule = schedule_of(job.job, context_.settings.zone, job.first_seen);
    if (job.job.window) return {step_back(now, *job.job.window, schedule.zone), now};
    return {previous_due(schedule, now, true).value_or(now), now};
  }

  /// Whatever may mean news: commits, the lock changing hands, a signal, the end of our process.
  void watch() {
    files_.add(store_.changes_file(), IN_ATTRIB);
    files_.add(lock_.path(), IN_CLOSE_WRITE | IN_ATTRIB);
    for (const int fd : {files_.fd(), signals_->fd(), timer_.fd()}) events_.watch(fd);
  }

  Run follow() {
    for (;;) {
      const Run run = current();
      if (run.phase == Phase::ended) {
        drain(run);
        if (run.final) return run;
        id_ = next_attempt(run);
        pid_ = 0;
        continue;
      }
      const bool more = stream(run);
      attend(run);
      if (current().phase == Phase::ended) continue;
      wait(!more);
    }
  }

  Run current() {
    if (auto run = find_run(store_, id_)) return *run;
    throw Error(Fault::not_found, "run " + std::to_string(id_.value) + " was purged with its job");
  }

  /// With nobody else in charge, does what the run needs now.
  void attend(const Run& run) {
    if (stop_wanted_ > stops_told_ && ring_bell(store_.spool())) {
      stops_told_ = stop_wanted_;
      store_.write([&] { request_stop(store_, id_); });
      ring_bell(store_.spool());
    }
    const Now now = read_clock();
    const bool held_back = !run.keeper && run.not_before && *run.not_before > now.wall;
    std::optional<std::chrono::nanoseconds> wake;
    if (held_back) wake = now.boot + (*run.not_before - now.wall);
    const bool timed_out = deadline_ && *deadline_ <= now.boot;
    const bool left_alone = pidfd_ && stop_wanted_ == 0 && !timed_out && !run.stop_requested;
    if (!held_back && !left_alone && lock_.try_lock()) {
      attend_locked(now);
      lock_.unlock();
    }
    if (deadline_ && *deadline_ > now.boot) wake = deadline_;
    timer_.arm(wake);
  }

  void attend_locked(const Now& now) {
    const Run run = current();  // only now nobody else moves it
    if (run.phase == Phase::ended) return;
    const bool stop = stop_wanted_ > 0 || run.stop_requested;
    Attendant attendant(store_, context_.settings, id_);
    const bool timed_out = deadline_ && *deadline_ <= now.boot;
    if (stop && !run.keeper) {
      cancel(run);
    } else if (!run.keeper) {
      if (!may_begin(run)) follow_orphans();
      if (!may_begin(run)) return;
      attendant.start();
      follow_process(attendant, now);
    } else if (stop) {
      attendant.end(Verdict::killed, Reason::stopped);
    } else if (timed_out) {
      deadline_.reset();
      attendant.end(Verdict::timed_out, std::nullopt);
    } else if (attendant.conclude()) {
      deadline_.reset();
    }
  }

  /// What is in our way may be a run that a killed loop left behind.
  void follow_orphans() {
    orphans_.clear();
    for (const pid_t pid : conclude_orphans(store_, context_.settings, id_)) {
      if (auto pidfd = open_pidfd(pid)) orphans_.push_back(std::move(*pidfd));
    }
    for (const Fd& orphan : orphans_) events_.watch(orphan.get());
  }

  /// Its end is an event for us too. The number is pinned: nobody has recorded the run yet.
  void follow_process(const Attendant& attendant, const Now& now) {
    pid_ = attendant.pid();
    if (pid_ == 0) return;
    pidfd_ = open_pidfd(pid_).value_or(Fd());
    if (pidfd_) events_.watch(pidfd_.get());
    const auto job = find_job(store_, current().job_id);
    const auto own = options_.timeout ? std::optional(length_of("--timeout", *options_.timeout)) : job->job.timeout;
    if (own) deadline_ = now.boot + *own;
    output_max_ = job->job.output_max.value_or(context_.settings.output_max);
  }

  /// `overlap = "queue"` without a loop: other runs of the job first.
  bool may_begin(const Run& run) {
    const auto job = find_job(store_, run.job_id);
    if (!job) return true;
    if (!pool_has_room(job->job)) return false;
    if (job->job.overlap == Overlap::allow) return true;
    const auto open = open_runs_of(store_, run.job_id);
    return open.size() <= 1 || open.front().id == run.id;
  }

  bool pool_has_room(const Job& job) {
    const auto pool = context_.settings.pools.find(job.pool);
    return pool == context_.settings.pools.end() || pool_use(store_)[job.pool] + job.slots <= pool->second;
  }

  void cancel(Run run) {
    run.verdict = Verdict::cancelled;
    run.reason = Reason::stopped;
    run.final = true;
    run.finished_at = read_clock().wall;
    store_.write([&] { end_run(store_, run); });
  }

  RunId next_attempt(const Run& run) {
    if (const auto next = next_attempt_of(store_, run)) return next->id;
    throw Error(Fault::internal, "the next attempt of run " + std::to_string(run.id.value) + " is nowhere");
  }

  void wait(bool block) {
    for (const int fd : events_.wait(block)) {
      if (fd == files_.fd()) files_.read();
      if (fd == timer_.fd()) timer_.read();
      if (fd == signals_->fd()) stop_wanted_ += static_cast<int>(signals_->read().size());
      std::erase_if(orphans_, [fd](const Fd& orphan) { return orphan.get() == fd; });
      if (pidfd_ && fd == pidfd_.get()) {
        events_.forget(fd);
        pidfd_.reset();
      }
    }
  }

  /// What the job wrote since the last look, or some of it: a job may write faster than we read, and its timeout and our
  /// signals have to be looked at all the same. True when there may be more.
  bool stream(const Run& run) {
    if (!watched_) watched_ = files_.add(store_.spool() / output_name(run), IN_MODIFY).has_value();
    bool more = true;
    for (int block = 0; more && block < kBlocksAtOnce; ++block) {
      const auto piece = output_->next(run);
      if (piece && context_.global.format == Format::table) printer_.show(*piece);
      more = piece.has_value();
    }
    finish_printing();
    if (pidfd_) cut(run);
    return more || (!watched_ && output_->has_file());  // it came between the two
  }

  /// Without a loop it is up to us to keep the output small, as far as it was shown already.
  void cut(const Run& run) {
    if (output_->place() <= output_max_) return;
    const Fd fd(open((store_.spool() / output_name(run)).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
    if (fd) cut_output(fd.get(), output_->place(), output_max_);
  }

  /// The rest, after the verdict; the next attempt has an output of its own.
  void drain(const Run& run) {
    while (stream(run)) continue;
    printer_.finish();
    output_.emplace(store_);
    watched_ = false;
  }

  Store& store_;
  const RunNowOptions& options_;
  const Context& context_;
  SchedulerLock lock_;
  EventQueue events_;
  FileWatch files_;
  BootTimer timer_;
  std::optional<SignalQueue> signals_;
  RunId id_;
  pid_t pid_ = 0;
  Fd pidfd_;
  std::vector<Fd> orphans_;  ///< processes of other runs that go on without a loop
  std::optional<OutputReader> output_;
  std::int64_t output_max_ = 0;
  OutputPrinter printer_;
  bool watched_ = false;  ///< the file that takes the output
  std::optional<std::chrono::nanoseconds> deadline_;
  int stop_wanted_ = 0;
  int stops_told_ = 0;  ///< of those, how many the loop was told of
};

void say_state(const StoredJob& job) {
  const JobState state = job.state();
  if (state == JobState::paused || state == JobState::disabled) print_hint("job " + job.job.name.text() + " is " + to_text(state) + "; it runs now all the same");
}

}  // namespace

int run_now(const RunNowOptions& options, const Context& context) {
  quiet_log();
  Store store = Store::open(context.settings.store);
  int result = exit_code::ok;
  bool first = true;
  const auto jobs = select_jobs(store, {options.names, options.tags}, "run-now");
  for (const StoredJob& job : jobs) params_given(options, job);  // one that lacks a parameter: nothing runs
  for (const StoredJob& job : jobs) {
    if (!first && options.delay) {
      BootTimer pause;
      EventQueue events;
      events.watch(pause.fd());
      pause.arm(read_clock().boot + length_of("--delay", *options.delay));
      events.wait(true);
    }
    first = false;
    say_state(job);
    const int status = ManualRun(store, options, context).run(job);
    if (result == exit_code::ok) result = status;
  }
  return result;
}

}  // namespace rounds
