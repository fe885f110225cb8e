#include "store/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "error.h"
#include "store/columns.h"
#include "store/ledger.h"
#include "store/spool.h"

namespace rounds {

namespace {

/// What the store has of it; nothing when that is nothing.
std::optional<std::string> saved_output(Store& store, RunId run) {
  return store.db().value<std::string>("SELECT bytes FROM output WHERE run_id = ?", run);
}

}  // namespace

bool keeps_file(const Run& run) { return run.output_bytes.value_or(0) > kSmallOutput; }

Fd open_output(Store& store, const Run& run) {
  const std::filesystem::path file = store.spool() / output_name(run);
  Fd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd && errno != ENOENT) throw sys_error(file, "open");
  if (!fd) return fd;
  // Who has the file open before the verdict keeps it from being used again; afterwards it may be another run's.
  const auto now = find_run(store, run.id);
  const bool ours = !now || now->phase != Phase::ended || keeps_file(*now);
  return ours ? std::move(fd) : Fd();
}

void save_output(Store& store, RunId run, const std::string& bytes) {
  if (bytes.empty()) return;
  store.db().run("INSERT OR REPLACE INTO output (run_id, bytes) VALUES (?, ?)", run, Blob{bytes});
}

std::optional<OutputPiece> OutputReader::next(const Run& run) {
  if (!file_ && !given_) file_ = open_output(store_, run);
  if (file_) return next_of_file();
  if (run.phase != Phase::ended || given_) return std::nullopt;
  given_ = true;
  auto saved = saved_output(store_, run.id);
  return saved ? std::optional(OutputPiece{0, std::move(*saved)}) : std::nullopt;
}

std::optional<OutputPiece> OutputReader::next_of_file() {
  std::array<char, 1 << 16> buffer;
  if (lseek(file_.get(), 0, SEEK_END) < place_) place_ = 0;  // the job emptied its own output: begin anew
  for (;;) {
    const off_t data = lseek(file_.get(), place_, SEEK_DATA);
    if (data < 0 && errno == ENXIO) return std::nullopt;
    const ssize_t count = data < 0 ? -1 : pread(file_.get(), buffer.data(), buffer.size(), data);
    if (count < 0) throw sys_error("output", "read");
    // Looked at after reading: what is still there was there, and what was punched out meanwhile read as zeros.
    const off_t hole = lseek(file_.get(), data, SEEK_HOLE);
    const auto whole = std::min<std::int64_t>(count, hole - data);
    if (whole <= 0) continue;
    OutputPiece piece{data - place_, std::string(buffer.data(), static_cast<std::size_t>(whole))};
    place_ = data + whole;
    return piece;
  }
}

std::string read_output(Store& store, const Run& run) {
  if (auto saved = saved_output(store, run.id)) return std::move(*saved);
  if (run.spool_key == 0) return {};
  OutputReader reader(store);
  std::string bytes;
  while (const auto piece = reader.next(run)) bytes += piece->bytes;
  return bytes.empty() ? saved_output(store, run.id).value_or("") : bytes;  // it may have moved there since
}

}  // namespace rounds
