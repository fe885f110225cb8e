#include "selftest/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "time/stamp.h"

namespace rounds {

namespace {

using namespace std::chrono_literals;

constexpr auto kShortestTimeout = 900ms;  ///< of any job of the trial, less a little
constexpr auto kTurn = 1s;                ///< a turn of the loop dates its records by its beginning

/// By their own account, executions of one run.
using ByRun = std::map<RunId, std::vector<Execution>>;

ByRun by_run(const std::vector<Execution>& executions) {
  ByRun found;
  for (const Execution& execution : executions) found[execution.run].push_back(execution);
  return found;
}

bool is_without_execution(Verdict verdict) {
  switch (verdict) {
    case Verdict::not_started:
    case Verdict::skipped:
    case Verdict::missed:
    case Verdict::coalesced:
    case Verdict::cancelled: return true;
    case Verdict::succeeded:
    case Verdict::failed:
    case Verdict::timed_out:
    case Verdict::killed:
    case Verdict::unknown: return false;
  }
  return false;
}

std::string name_of(const Run& run) { return fmt::format("run {} of {}", run.id.value, run.job); }

void judge_runs_of(Findings& findings, const std::vector<Execution>& executions, const std::vector<Run>& runs) {
  std::set<RunId> known;
  for (const Run& run : runs) known.insert(run.id);
  for (const auto& [run, found] : by_run(executions)) {
    if (found.size() > 1) findings.twice.push_back(fmt::format("run {} executed {} times", run.value, found.size()));
    if (!known.contains(run))
      findings.lost.push_back(fmt::format("run {} executed and is not in the ledger", run.value));
  }
}

/// No attempt executes twice, and none beside the one before it.
void judge_attempts(Findings& findings, const std::vector<Execution>& executions) {
  std::map<std::tuple<std::string, std::string, int>, std::vector<Execution>> attempts;
  for (const Execution& e : executions) attempts[{e.job, e.due, e.attempt}].push_back(e);
  for (const auto& [key, found] : attempts) {
    const auto& [job, due, attempt] = key;
    const std::string name = fmt::format("{} due {}, attempt {},", job, due, attempt);
    if (found.size() > 1) findings.twice.push_back(fmt::format("{} executed {} times", name, found.size()));
    const auto before = attempts.find({job, due, attempt - 1});
    if (before == attempts.end()) continue;
    for (const Execution& e : before->second) {
      if (e.end && e.end->at > found[0].started)
        findings.twice.push_back(name + " began before the one before it ended");
    }
  }
}

bool tells_how_it_ended(const Run& run, const ExecutionEnd& end) {
  if (end.output_bytes != run.output_bytes) return false;
  if (end.signal != 0) {
    return run.ending.signal == end.signal && (run.verdict == Verdict::killed || run.verdict == Verdict::failed);
  }
  return run.ending.exit_code == end.exit_code &&
         run.verdict == (end.exit_code == 0 ? Verdict::succeeded : Verdict::failed);
}

bool tells_the_truth(const Run& run, const Execution& execution) {
  const bool timed_out = run.verdict == Verdict::timed_out;
  if (!execution.end) return timed_out || run.verdict == Verdict::killed;
  const ExecutionEnd& end = *execution.end;
  Nanoseconds began = execution.started;
  if (run.started_at) began = std::min<Nanoseconds>(began, run.started_at->time_since_epoch());
  if (timed_out && end.at - began < kShortestTimeout) return false;
  if (timed_out || run.reason == Reason::stopped || run.reason == Reason::replaced) {
    return run.ending.signal || run.ending.exit_code == end.exit_code;  // cut short just as it ended
  }
  return tells_how_it_ended(run, end);
}

/// Both must have died before the end was recorded: the keeper that started it, and that keeper's maker. A run that
/// never came to its START line, or lost its keeper before it, does not say which keeper that was: any may be it.
bool may_be_unknown(const Run& run, const std::vector<Execution>& executions, const std::vector<KeeperLife>& keepers) {
  std::set<pid_t> parents;
  for (const Execution& e : executions) {
    const bool is_keeper =
        std::any_of(keepers.begin(), keepers.end(), [&](const auto& k) { return k.pid == e.parent; });
    if (is_keeper) parents.insert(e.parent);
  }
  const auto recorded = run.finished_at ? Nanoseconds(run.finished_at->time_since_epoch()) + kTurn : Nanoseconds::max();
  return std::any_of(keepers.begin(), keepers.end(), [&](const KeeperLife& keeper) {
    if (!parents.empty() && !parents.contains(keeper.pid)) return false;
    return keeper.killed && keeper.maker_killed && std::max(*keeper.killed, *keeper.maker_killed) < recorded;
  });
}

void judge_row(Findings& findings, const Run& run, const std::vector<Execution>& executions,
               const std::vector<KeeperLife>& keepers) {
  if (run.phase != Phase::ended || !run.verdict) {
    findings.lost.push_back(name_of(run) + " is still " + to_text(run.phase));
    return;
  }
  const auto wrong = [&](const std::string& text) {
    findings.wrong.push_back(fmt::format("{} is {} {}", name_of(run), to_text(*run.verdict), text));
  };
  const bool ended_by_itself = run.verdict == Verdict::succeeded || run.verdict == Verdict::failed;
  if (ended_by_itself && executions.empty()) wrong("but never executed");
  if (is_without_execution(*run.verdict) && !executions.empty()) wrong("but executed");
  if (run.verdict == Verdict::unknown) {
    if (!may_be_unknown(run, executions, keepers)) wrong("without two deaths");
  } else if (!is_without_execution(*run.verdict)) {
    const bool true_of_all =
        std::all_of(executions.begin(), executions.end(), [&](const auto& e) { return tells_the_truth(run, e); });
    if (!true_of_all) wrong("and ended otherwise by its own account");
  }
}

}  // namespace

void judge_occurrences(Findings& findings, const std::vector<std::string>& jobs, const std::vector<Run>& runs,
                       const Dues& dues) {
  std::map<std::string, std::map<Due, int>> verdicts;
  for (const std::string& job : jobs) verdicts[job];
  for (const Run& run : runs) {
    const auto job = verdicts.find(run.job);
    if (!run.final || job == verdicts.end()) continue;
    if (run.count != (run.last_due - run.due).count() + 1) {
      findings.wrong.push_back(fmt::format("{} counts {} dues from {} to {}", name_of(run), run.count,
                                           utc_text(run.due), utc_text(run.last_due)));
    }
    for (Due due = run.due; due <= run.last_due; due += 1s) ++job->second[due];
  }
  for (auto& [job, count] : verdicts) {
    const Due first = count.empty() ? dues.first : std::min(dues.first, count.begin()->first);
    const Due last = count.empty() ? dues.last : std::max(dues.last, count.rbegin()->first);
    for (Due due = first; due <= last; due += 1s) {
      const int n = count[due];
      if (n == 0) findings.lost.push_back(fmt::format("{} due {} has no final verdict", job, utc_text(due)));
      if (n > 1) findings.twice.push_back(fmt::format("{} due {} has {} final verdicts", job, utc_text(due), n));
    }
  }
}

Findings judge(const std::vector<std::string>& jobs, const std::vector<Run>& runs,
               const std::vector<Execution>& executions, const std::vector<KeeperLife>& keepers, const Dues& dues) {
  Findings findings;
  judge_occurrences(findings, jobs, runs, dues);
  judge_runs_of(findings, executions, runs);
  judge_attempts(findings, executions);
  ByRun found = by_run(executions);
  for (const Run& run : runs) judge_row(findings, run, found[run.id], keepers);
  return findings;
}

std::vector<std::string> untrue(const std::map<std::string, JobTruth>& acknowledged,
                                const std::map<std::string, JobTruth>& stored) {
  std::vector<std::string> found;
  for (const auto& [job, truth] : acknowledged) {
    const auto row = stored.find(job);
    if (row == stored.end() || row->second != truth) found.push_back(job + " is not as it was acknowledged");
  }
  for (const auto& [job, truth] : stored) {
    if (!acknowledged.contains(job)) found.push_back(job + " is there, and no command said so");
  }
  return found;
}

}  // namespace rounds
