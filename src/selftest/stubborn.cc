#include <fmt/format.h>
#include <signal.h>
#include <sys/inotify.h>

#include <algorithm>
#include <fstream>

#include "error.h"
#include "selftest/processes.h"
#include "selftest/trials.h"
#include "store/ledger.h"

namespace rounds {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr int kBatch = 25;  ///< jobs at a time
constexpr auto kGrace = 1s;
constexpr auto kMargin = 1s;  ///< after the grace nothing of a run may be left
const std::vector<std::string> kBrood{"child", "stubborn", "orphan", "session", "holder"};

/// One of a job, held so that its number means no other.
struct Process {
  pid_t pid = 0;
  Fd pidfd{};
};

struct Toll {
  std::int64_t processes = 0;
  milliseconds longest{};  ///< from the stop to the end of the last process
  std::vector<std::string> survivors{};
};

std::string name_of(int number) { return "tree-" + std::to_string(number); }

std::string job_file(const std::filesystem::path& folder, int jobs) {
  std::string text;
  for (int i = 0; i < jobs; ++i) {
    std::vector<std::string> words{"tree", (folder / name_of(i)).string(), "self"};
    words.insert(words.end(), kBrood.begin(), kBrood.end());
    text += fmt::format(
        "[job.{}]\ntrigger = {{ at = \"2199-01-01T00:00:00Z\" }}\n{}\nworking_dir = \"/\"\nkill_grace = \"{}s\"\n\n",
        name_of(i), exec_key(words), kGrace.count());
  }
  return text;
}

std::vector<pid_t> read_pids(const std::filesystem::path& folder, const std::vector<std::string>& names) {
  std::vector<pid_t> pids;
  for (const std::string& name : names) {
    std::ifstream file(folder / name);
    for (pid_t pid = 0; file >> pid;) pids.push_back(pid);
  }
  return pids;
}

/// Starts these jobs; returns all their processes as soon as they are there.
std::vector<Process> start_trees(const Bed& bed, const std::filesystem::path& folder,
                                 const std::vector<std::string>& names) {
  FileWatch files;
  files.add(folder, IN_CLOSE_WRITE);
  std::vector<std::string> words{"run-now", "--detach"};
  words.insert(words.end(), names.begin(), names.end());
  must(bed, words);
  const Deadline deadline = in(60s);
  const std::size_t wanted = names.size() * (1 + kBrood.size());
  while (read_pids(folder, names).size() < wanted) {
    if (bed.vigil.wait({files.fd()}, deadline).empty()) throw Error(Fault::internal, "the jobs did not all start");
    files.read();
  }
  std::vector<Process> processes;
  for (const pid_t pid : read_pids(folder, names)) {
    if (auto pidfd = open_pidfd(pid)) processes.push_back({pid, std::move(*pidfd)});
  }
  if (processes.size() != wanted) throw Error(Fault::internal, "a process of a job ended before its time");
  return processes;
}

/// Waits for the ends of these processes until the deadline; leaves those that are still there.
void await_ends(const Bed& bed, std::vector<Process>& processes, Deadline deadline) {
  while (!processes.empty()) {
    std::vector<int> fds;
    for (const Process& process : processes) fds.push_back(process.pidfd.get());
    const std::vector<int> ended = bed.vigil.wait(fds, deadline);
    if (ended.empty()) return;
    std::erase_if(processes, [&](const Process& process) {
      return std::find(ended.begin(), ended.end(), process.pidfd.get()) != ended.end();
    });
  }
}

void stop_trees(const Bed& bed, const std::filesystem::path& folder, const std::vector<std::string>& names,
                Toll& toll) {
  std::vector<Process> processes = start_trees(bed, folder, names);
  toll.processes += static_cast<std::int64_t>(processes.size());
  std::vector<std::string> words{"stop"};
  words.insert(words.end(), names.begin(), names.end());
  must(bed, words);
  const auto stopped = std::chrono::steady_clock::now();
  await_ends(bed, processes, stopped + kGrace + kMargin);
  toll.longest =
      std::max(toll.longest, std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - stopped));
  for (const Process& process : processes) {
    toll.survivors.push_back(fmt::format("process {} of {} to {}", process.pid, names.front(), names.back()));
  }
}

/// Runs that did not end as stopped and killed.
std::vector<std::string> wrong_verdicts(const std::vector<Run>& runs, int jobs) {
  std::vector<std::string> wrong;
  for (const Run& run : runs) {
    if (run.verdict == Verdict::killed && run.reason == Reason::stopped && run.ending.signal == SIGKILL) continue;
    wrong.push_back(
        fmt::format("run {} of {} is {}", run.id.value, run.job, run.verdict ? to_text(*run.verdict) : "open"));
  }
  if (runs.size() != static_cast<std::size_t>(jobs))
    wrong.push_back(fmt::format("{} runs of {} jobs", runs.size(), jobs));
  return wrong;
}

}  // namespace

Trial try_stubborn(Bed& bed, int jobs, Progress& progress) {
  const std::filesystem::path folder = bed.dir / "processes";
  std::filesystem::create_directory(folder);
  write_jobs(bed, job_file(folder, jobs));
  launch_scheduler(bed);
  await_scheduler(bed);
  await_jobs(bed, jobs);
  Toll toll;
  for (int first = 0; first < jobs; first += kBatch) {
    std::vector<std::string> names;
    for (int i = first; i < std::min(first + kBatch, jobs); ++i) names.push_back(name_of(i));
    stop_trees(bed, folder, names, toll);
    progress.show("stubborn jobs", first + static_cast<int>(names.size()), jobs);
  }
  await_commits(
      bed, [](Store& store) { return open_runs(store).empty(); }, 60s);
  const int status = stop_scheduler(bed);
  Store store = Store::open_read_only(bed.store());

  Trial trial{.name = "stubborn", .done = jobs, .deeds = fmt::format("{} of {} processes", jobs, 1 + kBrood.size())};
  count(trial, "survivors", toll.survivors);
  count(trial, "wrong", wrong_verdicts(history(store, {.limit = 0}), jobs));
  count_any(trial, "left over", leftovers(bed, status));
  trial.times_ms = {{"last one gone after", toll.longest.count()}};
  trial.details = {{"processes", toll.processes}};
  return trial;
}

}  // namespace rounds
