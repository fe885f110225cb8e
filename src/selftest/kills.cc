#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "selftest/processes.h"
#include "selftest/trials.h"
#include "store/ledger.h"
#include "sys/proc.h"

namespace rounds {

namespace {

using namespace std::chrono_literals;

struct Policy {
  const char* name;
  const char* trigger;
  int shortest_ms, longest_ms;
  const char* more;
};
/// One job a policy, each due every second and most of them longer than that now and then.
constexpr Policy kJobs[] = {
    {"quick-1", "every = \"1s\"", 5, 50, ""},
    {"quick-2", "every = \"1s\"", 50, 300, ""},
    {"cron-1", "cron = \"* * * * * *\"", 50, 900, ""},
    {"cron-2", "cron = \"* * * * * *\"", 50, 3000, "overlap = \"allow\""},
    {"skips", "every = \"1s\"", 700, 2500, "overlap = \"skip\""},
    {"queues", "every = \"1s\"", 300, 1500, "overlap = \"queue\"\nmax_catchup = 3"},
    {"replaces", "every = \"1s\"", 200, 2000, "overlap = \"replace\""},
    {"retries", "cron = \"* * * * * *\"", 20, 200,
     "retry = { max_attempts = 3, backoff = \"constant\", initial_delay = \"1s\" }"},
    {"catches-up", "every = \"1s\"", 5, 100, "catchup = \"all\"\noverlap = \"allow\""},
    {"limited", "every = \"1s\"", 500, 2500, "timeout = \"1s\"\nkill_grace = \"1s\""},
};

std::string job_file(const std::filesystem::path& witness_file) {
  std::string text;
  for (const Policy& job : kJobs) {
    const std::string exec =
        exec_key({"witness", witness_file.string(), std::to_string(job.shortest_ms), std::to_string(job.longest_ms)});
    text += fmt::format("[job.{}]\ntrigger = {{ {} }}\n{}\nworking_dir = \"/\"\n{}\n\n", job.name, job.trigger, exec,
                        job.more);
  }
  return text;
}

std::vector<std::string> job_names() {
  std::vector<std::string> names;
  for (const Policy& job : kJobs) names.emplace_back(job.name);
  return names;
}

/// Who was killed when, and who made whom.
struct Book {
  std::filesystem::path keeper_program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "keeper";
  std::map<pid_t, pid_t> makers{};  ///< of keepers
  std::map<pid_t, Nanoseconds> deaths{};
  pid_t last_scheduler = 0;  ///< the one before
  int schedulers = 0, keepers = 0, both = 0;
  std::vector<std::string> odd{};  ///< what nobody did
};

/// The keepers at work: children of the scheduler, or ours when they lost theirs, which was the one before.
std::vector<pid_t> meet_keepers(const Bed& bed, Book& book) {
  std::vector<pid_t> found;
  for (const pid_t pid : descendants()) {
    const auto stat = read_proc_stat(pid);
    if (!stat || stat->never_ran() || program_of(pid) != book.keeper_program) continue;
    if (stat->parent != bed.scheduler && stat->parent != getpid()) continue;
    book.makers.try_emplace(pid, stat->parent == bed.scheduler ? bed.scheduler : book.last_scheduler);
    found.push_back(pid);
  }
  return found;
}

void strike_keeper(const Bed& bed, Book& book, std::size_t pick) {
  const std::vector<pid_t> keepers = meet_keepers(bed, book);
  if (keepers.empty()) return;
  const pid_t pid = keepers[pick % keepers.size()];
  const auto pidfd = open_pidfd(pid);
  const Nanoseconds now = wall_nanoseconds();
  if (pidfd && send_signal(*pidfd, SIGKILL)) book.deaths.try_emplace(pid, now);
}

void strike_scheduler(Bed& bed, Book& book) {
  if (const auto ended = peek_child(bed.scheduler)) {
    book.odd.push_back(
        fmt::format("the scheduler ended by itself, {} {}", ended->signaled ? "signal" : "exit status", ended->status));
  }
  meet_keepers(bed, book);
  book.deaths[bed.scheduler] = wall_nanoseconds();
  book.last_scheduler = bed.scheduler;
  kill_scheduler(bed);
  meet_keepers(bed, book);
}

void strike(Bed& bed, Book& book, const Strike& blow) {
  const bool keeper = blow.victim != Victim::scheduler;
  const bool scheduler = blow.victim != Victim::keeper;
  ++(keeper && scheduler ? book.both : keeper ? book.keepers : book.schedulers);
  if (keeper && (blow.keeper_first || !scheduler)) strike_keeper(bed, book, blow.pick);
  if (scheduler) strike_scheduler(bed, book);
  if (keeper && scheduler && !blow.keeper_first) strike_keeper(bed, book, blow.pick);
  if (scheduler) launch_scheduler(bed);
  bury_orphans(bed.scheduler);
}

std::vector<KeeperLife> lives(const Book& book) {
  const auto death = [&](pid_t pid) {
    const auto found = book.deaths.find(pid);
    return found == book.deaths.end() ? std::nullopt : std::optional(found->second);
  };
  std::vector<KeeperLife> keepers;
  for (const auto& [pid, maker] : book.makers) keepers.push_back({pid, maker, death(pid), death(maker)});
  return keepers;
}

std::int64_t count_unknown(const std::vector<Run>& runs) {
  return std::count_if(runs.begin(), runs.end(), [](const Run& run) { return run.verdict == Verdict::unknown; });
}

/// The seconds of which every job wants its verdict.
Dues torment(Bed& bed, Book& book, const std::vector<Strike>& strikes, Progress& progress) {
  launch_scheduler(bed);
  await_scheduler(bed);
  Dues dues{.first = await_jobs(bed, std::size(kJobs)), .last = {}};
  int done = 0;
  for (const Strike& blow : strikes) {
    bed.vigil.pause(blow.pause);
    strike(bed, book, blow);
    progress.show("kills", ++done, static_cast<int>(strikes.size()));
  }
  dues.last = come_to_rest(bed);
  meet_keepers(bed, book);
  return dues;
}

}  // namespace

Trial try_kills(Bed& bed, const std::vector<Strike>& strikes, Progress& progress) {
  const std::filesystem::path witness_file = bed.dir / "witness";
  std::ofstream{witness_file};
  write_jobs(bed, job_file(witness_file));
  Book book;
  const Dues dues = torment(bed, book, strikes, progress);
  const int status = stop_scheduler(bed);

  const std::vector<std::string> left = leftovers(bed, status);
  Store store = Store::open_read_only(bed.store());
  const std::vector<Run> runs = history(store, {.limit = 0});
  std::ifstream witness(witness_file);
  const std::vector<Execution> executions = read_witness(witness);
  Findings findings = judge(job_names(), runs, executions, lives(book), dues);
  findings.wrong.insert(findings.wrong.end(), book.odd.begin(), book.odd.end());

  const auto done = static_cast<int>(strikes.size());
  Trial trial{.name = "kills", .done = done, .deeds = fmt::format("{} in {} runs", done, executions.size())};
  count(trial, "lost", findings.lost);
  count(trial, "double", findings.twice);
  count(trial, "wrong", findings.wrong);
  count(trial, "left over", left);
  trial.counts.emplace_back("unknown", count_unknown(runs));
  trial.details = {{"scheduler", book.schedulers},
                   {"keeper", book.keepers},
                   {"both", book.both},
                   {"runs", static_cast<std::int64_t>(executions.size())}};
  return trial;
}

}  // namespace rounds
