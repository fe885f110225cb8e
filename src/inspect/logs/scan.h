#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "inspect/logs/clock.h"
#include "inspect/logs/files.h"
#include "inspect/logs/groups.h"
#include "inspect/logs/lines.h"

namespace rounds {

/// A stretch of time: `from` belongs to it, `to` does not.
struct LogWindow {
  Due from{}, to{};
};

/// What may still be read, of all files together.
struct LogBudget {
  std::uint64_t bytes = 0;
  std::chrono::steady_clock::time_point deadline{};
};

/// One file: the row of the table `log_source`.
struct LogSource {
  std::string path{}, format{};
  enum class State {
    read,        ///< all of it that lies in the window
    capped,      ///< a part of that, for want of time or bytes
    outside,     ///< it ends before the window begins
    empty,       ///< no bytes
    unreadable,  ///< or not understood
    missing,     ///< no such file
  } state = State::read;
  std::string reason{};  ///< of the last four and of `capped`
  std::optional<Due> oldest{}, newest{};
  std::int64_t lines = 0;          ///< that were read
  bool reaches = false;            ///< back to the window's beginning, or further
  bool begins_with_start = false;  ///< its first entries say that the server starts
};
std::string to_text(LogSource::State state);

/// A file that is being read: its times, where the window lies in it, its entries.
class LogScan {
 public:
  using MakeFormat = std::function<LogFormat()>;
  LogScan(LogFile file, MakeFormat make_format, Zone zone);

  /// Looks at the beginning and the end, for the file's first and last time.
  void look(LogSource& source) const;
  /// Counts the entries in the window; those whose application is `own` are ours and do not count.
  void read(const LogWindow& window, const std::string& own, LogBudget& budget, LogGroups& groups,
            LogSource& source) const;

 private:
  struct Place {
    std::uint64_t offset;
    Due at;
  };
  struct Stretch {
    std::uint64_t begin, end;
  };
  std::unique_ptr<LogBytes> open(std::uint64_t begin, std::uint64_t end) const;
  std::optional<Place> first_time(std::uint64_t begin) const;
  enum class Unknown { early, late };
  Stretch find(Due at, Unknown unknown) const;
  Stretch stretch_of(const LogWindow& window, const LogBudget& budget, LogSource& source) const;
  void look_at_end(LogSource& source) const;
  LogFile file_;
  MakeFormat make_format_;
  Zone zone_;
};

}  // namespace rounds
