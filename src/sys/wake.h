#pragma once
#include <filesystem>

#include "sys/fd.h"

namespace rounds {

/// The loop's bell: a datagram socket `wake` in the spool. Whoever changed the store rings it.

/// Binds the bell, replacing a dead one; only the holder of the scheduler lock may.
Fd bind_bell(const std::filesystem::path& spool);
/// Rings; false when no loop listens. Never blocks, never throws: the store is the truth.
bool ring_bell(const std::filesystem::path& spool);
/// Swallows all rings so far.
void hear_bell(const Fd& bell);

}  // namespace rounds
