#include "store/spool.h"

#include <fmt/format.h>

#include <cstdio>

namespace rounds {

std::string spool_name(const Run& run) { return fmt::format("{}-{:016x}", run.id.value, run.spool_key); }
std::string output_name(const Run& run) { return spool_name(run) + ".out"; }
std::string marker_name(const Run& run, const Marker& marker) {
  return fmt::format("{}.{}.{}", spool_name(run), marker.pid, marker.boot_time.count());
}

std::optional<SpoolName> spool_name_from_text(const std::string& name) {
  long long id = 0, boot_time = 0;
  unsigned long long key = 0;
  int pid = 0;
  const int fields = std::sscanf(name.c_str(), "%lld-%16llx.%d.%lld", &id, &key, &pid, &boot_time);
  if (fields != 2 && fields != 4) return std::nullopt;
  const Run run{.id = RunId{id}, .spool_key = key};
  SpoolName meaning{run.id, key, std::nullopt};
  if (fields == 4) meaning.marker = Marker{pid, std::chrono::nanoseconds(boot_time)};
  const std::string exact = meaning.marker ? marker_name(run, *meaning.marker) : output_name(run);
  return name == exact ? std::optional(meaning) : std::nullopt;
}

}  // namespace rounds
