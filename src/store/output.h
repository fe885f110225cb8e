#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/run.h"
#include "store/store.h"
#include "sys/fd.h"

namespace rounds {

/// Output up to this size moves into the store with the verdict; more stays a file in the spool.
inline constexpr std::int64_t kSmallOutput = 64 * 1024;

/// Whether the output of a run that has its verdict stays a file, too large for the store.
bool keeps_file(const Run& run);

/// Inside Store::write.
void save_output(Store& store, RunId run, const std::string& bytes);
/// The file that takes the run's output, open for reading; nothing when there is none (any more): then the
/// store has it.
Fd open_output(Store& store, const Run& run);
/// A stretch of an output.
struct OutputPiece {
  std::int64_t left_out = 0;  ///< bytes before these that are gone: the middle of a large output is punched out
  std::string bytes{};
};

/// Reads the output of one run on and on, while it grows and after its end: from its file, or from the store.
class OutputReader {
 public:
  explicit OutputReader(Store& store) : store_(store) {}
  /// What follows; nothing when there is no more for now. `run` is the row as it was before this call: with one that
  /// has ended, nothing means the end.
  std::optional<OutputPiece> next(const Run& run);
  /// How far it has got, in bytes of what the run wrote.
  std::int64_t place() const { return place_; }
  /// True once its file is open: then the file is the place to watch.
  bool has_file() const { return static_cast<bool>(file_); }

 private:
  std::optional<OutputPiece> next_of_file();
  Store& store_;
  Fd file_;
  std::int64_t place_ = 0;
  bool given_ = false;  ///< the store's copy was handed out
};

/// The bytes a run wrote so far, exactly, less what was punched out of a large one: from the store, or
/// from its file; empty when there are none.
std::string read_output(Store& store, const Run& run);

}  // namespace rounds
