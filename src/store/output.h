#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/run.h"
#include "store/store.h"

namespace rounds {

/// Output up to this size moves into the store with the verdict; more stays a file in the spool.
inline constexpr std::int64_t kSmallOutput = 64 * 1024;

/// `KEY.out` and `KEY` (the marker) in the spool, KEY as 16 hex digits.
std::string output_name(std::uint64_t spool_key);
std::string marker_name(std::uint64_t spool_key);

/// Inside Store::write.
void save_output(Store& store, RunId run, const std::string& bytes);
/// The bytes a run wrote so far, exactly: from the store, or from its file; empty when there are none.
std::string read_output(Store& store, const Run& run);

}  // namespace rounds
