#pragma once
#include <string>
#include <vector>

#include "inspect/logs/scan.h"
#include "inspect/sql_session.h"

namespace rounds {

/// What the server says about its log, and where it lies.
struct LogRequest {
  std::string engine{};              ///< "postgresql", "mariadb", "sqlite"
  std::vector<std::string> paths{};  ///< files, folders and patterns, absolute
  bool declared = true;              ///< by the target; false: the engine found them, and not to see them is no finding
  std::string line_prefix{};         ///< postgresql: log_line_prefix
  std::string timezone{};            ///< postgresql: log_timezone; mariadb: system_time_zone; empty: this host's
  std::string destination{};         ///< postgresql: log_destination; for the reason why there is no log
  std::string own_application = "rounds";  ///< whose entries do not count
  LogWindow window{};
};

struct LogLimits {
  std::uint64_t bytes = 512 << 20;  ///< of all files together
  std::chrono::milliseconds time{6000};
  std::size_t groups = 10'000;
};

/// What the files together show of the window.
struct LogCover {
  enum class State {
    whole,
    begun,       ///< from where the oldest file begins, with the start of the server: there is nothing older
    partial,     ///< less; the reason says what is missing
    unreadable,  ///< nothing, though the target declares a log
    none,        ///< nothing is declared, or nothing that we may see was found
  } state = State::none;
  std::string reason{};
  std::optional<Due> from{};  ///< the oldest time in all files
};
std::string to_text(LogCover::State state);

struct LogFacts {
  std::vector<LogGroup> groups{};
  std::vector<LogSource> sources{};
  LogCover cover{};
};

/// Reads what lies in the window. Never throws for what the files are. PostgreSQL may write the same entries as
/// jsonlog, csvlog and stderr: each moment counts from the first of these that has it.
LogFacts read_logs(const LogRequest& request, const LogLimits& limits = {});

/// Makes and fills the tables `log_group`, `log_source` and `log_cover(state, reason, from_s, window_from_s,
/// window_to_s)`.
void fill_log_facts(SqlSession& facts, const LogFacts& logs, const LogWindow& window);

}  // namespace rounds
