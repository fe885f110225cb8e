#include "inspect/logs/groups.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "inspect/logs/severity.h"
#include "inspect/logs/text.h"

namespace rounds {

namespace {

constexpr std::string_view kOther = "(other messages)";
constexpr std::size_t kMostOfName = 128;

void set_key(std::string& key, std::initializer_list<std::string_view> parts) {
  key.clear();
  for (const std::string_view part : parts) key.append(part).push_back('\0');
}

int gravity(std::string_view severity) {
  constexpr std::array<std::string_view, 4> kGrave{"PANIC", "FATAL", "ERROR", "WARNING"};
  return static_cast<int>(std::find(kGrave.begin(), kGrave.end(), severity) - kGrave.begin());
}

/// A refused login counts for a user and a host, whatever database was asked for.
bool is_refused_login(std::string_view code) { return code.starts_with("28") && code.size() == 5; }

auto identity(const LogGroup& group) {
  return std::tie(group.severity, group.code, group.user, group.host, group.database, group.text);
}

}  // namespace

/// The group as checks know it.
void LogGroups::make_known(LogGroup& group) const {
  const KnownMessage known = know_(group.severity, group.sample);
  if (!known.text.empty()) group.text = known.text;
  if (group.code.empty()) group.code = known.code;
  if (is_refused_login(group.code)) group.database.clear();
}

LogGroups::Count& LogGroups::open(const LogEntry& entry, const std::string& text) {
  Count& count = counts_[key_];
  if (is_routine(entry.severity)) ++routine_;
  count.group = {.severity = std::string(entry.severity),
                 .code = harmless(entry.code, kMostOfName),
                 .user = harmless(entry.user, kMostOfName),
                 .host = harmless(entry.host, kMostOfName),
                 .database = harmless(entry.database, kMostOfName),
                 .text = text,
                 .sample = harmless(entry.message, 4 * kMostOfName)};
  return count;
}

LogGroups::Count& LogGroups::find(const LogEntry& entry) {
  const std::string text = normalised(entry.message);
  set_key(key_, {entry.severity, entry.code, entry.user, entry.host, entry.database, text});
  if (const auto found = counts_.find(key_); found != counts_.end()) return found->second;
  const bool full = counts_.size() >= most_ || (is_routine(entry.severity) && routine_ >= most_ / 2);
  if (!full) return open(entry, text);
  const KnownMessage known = know_(entry.severity, entry.message);
  LogEntry rest{.severity = entry.severity, .code = entry.code.substr(0, 5), .message = std::string(known.text)};
  if (known.text.empty()) rest.message = kOther;
  if (rest.code.empty()) rest.code = known.code;
  set_key(key_, {rest.severity, rest.code, "", "", "", rest.message});
  if (const auto found = counts_.find(key_); found != counts_.end()) return found->second;
  if (counts_.size() >= most_ + most_ / 10) {  // codes are invented
    rest.code.clear();
    set_key(key_, {rest.severity, "", "", "", "", rest.message});
    if (const auto found = counts_.find(key_); found != counts_.end()) return found->second;
  }
  return open(rest, rest.message);
}

void LogGroups::add(const LogEntry& entry, Due instant) {
  Count& count = find(entry);
  LogGroup& group = count.group;
  group.first = group.count == 0 ? instant : std::min(group.first, instant);
  group.last = group.count == 0 ? instant : std::max(group.last, instant);
  ++group.count;
  ++count.hours[std::chrono::floor<std::chrono::hours>(instant).time_since_epoch().count()];
}

std::vector<LogGroup> LogGroups::groups() const {
  std::vector<Count> counts;
  counts.reserve(counts_.size());
  for (const auto& [key, count] : counts_) {
    counts.push_back(count);
    make_known(counts.back().group);
  }
  std::sort(counts.begin(), counts.end(), [](const Count& a, const Count& b) {
    return identity(a.group) != identity(b.group) ? identity(a.group) < identity(b.group)
                                                  : a.group.sample < b.group.sample;
  });
  std::vector<LogGroup> groups;
  for (std::size_t i = 0; i < counts.size();) {
    Count merged = counts[i];
    for (++i; i < counts.size() && identity(counts[i].group) == identity(merged.group); ++i) {
      merged.group.count += counts[i].group.count;
      merged.group.first = std::min(merged.group.first, counts[i].group.first);
      merged.group.last = std::max(merged.group.last, counts[i].group.last);
      for (const auto& [hour, count] : counts[i].hours) merged.hours[hour] += count;
    }
    for (const auto& [hour, count] : merged.hours) merged.group.peak_hour = std::max(merged.group.peak_hour, count);
    merged.group.sample = redacted(merged.group.sample);
    groups.push_back(std::move(merged.group));
  }
  std::stable_sort(groups.begin(), groups.end(), [](const LogGroup& a, const LogGroup& b) {
    return std::make_tuple(gravity(a.severity), -a.count) < std::make_tuple(gravity(b.severity), -b.count);
  });
  return groups;
}

}  // namespace rounds
