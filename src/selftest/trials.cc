#include "selftest/trials.h"

#include <fmt/format.h>

#include "selftest/processes.h"
#include "store/keepers.h"
#include "store/spool.h"

namespace rounds {

namespace {

using namespace std::chrono_literals;

/// Waits a moment for the last keeper, which leaves when its scheduler has.
std::vector<std::string> processes_left(const Bed& bed) {
  const Deadline deadline = in(5s);
  std::vector<pid_t> left = descendants();
  while (!left.empty() && milliseconds_until(deadline) > 0) {
    if (const auto pidfd = open_pidfd(left.front())) bed.vigil.wait({pidfd->get()}, deadline);
    left = descendants();
  }
  std::vector<std::string> found;
  for (const pid_t pid : left) found.push_back(fmt::format("process {} ({})", pid, program_of(pid).string()));
  return found;
}

}  // namespace

void count(Trial& trial, const std::string& kind, const std::vector<std::string>& texts) {
  trial.counts.emplace_back(kind, texts.size());
  for (const std::string& text : texts) trial.problems.push_back(kind + ": " + text);
}

void count_any(Trial& trial, const std::string& kind, const std::vector<std::string>& texts) {
  if (!texts.empty()) count(trial, kind, texts);
}

std::vector<std::string> leftovers(const Bed& bed, int status) {
  std::vector<std::string> found = processes_left(bed);
  if (status != 0) found.push_back(fmt::format("the exit status {} of the stopped scheduler", status));
  for (const auto& entry : std::filesystem::directory_iterator(bed.spool())) {
    const std::string name = entry.path().filename().string();
    if (spool_name_from_text(name)) found.push_back("spool file " + name);
  }
  Store store = Store::open_read_only(bed.store());
  const std::size_t rows = all_keepers(store).size();
  if (rows > 1) found.push_back(fmt::format("{} keeper rows", rows));
  return found;
}

}  // namespace rounds
