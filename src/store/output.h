#pragma once
#include <cstdint>
#include <string>

#include "core/run.h"
#include "store/store.h"
#include "sys/fd.h"

namespace rounds {

/// Output up to this size moves into the store with the verdict; more stays a file in the spool.
inline constexpr std::int64_t kSmallOutput = 64 * 1024;

/// Inside Store::write.
void save_output(Store& store, RunId run, const std::string& bytes);
/// The file that takes the run's output, open for reading; nothing when there is none (any more): then the
/// store has it.
Fd open_output(Store& store, const Run& run);
/// The bytes a run wrote so far, exactly: from the store, or from its file; empty when there are none.
std::string read_output(Store& store, const Run& run);

}  // namespace rounds
