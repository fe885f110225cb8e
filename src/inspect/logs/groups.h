#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "inspect/logs/entry.h"
#include "inspect/logs/known.h"

namespace rounds {

/// Entries that say the same: the row of the table `log_group`.
struct LogGroup {
  std::string severity{}, code{}, user{}, host{}, database{}, text{};
  std::int64_t count = 0;
  Due first{}, last{};
  std::int64_t peak_hour = 0;  ///< the most in one hour of the clock
  std::string sample{};        ///< one of them, without values
};

/// Counts entries by what they say. Beyond `most` groups entries are counted by severity and code alone, so that
/// nothing is lost and memory is bounded; entries of daily work never take more than half of the room.
class LogGroups {
 public:
  using Know = KnownMessage (*)(std::string_view severity, std::string_view message);
  LogGroups(std::size_t most, Know know) : most_(most), know_(know) {}
  void add(const LogEntry& entry, Due instant);
  /// Known messages by their English text and code; the largest groups of the gravest severity first.
  std::vector<LogGroup> groups() const;

 private:
  struct Count {
    LogGroup group{};
    std::map<std::int64_t, std::int64_t> hours{};
  };
  Count& find(const LogEntry& entry);
  Count& open(const LogEntry& entry, const std::string& text);
  void make_known(LogGroup& group) const;
  std::size_t most_, routine_ = 0;
  Know know_;
  std::unordered_map<std::string, Count> counts_{};
  std::string key_{}, overflow_key_{};
};

}  // namespace rounds
