#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loop/define.h"
#include "loop/log.h"
#include "store/jobs.h"
#include "store/keepers.h"
#include "store/ledger.h"
#include "sys/scratch.h"
#include "time/make.h"

namespace rounds {

inline constexpr const char* kStart = "2026-03-01T12:00:00Z";

/// Both clocks at that moment of a machine that was booted an hour before the tests begin.
inline Now at(std::string_view text) {
  const Due due = make::utc(text);
  return {due, std::chrono::hours(1) + (due - make::utc(kStart))};
}

inline Job job_of(const std::string& name, Rule rule) {
  Job job{.name = JobName::parse(name).value(), .trigger = {{std::move(rule)}}};
  job.task.command = "true";
  return job;
}
/// Due each `step` after the moment in which it is defined.
inline Job every(const std::string& name, std::string_view step) { return job_of(name, EveryRule{make::span(step)}); }
inline Job once(const std::string& name, std::string_view due) { return job_of(name, AtRule{{make::utc(due)}}); }

/// A store of its own for each test.
class LoopTest : public testing::Test {
 protected:
  using Run = rounds::Run;  // testing::Test has a member of that name

  LoopTest() : store_(Store::open(dir_.path() / "rounds.db")) { quiet_log(); }

  /// A loop that is there since `awake_since` takes it in; without that moment none is there.
  Defined define(const Job& job, std::string_view when, const Source& source = {}, Due awake_since = Due::max()) {
    Defined defined{};
    store_.write([&] { defined = define_job(store_, job, source, {at(when), Zone::utc(), awake_since}); });
    return defined;
  }
  StoredJob stored(const std::string& name) { return find_job(store_, name).value(); }
  /// As text; empty: none.
  std::string next_due_of(const std::string& name) {
    const auto due = stored(name).next_due;
    return due ? utc_text(*due) : "";
  }
  void pause(const std::string& name, std::string_view when, std::optional<Due> until = {}) {
    store_.write([&] { pause_job(store_, stored(name).id, at(when).wall, until, "", until); });
  }
  void remove(const std::string& name, std::string_view when) {
    store_.write([&] { remove_job(store_, stored(name).id, at(when).wall); });
  }
  /// The ledger by time of entry: `skipped(paused) FIRST..LAST xN`, `claimed DUE #ATTEMPT`.
  std::vector<std::string> ledger() {
    std::vector<std::string> texts;
    for (const Run& run : history(store_, {.limit = 0})) texts.insert(texts.begin(), text_of(run));
    return texts;
  }

  scratch::Directory dir_;
  Store store_;

 private:
  static std::string text_of(const Run& run) {
    const std::string due = utc_text(run.due);
    if (!run.verdict) return to_text(run.phase) + " " + due + " #" + std::to_string(run.attempt);
    const std::string reason = run.reason ? "(" + to_text(*run.reason) + ")" : "";
    const std::string dues = run.count == 1 ? "" : ".." + utc_text(run.last_due) + " x" + std::to_string(run.count);
    return to_text(*run.verdict) + reason + " " + due + dues;
  }
};

using Texts = std::vector<std::string>;

}  // namespace rounds
