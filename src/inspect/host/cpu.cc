#include <array>
#include <cctype>

#include "inspect/host/families.h"
#include "inspect/host/table.h"

namespace rounds::host {

namespace {

bool is_core(const std::string& word) {
  return word.size() > 3 && word.starts_with("cpu") && std::isdigit(static_cast<unsigned char>(word[3])) != 0;
}

/// user nice system idle iowait irq softirq steal; guest times are within user and nice already.
void add_ticks(FactTable& table, const std::vector<std::string>& words) {
  std::array<std::int64_t, 8> n{};
  std::int64_t total = 0;
  for (std::size_t i = 0; i < n.size() && i + 1 < words.size(); ++i) total += n[i] = to_number(words[i + 1]).value_or(0);
  table.add({"all", total, total - n[3] - n[4] - n[7], n[4], n[7]});
}

/// "some avg10=0.11 avg60=0.42 avg300=0.75 total=1"
void add_pressure(FactTable& table, const std::string& resource, const std::string& line) {
  const auto words = split_words(line);
  if (words.size() < 4) return;
  const auto value = [&](std::size_t at) { return or_null(to_real(words[at].substr(words[at].find('=') + 1))); };
  table.add({resource, words[0], value(1), value(2), value(3)});
}

}  // namespace

void fill_cpu(SqlSession& facts, const Place& place) {
  FactTable load(facts, "load", "one, five, fifteen, cores");
  FactTable cpu(facts, "cpu", "name, total, busy, iowait, steal");
  FactTable pressure(facts, "pressure", "resource, kind, avg10, avg60, avg300");
  std::int64_t cores = 0;
  for (const std::string& line : place.lines("/proc/stat")) {
    const auto words = split_words(line);
    if (words.empty()) continue;
    if (words[0] == "cpu") add_ticks(cpu, words);
    if (is_core(words[0])) ++cores;
  }
  const auto words = split_words(place.text("/proc/loadavg").value_or(""));
  if (words.size() >= 3 && cores > 0) {
    load.add({or_null(to_real(words[0])), or_null(to_real(words[1])), or_null(to_real(words[2])), cores});
  }
  for (const char* resource : {"cpu", "memory", "io"}) {
    for (const std::string& line : place.lines(std::string("/proc/pressure/") + resource)) {
      add_pressure(pressure, resource, line);
    }
  }
}

}  // namespace rounds::host
