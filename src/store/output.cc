#include "store/output.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <array>
#include <cstdio>

#include "error.h"
#include "store/columns.h"
#include "sys/fd.h"

namespace rounds {

namespace {

/// All of the file; empty when there is none.
std::string read_spooled(const std::filesystem::path& file) {
  const Fd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd && errno == ENOENT) return {};
  if (!fd) throw sys_error(file, "open");
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  for (;;) {
    const ssize_t count = read(fd.get(), buffer.data(), buffer.size());
    if (count < 0) throw sys_error(file, "read");
    if (count == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

std::string marker_name(const Run& run) { return fmt::format("{}-{:016x}", run.id.value, run.spool_key); }
std::string output_name(const Run& run) { return marker_name(run) + ".out"; }

std::optional<SpoolName> spool_name_from_text(const std::string& name) {
  long long run = 0;
  unsigned long long key = 0;
  if (std::sscanf(name.c_str(), "%lld-%16llx", &run, &key) != 2) return std::nullopt;
  Run named;
  named.id = RunId{run};
  named.spool_key = key;
  if (name == marker_name(named)) return SpoolName{named.id, key, false};
  if (name == output_name(named)) return SpoolName{named.id, key, true};
  return std::nullopt;
}

void save_output(Store& store, RunId run, const std::string& bytes) {
  if (bytes.empty()) return;
  store.db().run("INSERT OR REPLACE INTO output (run_id, bytes) VALUES (?, ?)", run, Blob{bytes});
}

std::string read_output(Store& store, const Run& run) {
  auto saved = store.db().value<std::string>("SELECT bytes FROM output WHERE run_id = ?", run.id);
  if (saved) return std::move(*saved);
  return run.spool_key == 0 ? std::string() : read_spooled(store.spool() / output_name(run));
}

}  // namespace rounds
