#pragma once
#include <chrono>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "core/run.h"

namespace rounds {

// The witness file: each job that runs appends a line when it starts and one when it ends, whatever rounds thinks of
// it.
//
//   START RUN ATTEMPT PARENT JOB DUE NANOSECONDS
//   END   RUN EXIT_CODE SIGNAL OUTPUT_BYTES NANOSECONDS

/// Since 1970, by the wall clock.
using Nanoseconds = std::chrono::nanoseconds;
Nanoseconds wall_nanoseconds();

/// How an execution ended, by its own account.
struct ExecutionEnd {
  int exit_code = 0;
  int signal = 0;
  std::int64_t output_bytes = 0;
  Nanoseconds at{};
};

/// One execution by its own account. The end is absent where something ended it from outside.
struct Execution {
  RunId run{};
  int attempt = 1;
  pid_t parent = 0;
  std::string job{};
  std::string due{};
  Nanoseconds started{};
  std::optional<ExecutionEnd> end{};
};

/// All executions in the order of their starts. Throws Error for a line that is none.
std::vector<Execution> read_witness(std::istream& lines);

/// The job's part, `witness FILE SHORTEST LONGEST` (milliseconds): says START, writes, rests, says END, and ends by its
/// fate. Returns the exit code; 125 when it could not do its part.
int play_witness(const std::vector<std::string>& words);

}  // namespace rounds
