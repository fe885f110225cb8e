#include "store/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>

#include "error.h"
#include "store/columns.h"
#include "store/ledger.h"
#include "store/spool.h"

namespace rounds {

namespace {

std::string read_all(const Fd& fd, const std::string& name) {
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  for (;;) {
    const ssize_t count = read(fd.get(), buffer.data(), buffer.size());
    if (count < 0) throw sys_error(name, "read");
    if (count == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

/// What the store has of it; nothing when that is nothing.
std::optional<std::string> saved_output(Store& store, RunId run) {
  return store.db().value<std::string>("SELECT bytes FROM output WHERE run_id = ?", run);
}

}  // namespace

Fd open_output(Store& store, const Run& run) {
  const std::filesystem::path file = store.spool() / output_name(run);
  Fd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd && errno != ENOENT) throw sys_error(file, "open");
  if (!fd) return fd;
  // Who has the file open before the verdict keeps it from being used again; afterwards it may be another run's.
  const auto now = find_run(store, run.id);
  const bool ours = !now || now->phase != Phase::ended || now->output_bytes.value_or(0) > kSmallOutput;
  return ours ? std::move(fd) : Fd();
}

void save_output(Store& store, RunId run, const std::string& bytes) {
  if (bytes.empty()) return;
  store.db().run("INSERT OR REPLACE INTO output (run_id, bytes) VALUES (?, ?)", run, Blob{bytes});
}

std::string read_output(Store& store, const Run& run) {
  if (auto saved = saved_output(store, run.id)) return std::move(*saved);
  if (run.spool_key == 0) return {};
  if (const Fd fd = open_output(store, run)) return read_all(fd, output_name(run));
  return saved_output(store, run.id).value_or("");  // it may have moved there since
}

}  // namespace rounds
