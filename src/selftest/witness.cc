#include "selftest/witness.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <sstream>

#include "error.h"
#include "selftest/plan.h"
#include "sys/fd.h"

namespace rounds {

namespace {

using std::chrono::milliseconds;

constexpr int kPartNotPlayed = 125;

/// One write of one line: O_APPEND makes it whole and last, whoever else is writing.
bool append_line(const std::string& file, const std::string& text) {
  const Fd fd(open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  const std::string line = fmt::format("{} {}\n", text, wall_nanoseconds().count());
  return fd && write(fd.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "-";
}

void rest(milliseconds length) {
  const timespec time{length.count() / 1000, length.count() % 1000 * 1'000'000};
  nanosleep(&time, nullptr);
}

Execution start_from(std::istringstream& line) {
  Execution execution;
  std::int64_t started = 0;
  line >> execution.run.value >> execution.attempt >> execution.parent >> execution.job >> execution.due >> started;
  execution.started = Nanoseconds(started);
  return execution;
}

ExecutionEnd end_from(std::istringstream& line) {
  ExecutionEnd end;
  std::int64_t at = 0;
  line >> end.exit_code >> end.signal >> end.output_bytes >> at;
  end.at = Nanoseconds(at);
  return end;
}

}  // namespace

Nanoseconds wall_nanoseconds() {
  return std::chrono::duration_cast<Nanoseconds>(std::chrono::system_clock::now().time_since_epoch());
}

std::vector<Execution> read_witness(std::istream& lines) {
  std::vector<Execution> executions;
  std::map<RunId, ExecutionEnd> ends;
  for (std::string text; std::getline(lines, text);) {
    std::istringstream line(text);
    std::string kind;
    line >> kind;
    if (kind == "START") {
      executions.push_back(start_from(line));
    } else if (kind == "END") {
      RunId run;
      line >> run.value;
      ends[run] = end_from(line);
    }
    if (!line || (kind != "START" && kind != "END")) throw Error(Fault::bad_data, "no line of a witness: " + text);
  }
  for (Execution& execution : executions) {
    const auto end = ends.find(execution.run);
    if (end != ends.end()) execution.end = end->second;
  }
  return executions;
}

int play_witness(const std::vector<std::string>& words) {
  if (words.size() != 3) return kPartNotPlayed;
  const std::string& file = words[0];
  const std::string run = variable("ROUNDS_RUN_ID"), attempt = variable("ROUNDS_ATTEMPT");
  const std::string job = variable("ROUNDS_JOB"), due = variable("ROUNDS_DUE");
  const Fate fate = fate_of(job, due, attempt, milliseconds(std::stol(words[1])), milliseconds(std::stol(words[2])));

  if (!append_line(file, fmt::format("START {} {} {} {} {}", run, attempt, getppid(), job, due))) return kPartNotPlayed;
  const std::string output(static_cast<std::size_t>(fate.output_bytes), 'w');
  if (write(STDOUT_FILENO, output.data(), output.size()) != fate.output_bytes) return kPartNotPlayed;
  rest(fate.length);
  if (!append_line(file, fmt::format("END {} {} {} {}", run, fate.exit_code, fate.signal, fate.output_bytes))) {
    return kPartNotPlayed;
  }
  if (fate.signal != 0) kill(getpid(), fate.signal);
  return fate.exit_code;
}

}  // namespace rounds
