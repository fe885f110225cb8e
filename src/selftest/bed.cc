#include "selftest/bed.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <fstream>

#include "config/load.h"
#include "error.h"
#include "selftest/processes.h"
#include "store/jobs.h"
#include "store/ledger.h"
#include "sys/clock.h"
#include "sys/wake.h"

namespace rounds {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr int kTimeWasUp = 124;

void write_file(const fs::path& file, const std::string& text) {
  std::ofstream out(file);
  out << text;
  out.close();
  if (!out) throw sys_error(file, "write");
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
}

/// `rounds` itself: beside libexec where it is installed, above it in the build tree.
fs::path find_program() {
  const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
  for (const char* place : {"../../bin/rounds", "../../rounds"}) {
    const fs::path candidate = (here / place).lexically_normal();
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  throw Error(Fault::internal, "the program rounds is missing above " + here.string(), "reinstall rounds");
}

/// False when the time was up; the child is left as it is then.
bool await_end(const Bed& bed, pid_t child, std::chrono::milliseconds limit) {
  const auto pidfd = open_pidfd(child);
  if (!pidfd) throw sys_error("process " + std::to_string(child), "watch");
  return !bed.vigil.wait({pidfd->get()}, in(limit)).empty();
}

std::vector<std::string> command_line(const Bed& bed, const std::vector<std::string>& words) {
  std::vector<std::string> argv{bed.program.string()};
  argv.insert(argv.end(), words.begin(), words.end());
  argv.insert(argv.end(), {"--store", bed.store().string(), "--jobs-dir", (bed.dir / "jobs.d").string(), "--config",
                           (bed.dir / "config.toml").string()});
  return argv;
}

}  // namespace

Bed make_bed(Vigil& vigil, const fs::path& dir) {
  Bed bed{.vigil = vigil, .dir = dir, .program = find_program()};
  for (const fs::path& folder : {dir, dir / "jobs.d"}) {
    fs::create_directory(folder);
    fs::permissions(folder, fs::perms::owner_all);
  }
  write_file(dir / "config.toml", "timezone = \"UTC\"\n");
  Store::open(bed.store());
  return bed;
}

void write_jobs(const Bed& bed, const std::string& text) { write_file(bed.dir / "jobs.d" / "jobs.toml", text); }

std::string exec_key(const std::vector<std::string>& words) {
  std::string text = "exec = [" + toml_quote(fs::read_symlink("/proc/self/exe").string());
  for (const std::string& word : words) text += ", " + toml_quote(word);
  return text + "]";
}

pid_t start_command(const Bed& bed, const std::vector<std::string>& words) {
  return launch(command_line(bed, words), bed.dir / "commands.log");
}

void must(const Bed& bed, const std::vector<std::string>& words) {
  const pid_t child = start_command(bed, words);
  if (!await_end(bed, child, 60s)) throw Error(Fault::internal, "rounds " + words.front() + " did not end in a minute");
  const int status = bury(child);
  if (status == 0) return;
  throw Error(Fault::internal, fmt::format("rounds {} ended with {}, see commands.log", words.front(), status));
}

void launch_scheduler(Bed& bed) { bed.scheduler = launch(command_line(bed, {"run"}), bed.dir / "loop.log"); }

void await_scheduler(const Bed& bed) {
  FileWatch spool;
  spool.add(bed.spool(), IN_CREATE);
  const auto pidfd = open_pidfd(bed.scheduler);
  const Deadline deadline = in(30s);
  while (!ring_bell(bed.spool())) {
    const auto ready = bed.vigil.wait({spool.fd(), pidfd->get()}, deadline);
    const bool news = ready.size() == 1 && ready.front() == spool.fd();
    if (!news) throw Error(Fault::internal, "the scheduler did not begin to listen, see loop.log");
    spool.read();
  }
}

void kill_scheduler(Bed& bed) {
  kill(bed.scheduler, SIGKILL);
  await_end(bed, bed.scheduler, 60s);
  bury(bed.scheduler);
  bed.scheduler = 0;
}

int stop_scheduler(Bed& bed) {
  kill(bed.scheduler, SIGTERM);
  if (!await_end(bed, bed.scheduler, 60s)) {
    kill_scheduler(bed);
    return kTimeWasUp;
  }
  const int status = bury(bed.scheduler);
  bed.scheduler = 0;
  return status;
}

bool await_commits(const Bed& bed, const std::function<bool(Store&)>& condition, std::chrono::seconds limit) {
  Store store = Store::open_read_only(bed.store());
  FileWatch commits;
  commits.add(store.changes_file(), IN_ATTRIB);
  const Deadline deadline = in(limit);
  while (!condition(store)) {
    if (bed.vigil.wait({commits.fd()}, deadline).empty()) return condition(store);
    commits.read();
  }
  return true;
}

Due await_jobs(const Bed& bed, std::int64_t count) {
  if (!await_commits(
          bed, [&](Store& store) { return count_jobs(store).active >= count; }, 30s)) {
    throw Error(Fault::internal, "the scheduler did not take in its job file, see loop.log");
  }
  return read_clock().due() + 1s;
}

Due come_to_rest(const Bed& bed) {
  await_scheduler(bed);
  bed.vigil.pause(1500ms);  // every job is due once more, with nobody killed
  const Due began = read_clock().due();
  must(bed, {"pause", "--all"});
  await_commits(
      bed, [](Store& store) { return open_runs(store).empty(); }, 60s);  // what is open after that is judged
  return began - 1s;
}

}  // namespace rounds
