#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "inspect/host/databases.h"
#include "inspect/host/families.h"
#include "inspect/host/table.h"

namespace rounds::host {

namespace {

struct Process {
  std::string pid, parent, name, state;
  std::int64_t started_ticks = 0;
};

bool is_number(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// "12 (name) S 1 …"; the name may hold anything, so the last parenthesis ends it.
std::optional<Process> parse_process(const std::string& text) {
  const std::size_t open = text.find('('), close = text.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return std::nullopt;
  const auto words = split_words(std::string_view(text).substr(close + 1));
  if (words.size() < 20) return std::nullopt;
  return Process{.pid = trimmed(text.substr(0, open)),
                 .parent = words[1],
                 .name = text.substr(open + 1, close - open - 1),
                 .state = words[0],
                 .started_ticks = to_number(words[19]).value_or(0)};
}

/// The soft limit of open files; nothing when it cannot be read or there is none.
std::optional<std::int64_t> fd_limit(const Place& place, const std::string& pid) {
  for (const std::string& line : place.lines("/proc/" + pid + "/limits")) {
    if (line.starts_with("Max open files")) return to_number(split_words(line.substr(14)).front());
  }
  return std::nullopt;
}

std::optional<std::int64_t> open_files(const Place& place, const std::string& pid) {
  if (!place.live) return place.number("/.collected/fds/" + pid);
  if (::access(place.path("/proc/" + pid + "/fd").c_str(), R_OK | X_OK) != 0) return std::nullopt;
  return static_cast<std::int64_t>(place.names("/proc/" + pid + "/fd").size());
}

/// What tells servers of one kind on a machine apart: the data directory, configuration file or port they were told.
std::string instance_of(const Place& place, const std::string& pid) {
  const std::string line = place.text("/proc/" + pid + "/cmdline").value_or("");
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < line.size();) {
    const std::size_t end = std::min(line.find('\0', begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "-D" && i + 1 < words.size()) return words[i + 1];
    for (const char* option : {"-D", "--datadir=", "--defaults-file=", "--port="}) {
      if (words[i].starts_with(option) && words[i].size() > std::string_view(option).size()) {
        return words[i].substr(std::string_view(option).size());
      }
    }
  }
  return {};
}

std::int64_t boot_seconds(const Place& place) {
  for (const std::string& line : place.lines("/proc/stat")) {
    if (line.starts_with("btime ")) return to_number(trimmed(line.substr(6))).value_or(0);
  }
  return 0;
}

/// A server process whose parent serves the same database is a worker of it.
bool is_server(const Process& process, const std::map<std::string, Process>& all) {
  const auto parent = all.find(process.parent);
  return parent == all.end() || database_of(parent->second.name) != database_of(process.name);
}

void fill_file_handles(SqlSession& facts, const Place& place) {
  FactTable table(facts, "file_handles", "used, most");
  const auto words = split_words(place.text("/proc/sys/fs/file-nr").value_or(""));
  if (words.size() < 3) return;
  // The middle number is of handles that are allocated and free; the last may exceed what a number here holds.
  const auto most = to_real(words[2]);
  table.add({to_number(words[0]).value_or(0) - to_number(words[1]).value_or(0), or_null(most)});
}

}  // namespace

void fill_processes(SqlSession& facts, const Place& place) {
  FactTable table(facts, "process",
                  "pid, parent, name, state, started_s, fds, fd_limit, oom_score_adj, oom_score, role, instance");
  std::map<std::string, Process> all;
  for (const std::string& pid : place.names("/proc")) {
    if (!is_number(pid)) continue;
    if (auto process = parse_process(place.text("/proc/" + pid + "/stat").value_or(""))) all[pid] = *process;
  }
  const std::int64_t boot = boot_seconds(place), per_second = ::sysconf(_SC_CLK_TCK);
  for (const auto& [pid, process] : all) {
    const std::string database = database_of(process.name);
    const bool server = !database.empty() && is_server(process, all);
    const std::string folder = "/proc/" + pid;
    table.add({or_null(to_number(pid)), or_null(to_number(process.parent)), process.name, process.state,
               boot > 0 ? SqlValue(boot + process.started_ticks / per_second) : SqlValue(),
               database.empty() ? SqlValue() : or_null(open_files(place, pid)),
               database.empty() ? SqlValue() : or_null(fd_limit(place, pid)),
               database.empty() ? SqlValue() : or_null(place.number(folder + "/oom_score_adj")),
               database.empty() ? SqlValue() : or_null(place.number(folder + "/oom_score")),
               server ? SqlValue(database) : SqlValue(), server ? SqlValue(instance_of(place, pid)) : SqlValue()});
  }
  fill_file_handles(facts, place);
}

}  // namespace rounds::host
