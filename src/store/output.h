#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/run.h"
#include "store/store.h"

namespace rounds {

/// Output up to this size moves into the store with the verdict; more stays a file in the spool.
inline constexpr std::int64_t kSmallOutput = 64 * 1024;

/// A run's marker in the spool: `RUN-KEY`, the key as 16 hex digits; its output: `RUN-KEY.out`.
std::string marker_name(const Run& run);
std::string output_name(const Run& run);

/// What such a name says.
struct SpoolName {
  RunId run;
  std::uint64_t spool_key = 0;
  bool output = false;
};
/// Nothing for other files of the spool.
std::optional<SpoolName> spool_name_from_text(const std::string& name);

/// Inside Store::write.
void save_output(Store& store, RunId run, const std::string& bytes);
/// The bytes a run wrote so far, exactly: from the store, or from its file; empty when there are none.
std::string read_output(Store& store, const Run& run);

}  // namespace rounds
