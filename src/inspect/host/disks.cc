#include <algorithm>
#include <set>

#include "inspect/host/families.h"
#include "inspect/host/table.h"

namespace rounds::host {

namespace {

bool is_virtual(const std::string& name) {
  return name.starts_with("loop") || name.starts_with("ram") || name.starts_with("zram") || name.starts_with("fd") ||
         name.starts_with("sr") || name.starts_with("nbd");
}

void fill_diskstats(SqlSession& facts, const Place& place) {
  FactTable table(facts, "disk", "name, reads, read_ms, writes, write_ms, busy_ms");
  const auto listed = place.names("/sys/block");
  const std::set<std::string> whole(listed.begin(), listed.end());
  for (const std::string& line : place.lines("/proc/diskstats")) {
    const auto words = split_words(line);
    if (words.size() < 14 || is_virtual(words[2])) continue;
    std::string in_sys = words[2];
    std::replace(in_sys.begin(), in_sys.end(), '/', '!');
    if (!whole.empty() && whole.count(in_sys) == 0) continue;
    const auto value = [&](std::size_t at) { return or_null(to_number(words[at])); };
    table.add({words[2], value(3), value(6), value(7), value(10), value(12)});
  }
}

/// "[2/1]" as two numbers; nothing when the word is another.
bool parse_members(const std::string& word, std::int64_t& disks, std::int64_t& working) {
  const std::size_t slash = word.find('/');
  if (!word.starts_with('[') || !word.ends_with(']') || slash == std::string::npos) return false;
  const auto all = to_number(word.substr(1, slash - 1));
  const auto good = to_number(word.substr(slash + 1, word.size() - slash - 2));
  if (!all || !good) return false;
  disks = *all;
  working = *good;
  return true;
}

struct Array {
  std::string name, state, level, failed, activity;
  std::int64_t disks = 0, working = 0;
  bool counted = false;
};

/// "md0 : active (auto-read-only) raid1 sdb1[1](F) sda1[0]"
Array parse_array(const std::vector<std::string>& words) {
  Array array{.name = words[0], .state = words[2], .level = {}, .failed = {}, .activity = {}};
  for (std::size_t i = 3; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.find('[') == std::string::npos) {
      if (!word.starts_with('(')) array.level = word;
    } else if (word.ends_with("(F)")) {
      array.failed += (array.failed.empty() ? "" : " ") + word.substr(0, word.find('['));
    }
  }
  return array;
}

/// What the lines below the first one say about it.
void parse_more(const std::vector<std::string>& words, Array& array) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!array.counted && parse_members(words[i], array.disks, array.working)) array.counted = true;
    for (const char* activity : {"recovery", "resync", "reshape", "check", "repair"}) {
      if (words[i] == activity || words[i].starts_with(std::string(activity) + "=")) array.activity = activity;
    }
  }
}

void fill_arrays(SqlSession& facts, const Place& place) {
  FactTable table(facts, "raid", "name, state, level, disks, working, failed, activity");
  std::vector<Array> arrays;
  for (const std::string& line : place.lines("/proc/mdstat")) {
    const auto words = split_words(line);
    if (words.size() >= 3 && words[0].starts_with("md") && words[1] == ":") {
      arrays.push_back(parse_array(words));
    } else if (!arrays.empty() && !words.empty() && line.starts_with(' ')) {
      parse_more(words, arrays.back());
    }
  }
  for (const Array& array : arrays) {
    table.add({array.name, array.state, array.level, array.counted ? SqlValue(array.disks) : SqlValue(),
               array.counted ? SqlValue(array.working) : SqlValue(), array.failed, array.activity});
  }
}

}  // namespace

void fill_disks(SqlSession& facts, const Place& place) {
  fill_diskstats(facts, place);
  fill_arrays(facts, place);
}

}  // namespace rounds::host
